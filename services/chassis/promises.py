"""Holds a service to what it promised: its database remembers every schema it ever stated under.

A release whose classes break one of them does not start (C-03): stored events and consumers of
others rely on the older form, whatever the files in this release say.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.catalogue import DECLARATIONS, EVENTS
from contracts.compatibility import Break, broken_promises
from contracts.released import schema_of
from contracts.upcasting import LIFTS

Schemas = Mapping[str, Mapping[str, Any]]

KEPT: Final = text("select type, schema from promises")
KEEP: Final = text("""
  insert into promises (type, schema) values (:type, :schema)
  on conflict (type) do update set schema = excluded.schema, kept_at = now()
  where promises.schema is distinct from excluded.schema
""").bindparams(bindparam("schema", type_=JSONB))


class BrokenPromise(RuntimeError):
    """The classes of this release would break what was stated before; nothing was changed."""

    code = "TLK-E029"

    def __init__(self, broken: Mapping[str, list[Break]]) -> None:
        self.told = "; ".join(
            f"{name}: {each}" for name, faults in broken.items() for each in faults
        )
        super().__init__(
            f"{self.code}: this release breaks what others rely on: {self.told}. Take the change"
            " back, or make a class of the next version beside the old one."
        )


def own_schemas(service: str) -> dict[str, dict[str, Any]]:
    """The schemas of all types that a service states or takes, as its classes are now."""
    classes = EVENTS | DECLARATIONS
    return {
        name: schema_of(event_class)
        for name, event_class in sorted(classes.items())
        if name.split(".")[1] in (service, "chassis")
    }


def keep(connection: Connection, service: str) -> None:
    """Remember what this release promises, after the migrations and in their transaction.

    Raises:
        BrokenPromise: it breaks what was promised before.
    """
    now = own_schemas(service)
    must_keep({row.type: row.schema for row in connection.execute(KEPT)}, now)
    rows = [{"type": name, "schema": schema} for name, schema in now.items()]
    connection.execute(KEEP, rows)


async def check(session: AsyncSession, service: str) -> None:
    """Look at start whether what was promised is kept, also when nobody migrated.

    Raises:
        BrokenPromise: it is not.
    """
    before = {row.type: row.schema for row in await session.execute(KEPT)}
    must_keep(before, own_schemas(service))


def must_keep(before: Schemas, now: Schemas) -> None:
    """Refuse schemas that break those of before, naming type, field and rule.

    Raises:
        BrokenPromise: with everything that is broken.
    """
    broken = broken_promises(before, now, lifted=LIFTS.keys())
    if broken:
        raise BrokenPromise(broken)
