"""Calendar files over HTTP: one visit to download, a secret address to subscribe to.

To be put before the pages: `/exchanges/visits/EX-2027-031.ics` is no number of a visit.
"""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.chassis import clock, links, tenancy
from services.chassis.etags import unless_known
from services.chassis.http import Acting, Router, ThroughLink, Transaction
from services.chassis.links import Link
from services.chassis.settings import Settings
from services.exchanges.visits.access import visit_of
from services.exchanges.visits.commands.subscribing import subscribe
from services.exchanges.visits.feeds import followed_visits, subscriber
from services.exchanges.visits.ics import MEDIA_TYPE, Reader, calendar_of

files = APIRouter(prefix="/exchanges", include_in_schema=False)
router = Router(prefix="/exchanges/v1/subscriptions", tags=["calendar"])


class Subscription(BaseModel):
    """A secret address for a calendar; whoever has it sees the visits of your association."""

    address: str


@router.post("", status_code=201)
async def subscribe_to_visits(
    request: Request, session: Transaction, actor: Acting
) -> Subscription:
    """Make a new address for your calendar; one that you had before ends."""
    settings: Settings = request.app.state.settings
    link = await subscribe(session, actor, link_key=settings.link_key, at=clock.now())
    return Subscription(address=feed_address(settings, link))


@files.get("/visits/{key}.ics")
async def one_visit(key: str, request: Request, session: Transaction, actor: Acting) -> Response:
    """The sessions of one visit as a calendar file."""
    visit = await visit_of(session, actor, key)
    content = calendar_of([visit], _reader(request, actor.language), name=visit.number)
    answer = calendar_file(request, content)
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.number}.ics"'
    return answer


@files.get("/calendar/{token}.ics")  # noqa: FAST003 - the dependency takes the token
async def subscription(request: Request, through: ThroughLink) -> Response:
    """The visits of the subscriber's association, for calendars that come again and again."""
    at = clock.now()
    actor = await subscriber(through.session, through.link, at=at)
    await tenancy.enter(through.session, actor)
    visits = await followed_visits(through.session, actor, at=at)
    reader = _reader(request, actor.language)
    return calendar_file(request, calendar_of(visits, reader, name="Talka", deadlines=True))


def feed_address(settings: Settings, link: Link) -> str:
    """The whole address of a subscription."""
    return f"{settings.origin}/exchanges/calendar/{links.token(settings.link_key, link.id)}.ics"


def _reader(request: Request, language: str | None) -> Reader:
    settings: Settings = request.app.state.settings
    return Reader(language or "en", settings.origin)


def calendar_file(request: Request, content: bytes) -> Response:
    """The answer with a calendar, or that the one the reader has is still right."""
    return unless_known(request, content, media_type=MEDIA_TYPE, cache_control="private, no-cache")
