"""Whom visits know of an association, page by page."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import paging
from services.chassis.identity import BACK_OFFICE, Actor
from services.exchanges.participants.model import Participant
from services.exchanges.people.finding import Place, known_to, places_of
from services.exchanges.visits.access import shown_to
from services.exchanges.visits.model import Visit


async def places_page(
    session: AsyncSession, actor: Actor, *, text: str, cursor: str | None, size: int
) -> tuple[Sequence[Place], str | None]:
    """The places of the association's people in visits that the actor may see, by address.

    Every word of `text` must stand in a name or in the address.

    Raises:
        NotAllowed: the actor is not of the back office.
    """
    actor.must_be(BACK_OFFICE)
    seen = select(Visit.id).where(shown_to(actor))
    theirs = known_to(actor).where(Participant.visit_id.in_(seen))
    for word in text.split():
        names = (Participant.names[form].astext for form in ("original", "latin", "preferred"))
        stands = [column.icontains(word, autoescape=True) for column in (Participant.mail, *names)]
        theirs = theirs.where(or_(*stands))
    keys = (Participant.mail, Participant.id)
    found, following = await paging.page(session, theirs, *keys, cursor=cursor, size=size)
    return await places_of(session, found), following
