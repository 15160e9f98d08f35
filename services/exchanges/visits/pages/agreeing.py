"""The text that four parties sign: read it whole, draft it, sign it for an association.

Nobody signs what was not on the page: the form brings back the hash that was shown, and the text
itself, so that a change can be pointed at.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter
from fastapi import Form as Field
from starlette.responses import Response

from contracts.vocabulary import CommitmentPart, Party, VisitState
from services.chassis.errors import Conflict, DomainError, Invalid
from services.chassis.faults import mark
from services.exchanges.commitments.refusals import TextChanged
from services.exchanges.commitments.text import digests_of, hash_of
from services.exchanges.visits.commands.agreeing import (
    SIGNABLE,
    draft_commitment,
    sign_as_association,
)
from services.exchanges.visits.pages.desk import Asked, Desk, coordinates, faults_of
from services.exchanges.visits.pages.forms import form_of
from services.exchanges.visits.pages.next_step import unsigned
from services.exchanges.visits.pages.paper import differences, lines_of, parts_of
from services.exchanges.visits.pages.visit import signings_of
from services.exchanges.visits.queries import VisitView, told_of
from services.exchanges.visits.shapes.asked import DraftIn

router = APIRouter(prefix="/exchanges/visits/{key}/commitment", include_in_schema=False)

DRAFTED: Final = mark("The text stands. Both organisations get a mail with a link to sign it.")
SIGNED: Final = mark("You have signed for {association}.")


@router.get("")
async def read(desk: Asked) -> Response:
    return await _paper(desk, await desk.view())


@router.post("/goals")
async def draft(desk: Asked) -> Response:
    await desk.view_to_change()
    form = await form_of(desk.request)
    try:
        asked = form.read(DraftIn, {"goals": {desk.t.language: form.required("goals")}})
        await desk.attempt(draft_commitment, goals=asked.goals)
    except (Invalid, Conflict) as refusal:
        return await _paper(desk, await desk.view(), refusal=refusal, goals=form.text("goals"))
    return desk.done(DRAFTED, onward="/commitment")


@router.post("")
async def sign(
    desk: Asked,
    party: Annotated[Party, Field()],
    hash: Annotated[str, Field()],  # noqa: A002 - the name of the field
    shown: Annotated[str, Field()] = "",
) -> Response:
    view = await desk.view_to_change()
    try:
        await desk.attempt(sign_as_association, party=party, shown_hash=hash)
    except TextChanged as refusal:
        changes = changed_since(shown, hash, view, desk)
        return await _paper(desk, view, refusal=refusal, changes=changes)
    return desk.done(SIGNED, association=desk.actor.association)


def shown_text(view: VisitView) -> str:
    """The text as the form carries it, to be compared when it comes back."""
    return json.dumps(view.commitment.text, ensure_ascii=False) if view.commitment else ""


def changed_since(
    shown: str, shown_hash: str, view: VisitView, desk: Any
) -> list[tuple[str, str, str]]:
    """What differs from the text that was shown; nothing if that is no text of ours."""
    text = _read(shown)
    if view.commitment is None or text is None or shown_hash not in view.commitment.seen:
        return []
    if hash_of(digests_of({part: text[part.value] for part in CommitmentPart})) != shown_hash:
        return []
    now = lines_of(view.commitment.text, view, desk.t)
    return differences(lines_of(text, view, desk.t), now)


def _read(shown: str) -> Mapping[str, Any] | None:
    try:
        text = json.loads(shown)
    except ValueError:
        return None
    whole = isinstance(text, dict) and set(text) == {part.value for part in CommitmentPart}
    return text if whole else None


async def _paper(
    desk: Desk,
    view: VisitView,
    *,
    refusal: DomainError | None = None,
    changes: list[tuple[str, str, str]] | None = None,
    goals: str | None = None,
) -> Response:
    visit = view.visit
    mine = _mine(desk, view)
    standing = view.commitment.text["goals"] if view.commitment else {}
    return desk.page(
        "commitment",
        view,
        refusal=refusal,
        parts=parts_of(view, desk.t),
        changes=changes or [],
        shown=shown_text(view),
        signings=signings_of(view, await told_of(desk.session, desk.actor, view), desk.t),
        to_sign=[p for p in mine if p in unsigned(view)] if visit.state in SIGNABLE else [],
        may_draft=coordinates(desk, view) and visit.state is VisitState.BUILDING,
        goals=standing.get(desk.t.language, "") if goals is None else goals,
        faults=faults_of(refusal, desk.t, fields=["goals"]) if refusal else (),
    )


def _mine(desk: Desk, view: VisitView) -> list[Party]:
    """The associations for which this person may sign."""
    if view.commitment is None or not coordinates(desk, view):
        return []
    sides = {Party.VOP: view.visit.visitor_association, Party.HOP: view.visit.host_association}
    return [party for party, side in sides.items() if side == desk.actor.association]
