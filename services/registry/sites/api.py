"""Sites for systems: the list, one, and closing one; they are taken in by declaration."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from contracts.vocabulary import Place
from services.chassis import clock
from services.chassis.filters import Country
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.sites import commands, finding, queries
from services.registry.sites.model import Site, SiteState
from services.registry.sites.queries import Wanted

router = Router(prefix="/registry/v1/sites", tags=["sites"])


class SiteOut(BaseModel):
    """A site; `shelter_minutes` is the way to the nearest shelter, on foot."""

    id: UUID
    association: str
    holder_kind: str
    holder_id: UUID
    holder_number: str | None
    holder_name: str | None
    names: dict[str, str]
    place: Place
    seats: int
    step_free: bool
    booth: bool
    shelter_minutes: int | None
    generator: bool
    satellite: bool
    parking: int | None
    dual_use: bool
    opened_on: date
    closed_on: date | None
    state: SiteState
    changed_at: datetime

    @classmethod
    def of(cls, site: Site, number: str | None, name: str | None) -> "SiteOut":
        """The site with its holder."""
        fields = {each: getattr(site, each) for each in cls.model_fields if hasattr(site, each)}
        return cls(**fields, holder_number=number, holder_name=name)


class Closing(BaseModel):
    """The last day on which sessions can be held there."""

    closed_day: date


@router.get("")
async def list_sites(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    country: Country = "",
    seats: Annotated[int, Query(ge=0, le=100_000)] = 0,
    has: Annotated[list[str] | None, Query(description="step_free, booth, shelter, …")] = None,
    state: SiteState | None = None,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[SiteOut]:
    """The sites you may see, by name; `seats` is how many are needed at least."""
    wanted = Wanted(q, country, seats, frozenset(has or ()), state)
    rows, following = await queries.sites_page(session, actor, wanted, cursor=cursor, size=limit)
    return Page(items=[SiteOut.of(*row) for row in rows], next=following)


@router.get("/{site_id}")
async def one_site(site_id: UUID, session: Transaction, actor: Acting) -> SiteOut:
    """One site."""
    return SiteOut.of(*await finding.site_of(session, actor, site_id))


@router.put("/{site_id}/closing")
async def close(site_id: UUID, closing: Closing, session: Transaction, actor: Acting) -> SiteOut:
    """Take no sessions there any more after that day."""
    await commands.close_site(
        session, actor, site_id=site_id, on=closing.closed_day, at=clock.now()
    )
    return SiteOut.of(*await finding.site_of(session, actor, site_id))
