"""Valid things of exchanges; a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.event import uuid7
from contracts.vocabulary import (
    CommitmentPart,
    DelegateAnswer,
    HostSide,
    Mode,
    Party,
    Place,
    Region,
    RegionScheme,
    SessionKind,
    VisitorSide,
    VisitState,
)
from services.chassis.identity import Actor
from services.exchanges.commitments.model import Commitment
from services.exchanges.visits.delegates import Delegate, Invitation
from services.exchanges.visits.model import Opening, Visit
from services.exchanges.visits.sessions import NewSession, VisitSession

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DEADLINE = NOON + 5 * DAY

LVIV_CLUSTER = UUID("018f0000-0000-7000-8000-00000000c001")
NITRA_CLUSTER = UUID("018f0000-0000-7000-8000-00000000c002")
OKSANA = UUID("018f0000-0000-7000-8000-00000000d001")
MARTIN = UUID("018f0000-0000-7000-8000-00000000d002")
LENA = UUID("018f0000-0000-7000-8000-00000000d003")

NITRA = Place(
    country="SK",
    region=Region(scheme=RegionScheme.NUTS, code="SK023"),
    settlement="Nitra",
    name="Agrokomplex, hall M1",
)


def a_coordinator(of: str = "SK", **more: Any) -> Actor:
    usual: dict[str, Any] = {
        "id": f"staff:{uuid7()}",
        "association": of,
        "roles": frozenset({"coordinator"}),
    }
    return Actor(**(usual | more))


def a_plan(
    day: int = 16, starts: int = 9, ends: int = 12, mode: Mode = Mode.ON_SITE, **more: Any
) -> NewSession:
    usual: dict[str, Any] = {
        "title": {"en": f"Session of {day} March"},
        "kind": SessionKind.WORKSHOP,
        "mode": mode,
        "starts_wall": datetime(2027, 3, day, starts),  # noqa: DTZ001 - a wall time
        "ends_wall": datetime(2027, 3, day, ends),  # noqa: DTZ001 - a wall time
        "zone": "Europe/Bratislava",
        "place": NITRA if mode is Mode.ON_SITE else None,
    }
    return NewSession(**(usual | more))


def a_session(plan: NewSession | None = None, *, at: datetime = NOON) -> VisitSession:
    return VisitSession.planned(
        plan or a_plan(), visitor_association="UA", host_association="SK", at=at
    )


def an_opening(**more: Any) -> Opening:
    usual: dict[str, Any] = {
        "title": {"en": "Plastics for the field"},
        "visitor_association": "UA",
        "host_association": "SK",
        "visiting_organisation_id": LVIV_CLUSTER,
        "host_organisation_id": NITRA_CLUSTER,
        "host_zone": "Europe/Bratislava",
        "mode": Mode.ON_SITE,
    }
    return Opening(**(usual | more))


def a_visit(
    *plans: NewSession,
    state: VisitState = VisitState.BUILDING,
    sides: tuple[VisitorSide, HostSide] | None = None,
) -> Visit:
    """A visit of two sessions on 16 and 17 March, put into `state` with sides that fit it."""
    visit, _ = Visit.open(an_opening(), number="EX-2027-031", by="staff:zuzana", at=NOON)
    for plan in plans or (a_plan(16), a_plan(17)):
        visit.add_session(a_session(plan), at=NOON)
    signed = state not in {VisitState.BUILDING, VisitState.RESCHEDULING}
    visit.state = state
    visit.visitor_side, visit.host_side = sides or (
        (VisitorSide.LIVE, HostSide.VERIFIED)
        if signed
        else (VisitorSide.NOMINATED, HostSide.PENDING)
    )
    return visit


def an_invitation(participant_id: UUID = OKSANA, **more: Any) -> Invitation:
    usual: dict[str, Any] = {
        "participant_id": participant_id,
        "person_id": participant_id,
        "organisation_id": LVIV_CLUSTER,
        "funded": True,
        "reply_by_at": DEADLINE,
        "link_id": uuid7(),
    }
    return Invitation(**(usual | more))


def a_delegate(visit: Visit, participant_id: UUID = OKSANA) -> Delegate:
    """Somebody who was invited and accepted, while the visit was still being built."""
    state, visit.state = visit.state, VisitState.BUILDING
    visit.invite(an_invitation(participant_id), at=NOON)
    visit.answer(participant_id, DelegateAnswer.ACCEPTED, at=NOON + DAY)
    visit.state = state
    return visit.delegate(participant_id)


def a_text(**parts: Any) -> dict[CommitmentPart, Any]:
    usual: dict[str, Any] = {
        "goals": {"en": "Two joint projects"},
        "parties": {"vo": str(LVIV_CLUSTER), "ho": str(NITRA_CLUSTER), "vop": "UA", "hop": "SK"},
        "span": {"first_day": "2027-03-16", "last_day": "2027-03-17", "modes": ["on_site"]},
        "agenda": [{"title": {"en": "Session of 16 March"}, "starts": "2027-03-16T09:00"}],
    }
    return {CommitmentPart(name): value for name, value in (usual | parts).items()}


def a_commitment(*signed_by: Party, **parts: Any) -> Commitment:
    commitment, _ = Commitment.draft(
        a_text(**parts), visit_id=uuid7(), visitor_association="UA", host_association="SK", at=NOON
    )
    for party in signed_by:
        commitment.sign(party, shown_hash=commitment.hash, signer="staff:somebody", at=NOON)
    return commitment
