"""Valid facts, recipients and sessions; a test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.planned_time import PlannedTime
from contracts.vocabulary import Mode, Party, Place, ReasonClass, Region, RegionScheme, SessionKind
from services.chassis.ui.i18n import Catalogues
from services.notifications.app import LOCALES
from services.notifications.letters.about import About, AboutCluster, ClusterDesk, Doors, VisitDesk
from services.notifications.letters.facts import (
    DelegateWithdrawal,
    Invitation,
    Move,
    ProgrammeChange,
    SessionFacts,
    SignatureCode,
    SignatureRequest,
    Signing,
    VisitAgreed,
    VisitCancellation,
)

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)
VISIT = UUID("0190a000-0000-7000-8000-000000000001")
CATALOGUES = Catalogues([LOCALES])
NITRA = Place(
    country="SK",
    region=Region(scheme=RegionScheme.NUTS, code="SK023"),
    settlement="Nitra",
    name="Hala 3",
    street="Novozámocká 224",
)


def wall(text: str) -> datetime:
    """What a clock on the wall shows."""
    return datetime.fromisoformat(text)


def planned(text: str, zone: str = "Europe/Bratislava") -> PlannedTime:
    return PlannedTime.at(wall(text), zone)


def a_session(number: int = 1, **changes: Any) -> SessionFacts:
    day = wall("2027-03-15 09:00") + timedelta(days=number)
    usual: dict[str, Any] = {
        "session_id": UUID(f"0190b000-0000-7000-8000-{number:012}"),
        "kind": SessionKind.WORKSHOP,
        "title": {"en": f"Workshop {number}", "uk": f"Майстерня {number}"},
        "mode": Mode.ON_SITE,
        "place": NITRA,
        "starts": PlannedTime.at(day, "Europe/Bratislava"),
        "ends": PlannedTime.at(day + timedelta(hours=3), "Europe/Bratislava"),
        "sequence": 0,
    }
    return SessionFacts(**usual | changes)


def an_online_session(number: int = 9, **changes: Any) -> SessionFacts:
    return a_session(number, **{"mode": Mode.ONLINE, "place": None} | changes)


def an_invitation(**changes: Any) -> Invitation:
    usual: dict[str, Any] = {
        "at": NOON,
        "visit_id": VISIT,
        "sessions": (a_session(1), a_session(2), an_online_session(3)),
        "reply_by_at": datetime(2027, 2, 19, 16, tzinfo=UTC),
        "link_id": UUID(int=5),
    }
    return Invitation(**usual | changes)


def a_move(**changes: Any) -> Move:
    former = a_session(2)
    usual: dict[str, Any] = {
        "session": a_session(
            2,
            sequence=1,
            starts=planned("2027-03-18 09:00"),
            ends=planned("2027-03-18 12:00"),
        ),
        "former_starts": former.starts,
        "former_ends": former.ends,
        "former_place": former.place,
    }
    return Move(**usual | changes)


def a_change(**changes: Any) -> ProgrammeChange:
    usual: dict[str, Any] = {"at": NOON, "visit_id": VISIT, "moved": (a_move(),)}
    return ProgrammeChange(**usual | changes)


def a_withdrawal(**changes: Any) -> DelegateWithdrawal:
    usual: dict[str, Any] = {
        "at": NOON,
        "visit_id": VISIT,
        "sessions": (a_session(sequence=1),),
        "reason": None,
    }
    return DelegateWithdrawal(**usual | changes)


def a_cancellation(**changes: Any) -> VisitCancellation:
    usual: dict[str, Any] = {
        "at": NOON,
        "visit_id": VISIT,
        "sessions": (a_session(1, sequence=1), a_session(2, sequence=2)),
        "reason": ReasonClass.SECURITY,
        "note": "The road is closed.",
    }
    return VisitCancellation(**usual | changes)


def an_agreement(**changes: Any) -> VisitAgreed:
    usual: dict[str, Any] = {
        "at": NOON,
        "visit_id": VISIT,
        "sessions": (a_session(1), a_session(2)),
    }
    return VisitAgreed(**usual | changes)


def a_signature_request(**changes: Any) -> SignatureRequest:
    usual: dict[str, Any] = {
        "at": NOON,
        "visit_id": VISIT,
        "party": Party.HO,
        "link_id": UUID(int=6),
    }
    return SignatureRequest(**usual | changes)


def a_signature_code(**changes: Any) -> SignatureCode:
    usual: dict[str, Any] = {
        "at": NOON,
        "visit_id": VISIT,
        "challenge_id": UUID(int=7),
        "expires_at": NOON + timedelta(minutes=15),
    }
    return SignatureCode(**usual | changes)


def a_signing(**changes: Any) -> Signing:
    usual: dict[str, Any] = {"party": Party.HO, "link_id": UUID(int=6)}
    return Signing(**usual | changes)


ALL_FACTS = (
    an_invitation(),
    a_signature_request(),
    a_signature_code(),
    a_change(added=(a_session(4),), dropped=(a_session(5),)),
    a_withdrawal(reason=ReasonClass.ILLNESS),
    a_cancellation(note=None),
    an_agreement(),
    an_agreement(entries=True),
    a_signature_request(moved=(a_move(),)),
)


def about(**changes: Any) -> About:
    usual: dict[str, Any] = {
        "number": "EX-2027-031",
        "title": "Plastics in Nitra",
        "visitor": "Lviv Plastics Cluster",
        "host": "Nitra Plastics Cluster",
        "host_zone": "Europe/Bratislava",
        "desk": "Union of Slovak Clusters",
    }
    return About(**usual | changes)


DOORS = Doors(
    link=lambda link: f"http://test/exchanges/i/{link.int}",
    profile=lambda link: f"http://test/registry/i/{link.int}",
    visit=lambda number: f"http://test/exchanges/visits/{number}",
    code=lambda _: "042042",
)


def a_desk(language: str = "en", zone: str = "Europe/Bratislava", **changes: Any) -> VisitDesk:
    usual: dict[str, Any] = {
        "t": CATALOGUES.translator(language, zone),
        "reader": "Olena Kovalenko",
        "has_account": False,
        "about": about(),
        "doors": DOORS,
    }
    return VisitDesk(**usual | changes)


def a_cluster_desk(language: str = "en", **changes: Any) -> ClusterDesk:
    usual: dict[str, Any] = {
        "t": CATALOGUES.translator(language, "Europe/Kyiv"),
        "reader": "Olena Kovalenko",
        "has_account": False,
        "about": AboutCluster("Lviv Plastics Cluster", "Ukrainian Cluster Alliance"),
        "doors": DOORS,
    }
    return ClusterDesk(**usual | changes)
