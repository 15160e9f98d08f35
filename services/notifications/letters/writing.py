"""From facts to what goes out: the letter of their kind, and the calendar entries it carries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from contracts.vocabulary import Mode
from services.notifications.calendar.messages import Entry, Method
from services.notifications.letters import asking, confirming, telling
from services.notifications.letters.about import Desk, VisitDesk
from services.notifications.letters.facts import (
    DelegateWithdrawal,
    DormantProfile,
    Facts,
    Invitation,
    ProgrammeChange,
    SessionFacts,
    SignatureCode,
    SignatureRequest,
    VisitAgreed,
    VisitCancellation,
)
from services.notifications.letters.letter import Letter

WRITERS: Final[Mapping[type[Facts], Callable[[Any, Any], Letter]]] = {
    Invitation: asking.invitation,
    SignatureRequest: asking.signature_request,
    SignatureCode: asking.signature_code,
    ProgrammeChange: telling.programme_change,
    DelegateWithdrawal: telling.delegate_withdrawal,
    VisitCancellation: telling.visit_cancellation,
    VisitAgreed: telling.visit_agreed,
    DormantProfile: confirming.dormant_profile,
}


def write(facts: Facts, desk: Desk) -> Letter:
    """The letter that tells these facts."""
    return WRITERS[type(facts)](facts, desk)


def entries(facts: Facts, desk: Desk) -> Sequence[tuple[Method, Entry]]:
    """What the letter does to the reader's calendar, one message for each session of its visit."""
    if not isinstance(desk, VisitDesk):
        return []
    return [
        (Method.CANCEL if _ends(session, facts) else Method.REQUEST, _entry(session, desk))
        for session in facts.calendar_sessions
    ]


def _ends(session: SessionFacts, facts: Facts) -> bool:
    if isinstance(facts, ProgrammeChange):
        return session in facts.dropped
    return isinstance(facts, DelegateWithdrawal | VisitCancellation)


def _entry(session: SessionFacts, desk: VisitDesk) -> Entry:
    visit = desk.visit_facts()
    return Entry(
        session_id=session.session_id,
        sequence=session.sequence,
        starts=session.starts,
        ends=session.ends,
        online=session.mode is Mode.ONLINE,
        summary=desk.title(session),
        location=desk.where(session),
        description="\n".join(f"{label}: {value}" for label, value in visit.rows),
    )
