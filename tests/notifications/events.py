"""Facts of other services as they would arrive: one visit, its people, its commitment.

`Story` numbers the events of each subject and hands them to the consumer as records.
"""

from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from contracts.exchanges import (
    CommitmentDrafted,
    DelegateInvited,
    FormerSession,
    ParticipantErased,
    ParticipantRecorded,
    SessionMoved,
    SessionPlanned,
    SignatureCodeRequested,
    SignatureRequested,
    VisitCancelled,
    VisitCommitted,
    VisitDissolved,
    VisitEvent,
    VisitOpened,
)
from contracts.registry import ClusterProfile, ClusterPublished, StaffAppointed
from contracts.vocabulary import (
    HostSide,
    LegalId,
    LegalIdScheme,
    Mark,
    Mode,
    Names,
    ParticipantRole,
    Party,
    PersonNames,
    ReasonClass,
    Role,
    SessionKind,
    VisitorSide,
    VisitState,
)
from tests.notifications.builders import NITRA, NOON, VISIT, planned, wall

LVIV_CLUSTER = UUID("0190c000-0000-7000-8000-000000000001")
NITRA_CLUSTER = UUID("0190c000-0000-7000-8000-000000000002")
COMMITMENT = UUID("0190d000-0000-7000-8000-000000000001")
OLENA = UUID("0190e000-0000-7000-8000-000000000001")
MAREK = UUID("0190e000-0000-7000-8000-000000000002")
JANA = UUID("0190e000-0000-7000-8000-000000000003")
IVAN = UUID("0190e000-0000-7000-8000-000000000004")  # signs for the guests
PETER = UUID("0190e000-0000-7000-8000-000000000005")  # signs for the hosts
ZUZANA = UUID("0190f000-0000-7000-8000-000000000001")  # coordinator in Slovakia
LESIA = UUID("0190f000-0000-7000-8000-000000000002")  # coordinator in Ukraine

E = TypeVar("E", bound=VisitEvent)


def session_id(number: int) -> UUID:
    return UUID(f"0190b000-0000-7000-8000-{number:012}")


def of_visit(event_class: type[E], /, *, state: VisitState = VisitState.BUILDING, **more: Any) -> E:
    usual: dict[str, Any] = {
        "subject": str(VISIT),
        "time": NOON,
        "number": "EX-2027-031",
        "state": state,
        "visitor_side": VisitorSide.NOMINATED,
        "host_side": HostSide.PENDING,
        "visitor_association": "UA",
        "host_association": "SK",
    }
    return event_class(**usual | more)


def opened(**more: Any) -> VisitOpened:
    usual: dict[str, Any] = {
        "title": {"en": "Plastics in Nitra", "uk": "Пластмаси в Нітрі"},
        "visiting_organisation_id": LVIV_CLUSTER,
        "host_organisation_id": NITRA_CLUSTER,
        "mode": Mode.ON_SITE,
        "activities": ("knowledge_sharing",),
        "dual_use": False,
        "host_zone": "Europe/Bratislava",
    }
    return of_visit(VisitOpened, **usual | more)


def _plan(number: int, day: str) -> dict[str, Any]:
    return {
        "session_id": session_id(number),
        "kind": SessionKind.WORKSHOP,
        "title": {"en": f"Workshop {number}", "uk": f"Майстерня {number}"},
        "mode": Mode.ON_SITE,
        "place": NITRA,
        "starts": planned(f"{day} 09:00"),
        "ends": planned(f"{day} 12:00"),
    }


def session_planned(number: int = 1, **more: Any) -> SessionPlanned:
    day = (wall("2027-03-15 00:00") + timedelta(days=number)).date().isoformat()
    usual = _plan(number, day) | {"calendar_sequence": 0}
    return of_visit(SessionPlanned, **usual | more)


def session_moved(number: int = 2, *, to: str = "2027-03-19", **more: Any) -> SessionMoved:
    before = session_planned(number)
    former = FormerSession(
        starts=before.starts, ends=before.ends, mode=before.mode, place=before.place
    )
    usual = _plan(number, to) | {"calendar_sequence": 1, "former": former}
    return of_visit(SessionMoved, **usual | more)


def invited(participant: UUID = OLENA, **more: Any) -> DelegateInvited:
    usual: dict[str, Any] = {
        "participant_id": participant,
        "organisation_id": LVIV_CLUSTER,
        "funded": True,
        "reply_by_at": NOON + timedelta(days=10),
        "link_id": UUID(int=participant.int ^ 1),
    }
    return of_visit(DelegateInvited, **usual | more)


