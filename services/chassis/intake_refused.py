"""Keeps why declarations were refused, so that a back office can look at it later.

Nothing else of a refused declaration stays, and this only for a while: it is there until the same
id comes again. One without a readable id and source is answered, and not kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.catalogue import DECLARATIONS
from contracts.event import Classification
from services.chassis.errors import DomainError, Fault
from services.chassis.identity import Actor
from services.chassis.intake import Way
from services.chassis.intake_envelope import RULES, Attributes
from services.chassis.words import plain, unplain

KEPT: Final = timedelta(days=30)
MOST_FAULTS: Final = 50  # of one declaration
MOST_SIGNS: Final = 300
SERVER_FAULT: Final = 500
TOO_MANY: Final = 429

KEEP: Final = text("""
  insert into refused_declarations
    (association, source, id, type, way, actor, status, faults, refused_at)
  select :association, source, id, type, :way, :actor, status, cast(faults as jsonb), :at
  from unnest(cast(:sources as text[]), cast(:ids as text[]), cast(:types as text[]),
              cast(:statuses as integer[]), cast(:faults as text[]))
       as refused (source, id, type, status, faults)
  order by id, source
  on conflict (association, id, source) do update
  set type = excluded.type, way = excluded.way, actor = excluded.actor, status = excluded.status,
      faults = excluded.faults, refused_at = excluded.refused_at,
      times = refused_declarations.times + 1
""")
FORGET: Final = text("delete from refused_declarations where refused_at < :before returning 1")


@dataclass(frozen=True, slots=True)
class Refused:
    """One declaration that was refused, by what its envelope says of it."""

    attributes: Attributes
    refusal: DomainError

    @property
    def is_worth_keeping(self) -> bool:
        """Whether it can be found again, and was refused for what it says."""
        status = self.refusal.status
        named = all(self._fits(name) for name in ("id", "source"))
        return named and status < SERVER_FAULT and status != TOO_MANY

    @property
    def key(self) -> tuple[str, str]:
        """Source and id."""
        return self.attributes["source"], self.attributes["id"]

    @property
    def type(self) -> str:
        """The type it was posted under, as far as it is text that can be kept."""
        said = str(self.attributes.get("type") or "")[:MOST_SIGNS]
        return said if said.isprintable() else ""

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Its faults; of declarations about people without any value."""
        kind = DECLARATIONS.get(self.type)
        about_people = kind is None or kind.classification is Classification.PERSONAL
        found = self.refusal.faults or [
            Fault("", self.refusal.code, self.refusal.text, values=self.refusal.values)
        ]
        return [
            {
                "pointer": each.pointer[:MOST_SIGNS],
                "code": each.code,
                "text": each.text,
                "rule": each.rule,
                "values": {} if about_people else _plain(each.values),
            }
            for each in found[:MOST_FAULTS]
        ]

    def _fits(self, name: str) -> bool:
        value = self.attributes.get(name)
        return isinstance(value, str) and RULES[name].holds(value)


async def keep(
    session: AsyncSession, actor: Actor, way: Way, refused: Sequence[Refused], *, at: datetime
) -> None:
    """Write the refusals down, in the place of earlier ones of the same ids."""
    newest = {each.key: each for each in refused if each.is_worth_keeping}
    if not newest:
        return
    rows = [
        (*key, each.type, each.refusal.status, json.dumps(each.faults, default=str))
        for key, each in newest.items()
    ]
    names = ("sources", "ids", "types", "statuses", "faults")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    common = {"association": actor.association, "actor": actor.id, "way": way, "at": at}
    await session.execute(KEEP, common | columns)


def as_faults(kept: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """The faults that were kept; a sentence whose values are not there stays untold."""
    return [
        Fault(
            each["pointer"],
            each["code"],
            "" if "{" in each["text"] and not each["values"] else each["text"],
            rule=each["rule"],
            values={name: unplain(value) for name, value in each["values"].items()},
        )
        for each in kept
    ]


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete refusals older than 30 days; gives how many."""
    return len((await session.execute(FORGET, {"before": now - KEPT})).all())


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    """Values as JSON keeps them, long texts cut."""
    return {
        name: kept[:MOST_SIGNS] if isinstance(kept := plain(value), str) else kept
        for name, value in values.items()
    }
