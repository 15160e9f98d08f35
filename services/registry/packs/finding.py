"""Which packs there are, and which one holds on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.reference import rule_packs
from services.registry.packs.model import Pack, RulePack


async def packs_of(session: AsyncSession, country: str) -> Sequence[Pack]:
    """All packs of a country, the latest first; the last one is the one Talka came with."""
    rows = select(RulePack).where(RulePack.association == country).order_by(RulePack.adopted_at)
    adopted = [row.pack for row in await session.scalars(rows)]
    came_with = [
        Pack(each.country, each.version, each.from_day, each.required, each.schemes)
        for each in rule_packs()
        if each.country == country
    ]
    return sorted([*came_with, *adopted], key=lambda pack: pack.from_day)[::-1]


async def pack_on(session: AsyncSession, country: str, *, on: date) -> Pack | None:
    """The pack that holds in a country on that day; None before the first."""
    packs = await packs_of(session, country)
    return next((pack for pack in packs if pack.from_day <= on), None)
