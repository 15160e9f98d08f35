"""Sites as far as somebody may see them: open ones of everybody, closed ones of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import paging
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry import holding
from services.registry.holding import Found
from services.registry.sites import finding
from services.registry.sites.model import Site, SiteState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    country: str = ""
    seats: int = 0
    has: frozenset[str] = frozenset()  # of EQUIPMENT
    state: SiteState | None = None


EQUIPMENT: Final[dict[str, ColumnElement[bool]]] = {
    "step_free": Site.step_free.is_(True),
    "booth": Site.booth.is_(True),
    "shelter": Site.shelter_minutes.is_not(None),
    "generator": Site.generator.is_(True),
    "satellite": Site.satellite.is_(True),
    "parking": Site.parking > 0,
}


async def sites_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Found[Site]], str | None]:
    """A page of sites with their holders, by name."""
    rows = holding.with_holders(actor, Site).where(finding.visible_to(actor), _matching(wanted))
    return await paging.page(session, rows, Site.sort_name, Site.id, cursor=cursor, size=size)


async def sites_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many sites the actor may see of what is wanted."""
    rows = (
        select(func.count()).select_from(Site).where(finding.visible_to(actor), _matching(wanted))
    )
    return (await session.execute(rows)).scalar_one()


async def sites_of(session: AsyncSession, actor: Actor, holder_id: UUID) -> Sequence[Site]:
    """The open sites of one holder, by name."""
    rows = select(Site).where(
        finding.visible_to(actor), Site.holder_id == holder_id, Site.state == SiteState.OPEN
    )
    return (await session.scalars(rows.order_by(Site.sort_name, Site.id))).all()


def _matching(wanted: Wanted) -> ColumnElement[bool]:
    conditions: list[ColumnElement[Any]] = [
        Site.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    conditions += [EQUIPMENT[name] for name in sorted(wanted.has & EQUIPMENT.keys())]
    if wanted.country:
        conditions.append(Site.country == wanted.country)
    if wanted.seats:
        conditions.append(Site.seats >= wanted.seats)
    if wanted.state is not None:
        conditions.append(Site.state == wanted.state)
    return and_(true(), *conditions)
