"""What comes next in a visit, for the person who looks at it: one sentence, one act at most."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.vocabulary import DelegateState, Party, VisitState
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator, Word
from services.exchanges.visits.access import COORDINATOR, party_of, sides_of
from services.exchanges.visits.commands.agreeing import SIGNABLE
from services.exchanges.visits.pages import words
from services.exchanges.visits.queries import VisitView
from services.exchanges.visits.states import AGREED, CALLED_OFF, COMING, HELD

_S = VisitState


@dataclass(frozen=True, slots=True)
class NextStep:
    """`act` is the last part of an address below the visit; it is posted to, or a page."""

    text: str
    label: str = ""
    act: str = ""
    posts: bool = False


DRAFT: Final = Word(
    "next step",
    "Draft the text that all four sign: your goals, and the programme as it stands. Both"
    " organisations get a link to sign by mail.",
)
SIGN: Final = Word(
    "next step",
    "Read the whole text and sign for {association}. When all four have signed, the visit is"
    " agreed and everybody is told.",
)
AWAIT_SIGNATURES: Final = Word("next step", "These signatures are awaited: {parties}.")
AWAIT_ANSWERS: Final = Word(
    "next step", "Wait for the answers that are missing, or withdraw those invitations."
)
INVITE: Final = Word("next step", "Nobody has accepted yet. Invite people of the visiting side.")
READY: Final = Word(
    "next step", "When everybody who accepted can travel, say so. The host side sees it."
)
AWAIT_READY: Final = Word("next step", "The visiting side says when everybody is ready to travel.")
CHECK_IN: Final = Word("next step", "Check the delegates in. The first one starts the visit.")
AWAIT_ARRIVAL: Final = Word("next step", "The host side checks the delegates in.")
ATTENDANCE: Final = Word("next step", "Record who is present, session by session.")
END: Final = Word("next step", "The last session is over. End the visit, so that it counts.")
AWAIT_END: Final = Word("next step", "The host side records who is present.")
OVER: Final = Word("next step", "The visit is over. Attendance can still be put right.")
OFF: Final = Word("next step", "Nothing more happens here.")
FOR_COORDINATORS: Final = Word("next step", "Coordinators of {associations} act on this visit.")


def next_step(view: VisitView, actor: Actor, t: Translator, *, at: datetime) -> NextStep:
    """What this person can do next, or for whom the visit waits."""
    visit = view.visit
    if visit.state in CALLED_OFF:
        return NextStep(t.word(OFF))
    sides = sides_of(visit)
    if not (actor.is_(COORDINATOR) and actor.association in sides):
        return NextStep(t.word(FOR_COORDINATORS).format(associations=", ".join(sorted(set(sides)))))
    if visit.state in SIGNABLE:
        return _to_sign(view, actor, t)
    if visit.state in AGREED:
        return _to_begin(view, actor, t)
    return _to_hold(view, actor, t, at=at)


def unsigned(view: VisitView) -> list[Party]:
    """The parties whose signatures are missing."""
    signed = view.commitment.signed_by if view.commitment else frozenset()
    return [party for party in Party if party not in signed]


def _to_sign(view: VisitView, actor: Actor, t: Translator) -> NextStep:
    if view.commitment is None:
        return NextStep(t.word(DRAFT), t.gettext("Draft the text"), "commitment")
    mine = {party_of(actor, view.visit)}
    if actor.association == view.visit.visitor_association:
        mine.add(Party.VOP)
    missing = unsigned(view)
    if mine.intersection(missing):
        text = t.word(SIGN).format(association=actor.association)
        return NextStep(text, t.gettext("Read and sign"), "commitment")
    parties = t.list([t.word(words.PARTIES[party]) for party in missing])
    return NextStep(t.word(AWAIT_SIGNATURES).format(parties=parties))


def _to_begin(view: VisitView, actor: Actor, t: Translator) -> NextStep:
    if view.visit.state is _S.COMMITTED:
        return _to_get_ready(view, actor, t)
    if actor.association == view.visit.host_association:
        return NextStep(t.word(CHECK_IN), t.gettext("Check delegates in"), "checkin")
    return NextStep(t.word(AWAIT_ARRIVAL))


def _to_get_ready(view: VisitView, actor: Actor, t: Translator) -> NextStep:
    states = {delegate.state for delegate in view.visit.delegates}
    if DelegateState.INVITED in states:
        return NextStep(t.word(AWAIT_ANSWERS))
    if not states & COMING:
        return NextStep(t.word(INVITE), t.gettext("Invite delegates"), "invite")
    if actor.association != view.visit.visitor_association:
        return NextStep(t.word(AWAIT_READY))
    return NextStep(t.word(READY), t.gettext("Everybody is ready"), "ready", posts=True)


def _to_hold(view: VisitView, actor: Actor, t: Translator, *, at: datetime) -> NextStep:
    visit = view.visit
    hosts = actor.association == visit.host_association and visit.state in HELD
    under_way = visit.state in (_S.IN_PROGRESS, _S.PAUSED)
    lacking = [each for each in visit.programme if each.list_id is None and each.starts_at <= at]
    if hosts and (lacking or (under_way and any(s.ends_at > at for s in visit.programme))):
        return NextStep(t.word(ATTENDANCE), t.gettext("Record attendance"), "attendance")
    if visit.state is _S.IN_PROGRESS and all(each.ends_at <= at for each in visit.programme):
        return NextStep(t.word(END), t.gettext("End the visit"), "end", posts=True)
    if under_way:
        return NextStep(t.word(AWAIT_END))
    if hosts:
        return NextStep(t.word(OVER), t.gettext("Put it right"), "attendance")
    return NextStep(t.word(OVER))
