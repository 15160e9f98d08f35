"""What time brings about for imports: forgotten ones end, lists of those over are let go."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.imports.model import UNDO_WITHIN, Import, ImportRow
from services.registry.imports.states import OVER, State

AT_ONCE: Final = 100
WAITS_FOR: Final = timedelta(days=30)


async def let_lists_go(session: AsyncSession, now: datetime) -> int:
    """Forget file and rows of imports that are over since a day; their counts stay.

    Lists name people, and nobody who is erased from the register may live on in one (D-01, D-02).
    """
    due = await session.scalars(
        select(Import.id)
        .where(
            Import.state.in_(OVER),
            Import.changed_at < now - UNDO_WITHIN,
            func.octet_length(Import.file) > 0,
        )
        .order_by(Import.changed_at, Import.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = due.all()
    await session.execute(delete(ImportRow).where(ImportRow.import_id.in_(ids)))
    await session.execute(update(Import).where(Import.id.in_(ids)).values(file=b"", left_out=[]))
    return len(ids)


async def discard_forgotten(session: AsyncSession, now: datetime) -> int:
    """Discard imports that have waited for somebody for 30 days, so that their lists are let go."""
    due = await session.scalars(
        select(Import)
        .where(
            Import.state.in_([State.MATCHING, State.WAITING]),
            Import.changed_at < now - WAITS_FOR,
        )
        .order_by(Import.changed_at, Import.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    forgotten = due.all()
    for found in forgotten:
        actor = replace(SYSTEM, association=found.association)
        await history.record(session, found.cancel(at=now), actor=actor)
    return len(forgotten)


TIMERS: Final = (
    Timer("lists of imports are let go", 600, let_lists_go),
    Timer("forgotten imports are discarded", 3600, discard_forgotten),
)
