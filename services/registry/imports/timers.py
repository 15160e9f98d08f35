"""What time brings about for imports: the lists of those that are over are let go."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.timers import Timer
from services.registry.imports.model import UNDO_WITHIN, Import, ImportRow
from services.registry.imports.states import OVER

AT_ONCE: Final = 100


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
        .limit(AT_ONCE)
    )
    ids = due.all()
    await session.execute(delete(ImportRow).where(ImportRow.import_id.in_(ids)))
    await session.execute(update(Import).where(Import.id.in_(ids)).values(file=b""))
    return len(ids)


TIMERS: Final = (Timer("lists of imports are let go", 600, let_lists_go),)
