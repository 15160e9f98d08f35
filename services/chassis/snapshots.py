"""Full and delta beside a stream (C-09): what there is now, and what changed since somebody asked.

A snapshot is marked by what the database saw, not by a clock: what commits late is in the next
delta. Each item tells its `sequence`, so a reader who also follows the topic takes from there on.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from sqlalchemy import Function, func, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import tenancy
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import Acting

_MARK: Final = re.compile(r"([0-9]{1,19}):([0-9]{1,19}):((?:[0-9]{1,19}(?:,[0-9]{1,19})*)?)")
_HIGHEST: Final = 2**63 - 1
_BAD: Final = mark(
    "Give what the last answer said as `modified_since`, or an instant, like 2027-03-16T09:00:00Z."
)

Since = Annotated[
    str | None,
    Query(
        max_length=20_000,
        description="`modified_since` of the last answer, or an instant (RFC 3339)",
    ),
]


async def _frozen(request: Request, actor: Acting) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        await tenancy.enter(session, actor)
        yield session


# A transaction that sees one moment only, so that states and sequences belong together.
Frozen = Annotated[AsyncSession, Depends(_frozen, scope="function")]


async def mark_of(session: AsyncSession) -> str:
    """What this transaction sees: the `modified_since` of the delta that follows it."""
    seen: str = (await session.execute(text("select pg_current_snapshot()::text"))).scalar_one()
    return seen


def changed(topic: str, since: str) -> Function[Any]:
    """The subjects of `topic` that changed since then, as rows of SQL.

    Raises:
        Invalid: it is neither a mark of ours nor an instant.
    """
    if _is_mark(since):
        return func.changed_since(
            topic, text("cast(:since as pg_snapshot)").bindparams(since=since)
        )
    instant = _instant(since)
    if instant is None:
        raise Invalid(_BAD, [Fault("/query/modified_since", "TLK-D032", _BAD)])
    return func.changed_after(topic, instant)


def _is_mark(given: str) -> bool:
    """Whether PostgreSQL takes it: what ran lies, in its order, between the two ends."""
    found = _MARK.fullmatch(given)
    if found is None:
        return False
    first, following = int(found[1]), int(found[2])
    running = [int(each) for each in found[3].split(",") if each]
    fits = all(first <= each < following for each in running) and running == sorted(running)
    return 0 < first <= following <= _HIGHEST and fits


def _instant(given: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo else None
