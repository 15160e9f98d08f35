"""The page of one visit, its whole history, and the part of it that follows what happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.commitments import CommitmentSigned
from contracts.vocabulary import DelegateState, Party, VisitState, text_in
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import block_of
from services.chassis.ui.stream import Followed
from services.exchanges.visits.model import Visit
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import Asked, coordinates
from services.exchanges.visits.pages.next_step import next_step
from services.exchanges.visits.pages.programme import cities_of, days_of, span_of
from services.exchanges.visits.pages.story import story_of
from services.exchanges.visits.queries import Told, VisitView, subject_of, told_of, view_of
from services.exchanges.visits.states import CALLED_OFF, COMING, MOVABLE, NEXT, OPEN_TO_DELEGATES

router = APIRouter(prefix="/exchanges/visits/{key}", include_in_schema=False)

RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class Signing:
    """One party's place under the text; `again` when an earlier signature fell with a change."""

    party: Party
    word: str
    signed_at: datetime | None
    name: str
    again: bool


@router.get("")
async def one_visit(desk: Asked) -> Response:
    view = await desk.view()
    told = await told_of(desk.session, desk.actor, view)
    visit, t = view.visit, desk.t
    return desk.page(
        "visit",
        view,
        title=text_in(visit.title, t.language),
        cities=cities_of(visit.programme),
        steps=steps_of(view, t),
        current=step_of(view),
        next_step=next_step(view, desk.actor, t, at=clock.now()),
        days=days_of(visit.programme, t),
        signings=signings_of(view, told, t),
        delegates=sorted(visit.delegates, key=lambda delegate: delegate.participant_id),
        waiting=[d for d in visit.delegates if d.state is DelegateState.INVITED],
        lapsed=[d for d in visit.delegates if d.state is DelegateState.LAPSED],
        coming=[d for d in visit.delegates if d.state in COMING],
        spoken=sorted({person.language for person in view.people.values()}),
        story=story_of(told[:RECENT], view, t),
        called_off=visit.state in CALLED_OFF,
        may=_possible(visit) if coordinates(desk, view) else frozenset(),
    )


@router.get("/history")
async def history(desk: Asked) -> Response:
    view = await desk.view()
    told = await told_of(desk.session, desk.actor, view)
    return desk.page("history", view, story=story_of(told, view, desk.t))


def _possible(visit: Visit) -> frozenset[str]:
    """What a coordinator can do in this state, beside the next step."""
    state = visit.state
    offered = {
        "invite": state in OPEN_TO_DELEGATES,
        "plan": state is VisitState.BUILDING,
        "move": state in MOVABLE,
        "cancel": not NEXT[state].isdisjoint({VisitState.CANCELLED, VisitState.DISSOLVED}),
    }
    return frozenset(act for act, possible in offered.items() if possible)


def step_of(view: VisitView) -> int:
    """The number of the step that the visit is at, from 1; 0 when all are done."""
    state = view.visit.state
    if state is VisitState.BUILDING and view.commitment and view.commitment.signatures:
        return 2
    return words.STEP_OF.get(state, 1)


def steps_of(view: VisitView, t: Translator) -> list[dict[str, str]]:
    """The seven steps, each with the one thing that says how far it is."""
    visit = view.visit
    signed = len(view.commitment.signatures) if view.commitment else 0
    coming = sum(delegate.state in COMING for delegate in visit.delegates)
    details = [
        t.date(visit.opened_at, "day"),
        t.gettext("%(signed)s of 4 signed") % {"signed": signed},
        t.ngettext("%(num)s delegate", "%(num)s delegates", coming) % {"num": coming},
        span_of(visit.programme, t),
    ]
    return [
        {"label": t.word(word), "detail": details[place] if place < len(details) else ""}
        for place, word in enumerate(words.STEPS)
    ]


def signings_of(view: VisitView, told: Sequence[Told], t: Translator) -> list[Signing]:
    """The four parties in their order: who has signed, who signs again."""
    given = {s.party: s for s in view.commitment.signatures} if view.commitment else {}
    names: dict[Party, str] = {}
    ever = [each for each in told if isinstance(each.event, CommitmentSigned)]
    for each in reversed(ever):
        names[each.event.party] = each.name or ""  # type: ignore[attr-defined]  # just asked
    return [
        Signing(
            party,
            t.word(words.PARTIES[party]),
            signed_at=given[party].signed_at if party in given else None,
            name=names.get(party, "") if party in given else "",
            again=party in names and party not in given,
        )
        for party in Party
    ]


async def _fragment(request: Request, session: AsyncSession, visit_id: str) -> str:
    t: Translator = request.state.t
    actor: Actor = request.state.actor
    view = await view_of(session, actor, visit_id)
    told = await told_of(session, actor, view, limit=RECENT)
    shown: dict[str, Any] = {"visit": view.visit, "story": story_of(told, view, t)}
    return block_of(request, "visits/visit.html", "activity", **shown)


FOLLOWED: Final = {"visit": Followed(subject_of, _fragment)}
