"""What the envelope of a posted declaration must say (CloudEvents 1.0), attribute by attribute.

Nothing that an envelope points at is ever fetched.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from contracts.attributes import SPECVERSION, schema_uri
from services.chassis.errors import Fault
from services.chassis.faults import MISSING, UNKNOWN, mark, pointer

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=1)  # of a clock that runs fast
SCHEMES: Final = ("http", "https", "urn")
_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
_SOURCE: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,256}")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_EXTENSION: Final = re.compile(r"[a-z0-9]{1,20}")
_JSON: Final = re.compile(r'application/json(\s*;\s*charset="?utf-8"?)?', re.IGNORECASE)

Attributes = Mapping[str, Any]


class Rule(NamedTuple):
    """What one attribute must be; the text says it to whoever got it wrong."""

    holds: Callable[[str], bool]
    code: str
    text: str
    required: bool = False


def time_of(attributes: Attributes) -> datetime | None:
    """The instant of the fact; None when it is not given, or not as RFC 3339 writes it."""
    given = attributes.get("time")
    if not isinstance(given, str) or not _TIME.fullmatch(given):
        return None
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February, a leap second, the year 0
        return None


def faults_of_envelope(attributes: Attributes, *, now: datetime) -> list[Fault]:
    """Every fault of the attributes but of `type`, which depends on who is asked."""
    faults = []
    for name, rule in RULES.items():
        value = attributes.get(name)
        if value is None:
            if rule.required:
                faults.append(Fault(pointer(name), *MISSING))
        elif not isinstance(value, str) or not rule.holds(value):
            faults.append(Fault(pointer(name), rule.code, rule.text))
    time = time_of(attributes)
    if attributes.get("time") is not None and not (time and EARLIEST <= time <= now + AHEAD):
        faults.append(Fault("/time", "TLK-D024", _WHEN))
    schema = attributes.get("dataschema")
    if schema is not None and schema != schema_uri(str(attributes.get("type"))):
        faults.append(Fault("/dataschema", "TLK-D025", _SCHEMA))
    faults += [
        Fault(pointer(name), *UNKNOWN)
        for name, value in attributes.items()
        if name not in _NAMED and not _is_extension(name, value)
    ]
    return faults


def _is_source(value: str) -> bool:
    scheme = _SCHEME.match(value)
    known = scheme is None or scheme[1].lower() in SCHEMES
    return known and _SOURCE.fullmatch(value) is not None


def _is_extension(name: str, value: object) -> bool:
    """CloudEvents lets senders add attributes; Talka reads none of them."""
    fits = isinstance(value, int) or (isinstance(value, str) and len(value) <= 1024)  # noqa: PLR2004
    return fits and _EXTENSION.fullmatch(name) is not None


RULES: Final = {
    "specversion": Rule(
        lambda value: value == SPECVERSION, "TLK-D020", mark("Write 1.0 here."), required=True
    ),
    "id": Rule(
        lambda value: _ID.fullmatch(value) is not None,
        "TLK-D021",
        mark("Give 1 to 128 printable signs without spaces."),
        required=True,
    ),
    "source": Rule(
        _is_source,
        "TLK-D022",
        mark("Name your system by a path or an address, like /erp/rzeszow."),
        required=True,
    ),
    "subject": Rule(
        lambda value: len(value) <= 256,  # noqa: PLR2004
        "TLK-D033",
        mark("Give at most 256 signs, or leave this out."),
    ),
    "datacontenttype": Rule(
        lambda value: _JSON.fullmatch(value) is not None,
        "TLK-D026",
        mark("Send the data as JSON in UTF-8: application/json."),
    ),
    "data_base64": Rule(
        lambda _: False, "TLK-D034", mark("Send the data as JSON, in the field data.")
    ),
}
_WHEN: Final = mark(
    "Give the instant with its zone, like 2027-03-16T09:00:00Z; not before 2000, not ahead of now."
)
_SCHEMA: Final = mark("Leave this out, or give the name of the schema that Talka released.")
_NAMED: Final = frozenset({*RULES, "type", "time", "dataschema"})