def committed() -> VisitCommitted:
    return of_visit(
        VisitCommitted,
        state=VisitState.COMMITTED,
        commitment_id=COMMITMENT,
        hash="0" * 64,
        decisive_day=date(2027, 2, 1),
        beneficiaries=(LVIV_CLUSTER,),
    )


def cancelled(**more: Any) -> VisitCancelled:
    usual: dict[str, Any] = {"reason": ReasonClass.SECURITY, "justified": True, "note": None}
    return of_visit(VisitCancelled, state=VisitState.CANCELLED, **usual | more)


def dissolved() -> VisitDissolved:
    return of_visit(
        VisitDissolved,
        state=VisitState.DISSOLVED,
        reason=ReasonClass.ILLNESS,
        justified=True,
        note=None,
    )


def person(
    participant: UUID = OLENA,
    *,
    role: ParticipantRole = ParticipantRole.DELEGATE,
    name: str = "Олена Коваленко",
    mail: str = "olena@example.org",
    language: str = "uk",
    zone: str = "Europe/Kyiv",
) -> ParticipantRecorded:
    return ParticipantRecorded(
        subject=str(participant),
        time=NOON,
        visit_id=VISIT,
        role=role,
        names=PersonNames(original=name),
        mail=mail,
        language=language,
        zone=zone,
        organisation_id=LVIV_CLUSTER,
    )


def erased(participant: UUID = OLENA) -> ParticipantErased:
    return ParticipantErased(subject=str(participant), time=NOON)


def marek() -> ParticipantRecorded:
    return person(
        MAREK, name="Marek Nowak", mail="marek@example.org", language="pl", zone="Europe/Warsaw"
    )


def jana() -> ParticipantRecorded:
    return person(
        JANA, name="Jana Malá", mail="jana@example.org", language="sk", zone="Europe/Bratislava"
    )


def ivan() -> ParticipantRecorded:
    return person(IVAN, role=ParticipantRole.VISITOR, name="Іван", mail="ivan@example.org")


def peter() -> ParticipantRecorded:
    return person(
        PETER, role=ParticipantRole.HOST, name="Peter", mail="peter@example.org", language="sk"
    )


LVIV_NAMES = Names(original="Львівський кластер пластмас", en="Lviv Plastics Cluster")


def cluster(
    cluster_id: UUID = LVIV_CLUSTER,
    *,
    names: Names = LVIV_NAMES,
    country: str = "UA",
) -> ClusterPublished:
    profile = ClusterProfile(
        legal_id=LegalId(scheme=LegalIdScheme.UA_EDRPOU, value="32855961"),
        names=names,
        legal_form="association",
        established=date(2015, 1, 1),
        seat=NITRA.model_copy(update={"country": country}),
        languages=("uk", "en"),
        ecosystem="digital",
        web="https://example.org",
        staff_fte=2,
    )
    return ClusterPublished(
        subject=str(cluster_id),
        time=NOON,
        number="CL-1001",
        version=1,
        profile=profile,
        completeness=0.8,
        dual_use=False,
    )


def the_clusters() -> tuple[ClusterPublished, ClusterPublished]:
    host = Names(original="Nitriansky klaster plastov", en="Nitra Plastics Cluster")
    return cluster(), cluster(NITRA_CLUSTER, names=host, country="SK")


def staff(
    staff_id: UUID = ZUZANA,
    *,
    language: str = "sk",
    mail: str = "z@x.org",
    marks: tuple[Mark, ...] = (),
) -> StaffAppointed:
    return StaffAppointed(
        subject=str(staff_id),
        time=NOON,
        names=PersonNames(original="Zuzana Kováčová"),
        mail=mail,
        language=language,
        zone="Europe/Bratislava",
        roles=(Role.COORDINATOR,),
        marks=marks,
        from_day=date(2020, 1, 1),
    )


def drafted() -> CommitmentDrafted:
    return CommitmentDrafted(**_of_commitment(), hash="0" * 64, parts=())


def signature_requested(participant: UUID = PETER, party: Party = Party.HO) -> SignatureRequested:
    return SignatureRequested(
        **_of_commitment(), party=party, participant_id=participant, link_id=UUID(int=66)
    )


def code_requested(participant: UUID = PETER, party: Party = Party.HO) -> SignatureCodeRequested:
    return SignatureCodeRequested(
        **_of_commitment(),
        party=party,
        participant_id=participant,
        challenge_id=UUID(int=77),
        expires_at=NOON + timedelta(minutes=15),
    )


def _of_commitment() -> dict[str, Any]:
    return {
        "subject": str(COMMITMENT),
        "time": NOON,
        "visit_id": VISIT,
        "visitor_association": "UA",
        "host_association": "SK",
    }
