"""The work behind `talka contracts`: classes as they are, beside schemas as they were released."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from contracts.asyncapi import asyncapi
from contracts.catalogue import DECLARATIONS, EVENTS, UnknownType, class_of
from contracts.compatibility import Break, broken_promises
from contracts.deprecation import stage_of
from contracts.event import Event
from contracts.released import as_text, example_text, schema_of
from contracts.upcasting import LIFTS
from deploy.cli import releases
from deploy.cli.releases import CONTRACTS, Past, Release, Schema
from deploy.local.faults import Exit, Fault
from services.chassis import clock
from services.chassis.status import version_of
from services.chassis.topics import channels

SCHEMAS: Final = CONTRACTS / "schemas"
COLUMNS: Final = ("type", "topic", "classification", "state", "tombstone", "summary")


def rows() -> Iterator[dict[str, object]]:
    """Every type with where it stands and what it says, in order."""
    for event_type, event_class in sorted(_classes().items()):
        yield {
            "type": event_type,
            "topic": event_class.topic,
            "classification": event_class.classification.value,
            "state": stage_of(event_class.deprecated, clock.now().date()).value,
            "tombstone": "yes" if event_class.tombstone else "",
            "summary": (event_class.__doc__ or "").partition("\n")[0],
        }


def schema(event_type: str) -> str:
    """The schema of a type as its class is now.

    Raises:
        Fault: nobody promised such a type.
    """
    return as_text(schema_of(known(event_type))).rstrip()


def example(event_type: str) -> str:
    """The golden example of a type.

    Raises:
        Fault: nobody promised such a type.
    """
    known(event_type)
    return example_text(event_type).rstrip()


def released() -> dict[str, Schema]:
    """The schemas released in this tree, by type."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in SCHEMAS.glob("*.json")}


def past() -> Past:
    """Every schema that was ever released, in this tree or before."""
    before = releases.ever()
    return Past([*released().items(), *before.releases], before.gap)


def broken(old: Iterable[Release]) -> dict[str, list[Break]]:
    """What the classes as they are now would break of `old`, each fault once."""
    now = _schemas()
    found: dict[str, list[Break]] = {}
    for name, schema in old:
        for fault in broken_promises({name: schema}, now, lifted=LIFTS).get(name, ()):
            if fault not in found.setdefault(name, []):
                found[name].append(fault)
    return found


def unreleased() -> list[str]:
    """The types whose class is not as released: new ones, and compatibly changed ones."""
    known = released()
    return sorted(name for name, now in _schemas().items() if known.get(name) != now)


def release() -> list[str]:
    """Write the schema files of what is unreleased; gives the types written."""
    waiting = unreleased()
    for event_type in waiting:
        (SCHEMAS / f"{event_type}.json").write_text(as_text(schema_of(class_of(event_type))))
    return waiting


def document(bootstrap: str) -> str:
    """The AsyncAPI document of all declared topics."""
    told = asyncapi(channels().values(), version=version_of("talka"), bootstrap=bootstrap)
    return json.dumps(told, ensure_ascii=False, indent=2)


def _classes() -> dict[str, type[Event]]:
    return {**EVENTS, **DECLARATIONS}


def _schemas() -> dict[str, Schema]:
    return {name: schema_of(event_class) for name, event_class in _classes().items()}


def known(event_type: str) -> type[Event]:
    try:
        return class_of(event_type)
    except UnknownType:
        raise Fault(
            "TLK-E074",
            f"There is no type {event_type!r}.",
            "See which there are:",
            "talka contracts list",
            exit_code=Exit.WRONG_USE,
        ) from None
