"""The link page of a delegate: will you come? And what became of it, in the person's own words."""

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary import DelegateAnswer, DelegateState
from services.chassis import clock
from services.chassis.errors import Conflict, Gone
from services.chassis.http import ThroughLink
from services.chassis.links import SECRET
from services.chassis.settings import Settings
from services.chassis.ui.i18n import Word
from services.exchanges.visits.calendar_api import calendar_file
from services.exchanges.visits.commands.inviting import answer_invitation
from services.exchanges.visits.ics import Reader, calendar_of
from services.exchanges.visits.pages.guests import Guest, Invited
from services.exchanges.visits.pages.link_signing import signing
from services.exchanges.visits.states import CALLED_OFF

router = APIRouter(prefix="/exchanges/i", include_in_schema=False)

OFF: Final = Word("link", "This visit does not take place")
TOO_LATE: Final = Word("link", "The time to answer is over")
DEADLINE: Final = Word("link", "The deadline was {time} in {city}.")
SAID: Final = {
    DelegateState.DECLINED: Word("link", "You have declined"),
    DelegateState.WITHDRAWN: Word("link", "You do not take part in this visit any more"),
    DelegateState.REPLACED: Word("link", "Somebody else takes part in your place"),
    DelegateState.ATTENDED: Word("link", "Thank you for taking part"),
    DelegateState.ABSENT: Word("link", "Thank you for your answer"),
    DelegateState.WAITING: Word("link", "You are on the waiting list"),
}
COMING: Final = Word("link", "You are coming: thank you")


@router.get("/{token}.ics")  # noqa: FAST003 - the dependency takes the token
async def calendar(guest: Invited) -> Response:
    """The sessions for the guest's own calendar."""
    settings: Settings = guest.request.app.state.settings
    visit = guest.view.visit
    content = calendar_of([visit], Reader(guest.t.language, settings.origin), name=visit.number)
    answer = calendar_file(guest.request, content)
    answer.headers.update(SECRET)
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.number}.ics"'
    return answer


@router.get("/{token}")  # noqa: FAST003 - the dependency takes the token
async def show(guest: Invited) -> Response:
    if guest.refusal is not None:
        return await guest.ended(guest.refusal)
    if guest.participant.party is not None:
        return await signing(guest)
    return await _invitation(guest)


@router.post("/{token}")  # noqa: FAST003 - the dependency takes the token
async def answer(
    guest: Invited, through: ThroughLink, answer: Annotated[DelegateAnswer, Form()]
) -> Response:
    if guest.refusal is not None:
        return await guest.ended(guest.refusal)
    try:
        async with through.session.begin_nested():
            await answer_invitation(
                through.session,
                guest.actor,
                key=str(guest.view.visit.id),
                participant_id=guest.participant.id,
                answer=answer,
                at=clock.now(),
            )
    except (Conflict, Gone):
        return await _invitation(guest)  # it says how things stand
    return RedirectResponse(guest.address, 303, SECRET)


async def _invitation(guest: Guest) -> Response:
    visit = guest.view.visit
    delegate = visit.delegate(guest.participant.id)
    open_until = delegate.reply_by_at
    if visit.state in CALLED_OFF:
        return await guest.said(OFF)
    if delegate.state is DelegateState.ACCEPTED:
        return await guest.said(COMING, programme=True, answered=True)
    waiting = delegate.state in (DelegateState.INVITED, DelegateState.OFFERED)
    if waiting and clock.now() <= open_until:
        return await guest.page(
            "link_invitation", until=guest.when(open_until), own=guest.own(open_until)
        )
    if waiting or delegate.state is DelegateState.LAPSED:
        city = guest.t.city(visit.host_zone)
        text = guest.t.word(DEADLINE).format(time=guest.when(open_until), city=city)
        return await guest.said(TOO_LATE, text, status=410, own=guest.own(open_until))
    answered = delegate.state is DelegateState.DECLINED
    return await guest.said(SAID[delegate.state], answered=answered)
