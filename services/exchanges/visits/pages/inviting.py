"""Invite delegates, a few at once, and take one off again."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi import Form as Field
from starlette.responses import Response

from contracts.planned_time import NoSuchWallTime, instant_of
from contracts.vocabulary import ReasonClass
from services.chassis.errors import Conflict, DomainError, Fault, Invalid
from services.chassis.faults import mark
from services.chassis.ui.render import nothing_leaves_since
from services.exchanges.copies.queries import associations
from services.exchanges.participants.refusals import AlreadyInVisit
from services.exchanges.visits.commands.inviting import invite_delegates, withdraw_delegate
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import Asked, Desk, faults_of
from services.exchanges.visits.pages.forms import NO_WALL, Form, closed_up, form_of
from services.exchanges.visits.pages.planning import person_asked
from services.exchanges.visits.shapes.asked import InvitationIn
from services.exchanges.visits.states import EXPECTED

router = APIRouter(prefix="/exchanges/visits/{key}", include_in_schema=False)

ROWS: Final = 4
MATTERS: Final = ("names", "mail")  # a row with neither is empty
NOBODY: Final = mark("Name at least one person.")
INVITED: Final = mark("The invitations are on their way, each in the language of its reader.")
INVITED_LATER: Final = mark(
    "The invitations are saved, and go out as soon as messages can leave again, each in the "
    "language of its reader."
)
WITHDRAWN: Final = mark("{name} is off the visit and gets a message; nobody else does.")


@router.get("/invite")
async def ask(desk: Asked) -> Response:
    return await _form(desk, {})


@router.post("/invite")
async def invite(desk: Asked) -> Response:
    view = await desk.view_to_change()
    known = await associations(desk.session)
    form = closed_up(await form_of(desk.request), "people", MATTERS)
    try:
        asked = form.read(InvitationIn, _asked(form, known[view.visit.visitor_association].zone))
        await desk.attempt(invite_delegates, invitees=asked.invitees(), link_key=desk.link_key)
    except (Invalid, Conflict) as refusal:
        return await _form(desk, form.typed, refusal)
    return desk.done(INVITED_LATER if nothing_leaves_since(desk.request) else INVITED)


@router.get("/delegates/{participant_id}/withdraw")
async def ask_to_withdraw(desk: Asked, participant_id: UUID) -> Response:
    view = await desk.view_to_change()
    return desk.page(
        "withdraw",
        view,
        delegate=view.visit.delegate(participant_id),
        name=_name(desk, view.people, participant_id),
        reasons=words.choices(desk.t, words.REASONS),
        others=sum(delegate.state in EXPECTED for delegate in view.visit.delegates) - 1,
    )


@router.post("/delegates/{participant_id}/withdraw")
async def withdraw(
    desk: Asked, participant_id: UUID, reason: Annotated[ReasonClass | None, Field()] = None
) -> Response:
    view = await desk.view_to_change()
    name = _name(desk, view.people, participant_id)
    await desk.attempt(withdraw_delegate, participant_id=participant_id, reason=reason)
    return desk.done(WITHDRAWN, name=name)


def _name(desk: Desk, people: Mapping[UUID, Any], participant_id: UUID) -> str:
    person = people.get(participant_id)
    return words.name_of(person, desk.t) if person else desk.t.gettext("This person")


def _asked(form: Form, zone: str) -> dict[str, Any]:
    rows = form.filled_rows("people", MATTERS)
    if not rows:
        form.faults.append(Fault("/people/0/names", "TLK-X026", NOBODY))
    wall = form.wall("reply_by_at", "reply_time")
    try:
        until = instant_of(wall, zone)
    except NoSuchWallTime as skipped:
        form.faults.append(Fault("/reply_time", skipped.code, skipped.text, values=skipped.values))
        until = instant_of(NO_WALL, zone)
    return {
        "people": [person_asked(form, f"{row}/") for row in rows],
        "reply_by_at": until,
        "funded": form.text("funded") == "yes",
    }


async def _form(
    desk: Desk, typed: Mapping[str, str], refusal: DomainError | None = None
) -> Response:
    view = await desk.view_to_change()
    known = await associations(desk.session)
    home = known[view.visit.visitor_association]
    fields = [*typed, "people/0/names"]
    faults = faults_of(refusal, desk.t, fields=fields) if refusal else []
    if isinstance(refusal, AlreadyInVisit):
        faults = [_of_mail(fault, typed, str(refusal.values["mail"])) for fault in faults]
    return desk.page(
        "invite",
        view,
        refusal=refusal,
        typed=typed,
        rows=range(ROWS),
        home=home,
        mail_languages=words.languages(desk.t),
        zones=words.zones(desk.t, {copy.zone for copy in known.values()}),
        faults=faults,
    )


def _of_mail(fault: Fault, typed: Mapping[str, str], mail: str) -> Fault:
    """The fault at the row of the person who is invited already."""
    row = next(
        (key for key, text in typed.items() if key.endswith("/mail") and text.strip() == mail), ""
    )
    return Fault(f"/{row}" if row else "", fault.code, fault.text)
