"""The link page of who signs for an organisation: read the text, get a code by mail, sign.

The code shows that the mailbox is still the person's own; a wrong one is counted.
"""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from services.chassis import clock
from services.chassis.errors import DomainError, Fault
from services.chassis.faults import mark
from services.chassis.links import SECRET
from services.chassis.ui.i18n import Word
from services.exchanges.commitments.challenges import ATTEMPTS, Challenge
from services.exchanges.commitments.queries import challenge_of
from services.exchanges.commitments.refusals import CodeSpent, TextChanged, TooManyCodes
from services.exchanges.visits.commands.agreeing import SIGNABLE, request_code, sign_by_code
from services.exchanges.visits.pages.agreeing import changed_since, shown_text
from services.exchanges.visits.pages.desk import faults_of
from services.exchanges.visits.pages.guests import Guest, Invited
from services.exchanges.visits.pages.paper import parts_of
from services.exchanges.visits.states import CALLED_OFF

router = APIRouter(prefix="/exchanges/i/{token}", include_in_schema=False)

OFF: Final = Word("link", "This visit does not take place")
NO_TEXT: Final = Word("link", "There is nothing to sign yet")
NO_TEXT_YET: Final = mark("You get a mail as soon as there is a text to sign.")
SIGNED: Final = Word("link", "You have signed")
AGREED: Final = Word("link", "This visit is agreed; nothing is signed now")
WRONG_CODE: Final = mark("This is not the code. Look at the newest mail, or ask for a new code.")


async def signing(
    guest: Guest,
    *,
    challenge: UUID | None = None,
    refusal: DomainError | None = None,
    faults: list[Fault] | None = None,
    changes: list[tuple[str, str, str]] | None = None,
) -> Response:
    """How things stand for who signs: nothing yet, the text, or what was signed."""
    visit, commitment = guest.view.visit, guest.view.commitment
    if visit.state in CALLED_OFF:
        return await guest.said(OFF)
    if commitment is None:
        return await guest.said(NO_TEXT, guest.t.gettext(NO_TEXT_YET))
    if guest.participant.party in commitment.signed_by:
        return await guest.said(SIGNED, programme=True)
    if visit.state not in SIGNABLE:
        return await guest.said(AGREED)
    told: list[Fault] = faults or (faults_of(refusal, guest.t) if refusal else [])
    return await guest.page(
        "link_signing",
        status=refusal.status if refusal else 422 if faults else 200,
        parts=parts_of(guest.view, guest.t),
        shown=shown_text(guest.view),
        challenge=await _open(guest, challenge),
        attempts=ATTEMPTS,
        changes=changes or [],
        faults=told,
    )


@router.get("/sign")
async def ask_for_the_code(guest: Invited, challenge: UUID) -> Response:
    if guest.refusal is not None:
        return await guest.ended(guest.refusal)
    return await signing(guest, challenge=challenge)


@router.post("/code")
async def send_a_code(guest: Invited) -> Response:
    if guest.refusal is not None:
        return await guest.ended(guest.refusal)
    session = guest.through.session
    try:
        async with session.begin_nested():
            asked = await request_code(
                session, guest.actor, participant=guest.participant, at=clock.now()
            )
            await session.flush()
    except TooManyCodes as refusal:
        return await signing(guest, refusal=refusal)
    return RedirectResponse(f"{guest.address}/sign?challenge={asked.id}", 303, SECRET)


@router.post("/sign")
async def sign(
    guest: Invited,
    challenge: Annotated[UUID, Form()],
    hash: Annotated[str, Form()],  # noqa: A002 - the name of the field
    code: Annotated[str, Form()] = "",
    shown: Annotated[str, Form()] = "",
) -> Response:
    if guest.refusal is not None:
        return await guest.ended(guest.refusal)
    given: dict[str, Any] = {"challenge_id": challenge, "code": code, "shown_hash": hash}
    try:
        right = await _sign(guest, **given)
    except TextChanged as refusal:
        changes = changed_since(shown, hash, guest.view, guest)
        return await signing(guest, challenge=challenge, refusal=refusal, changes=changes)
    except CodeSpent as refusal:
        return await signing(guest, refusal=refusal)
    if not right:  # counted: what was done so far is committed
        text = guest.t.gettext(WRONG_CODE)
        return await signing(
            guest, challenge=challenge, faults=[Fault("/code", CodeSpent.code, text)]
        )
    return RedirectResponse(guest.address, 303, SECRET)


async def _sign(guest: Guest, **given: Any) -> bool:
    session = guest.through.session
    async with session.begin_nested():
        right = await sign_by_code(
            session,
            guest.actor,
            participant=guest.participant,
            link_key=guest.request.app.state.settings.link_key,
            at=clock.now(),
            **given,
        )
        await session.flush()
    return right


async def _open(guest: Guest, challenge_id: UUID | None) -> Challenge | None:
    """The challenge, while its code can be tried."""
    if challenge_id is None:
        return None
    challenge = await challenge_of(guest.through.session, guest.participant.id, challenge_id)
    if challenge is None:
        return None
    still = challenge.used_at is None and challenge.attempts < ATTEMPTS
    return challenge if still and clock.now() < challenge.expires_at else None
