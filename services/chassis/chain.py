"""Verifies the hash chain over a history: a changed, removed or reordered row is found."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.history import digest_of, history
from services.chassis.relay import seal_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found: how many rows are sealed and sound, and the first that is not."""

    rows: int
    first_bad_position: int | None = None
    reason: str | None = None

    @property
    def sound(self) -> bool:
        return self.reason is None


async def verify(session: AsyncSession) -> Verdict:
    """Recompute every seal from the rows it covers, oldest first."""
    former, checked = b"", 0
    seals = await session.stream(text("select positions, hash from seals order by number"))
    async for positions, expected in seals:
        found = await session.execute(select(history).where(history.c.position.in_(positions)))
        rows = {row["position"]: row for row in found.mappings()}
        for position in positions:
            row = rows.get(position)
            if row is None:
                return Verdict(checked, position, "the row is gone")
            if not _is_emptied(dict(row)) and digest_of(row) != row["digest"]:
                return Verdict(checked, position, "the row was changed")
        former = seal_of(former, [rows[position] for position in positions])
        if former != expected:
            return Verdict(checked, positions[0], "the rows or their order were changed")
        checked += len(positions)
    return Verdict(checked)


def _is_emptied(row: dict[str, object]) -> bool:
    """A personal row whose data were erased keeps the digest they had."""
    return row["data"] is None and row["salt"] is None and bool(row["emptied_at"])
