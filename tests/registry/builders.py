"""Valid things of the registry; a test names only what matters to it."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from contracts.event import uuid7
from contracts.registry import ClusterProfile
from contracts.vocabulary import (
    ClusterState,
    LegalId,
    LegalIdScheme,
    Names,
    PersonNames,
    Place,
    Region,
    RegionScheme,
    Role,
)
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.associations.model import Association
from services.registry.clusters.criteria import LOOKED_AT, Review, Standing
from services.registry.clusters.model import Cluster
from services.registry.database import Base
from services.registry.staff.model import StaffMember

T = TypeVar("T", bound=Base)

NOON = datetime(2027, 3, 16, 12, tzinfo=UTC)
TODAY = date(2027, 3, 16)

TARAS = UUID("018f0000-0000-7000-8000-000000000001")
LESIA = UUID("018f0000-0000-7000-8000-000000000002")
MAREK = UUID("018f0000-0000-7000-8000-000000000003")

LVIV = Place(
    country="UA",
    region=Region(scheme=RegionScheme.ISO_3166_2, code="UA-46"),
    settlement="Lviv",
)


def a_person(
    identity: UUID = TARAS,
    *,
    of: str = "UA",
    roles: tuple[str, ...] = ("back_office",),
    **more: Any,
) -> Actor:
    return Actor(f"staff:{identity}", of, frozenset(roles), **more)


def a_system(*, of: str = "UA") -> Actor:
    """A system with a key that may declare."""
    return Actor(
        f"key:{uuid7()}", of, frozenset({"back_office"}), scopes=frozenset({"declarations:write"})
    )


def a_profile(**fields: Any) -> ClusterProfile:
    usual = {
        "legal_id": LegalId(scheme=LegalIdScheme.UA_EDRPOU, value="32855961"),
        "names": Names(original="Львівський ІТ Кластер", en="Lviv IT Cluster"),
        "legal_form": "public union",
        "established": date(2011, 5, 4),
        "seat": LVIV,
        "languages": ("uk", "en"),
        "ecosystem": "digital",
        "technologies": ("software",),
        "web": "https://itcluster.example",
        "staff_fte": 4.5,
        "services": {"en": "Training and joint projects"},
    }
    return ClusterProfile.model_validate(usual | fields)


def a_cluster(
    *,
    state: ClusterState = ClusterState.DRAFT,
    profile: ClusterProfile | None = None,
    **fields: Any,
) -> Cluster:
    """A cluster in any state, as its history would have left it."""
    identity = fields.pop("id", None) or uuid7()
    cluster, _ = Cluster.draft(
        profile or a_profile(),
        cluster_id=identity,
        association=fields.pop("association", "UA"),
        number=fields.pop("number", f"CL-{identity.int % 10**9}"),
        ref=fields.pop("ref", None),
        by=f"staff:{TARAS}",
        at=NOON,
    )
    cluster.state = state
    cluster.submitted_by = None if state is ClusterState.DRAFT else f"staff:{TARAS}"
    if state is ClusterState.UNDER_REVISION:
        cluster.pending = cluster.profile.model_copy(update={"staff_fte": 9.0})
    if state in {ClusterState.PUBLISHED, ClusterState.UNDER_REVISION, ClusterState.DORMANT}:
        cluster.confirmed_on = TODAY
    for name, value in fields.items():
        setattr(cluster, name, value)
    return cluster


def an_association(country: str = "UA", zone: str = "Europe/Kyiv") -> Association:
    association, _ = Association.register(
        association_id=uuid7(),
        country=country,
        names=Names(original="Альянс", en="Alliance"),
        short_name="UCA",
        languages=["uk"],
        zone=zone,
        web=None,
        at=NOON,
    )
    return association


def a_member(
    identity: UUID,
    *,
    roles: tuple[Role, ...] = (Role.BACK_OFFICE,),
    from_day: date = date(2020, 1, 1),
    until_day: date | None = None,
) -> StaffMember:
    member, _ = StaffMember.appoint(
        staff_id=identity,
        association="UA",
        login="lesia",
        names=PersonNames(original="Леся Гончар", latin="Lesia Honchar"),
        mail=f"{identity.hex}@example.org",
        language="uk",
        zone="Europe/Kyiv",
        roles=frozenset(roles),
        marks=frozenset(),
        from_day=from_day,
        until_day=until_day,
        at=NOON,
    )
    return member


def a_review(by: UUID = LESIA, *, confirmed: tuple[str, ...] = LOOKED_AT) -> Review:
    return Review(by=f"staff:{by}", confirmed=frozenset(confirmed), standing=Standing(on=TODAY))


async def saved(sessions: Sessions, first: T, *more: Base) -> T:
    """Put things into the database as they are, without a history."""
    async with sessions.begin() as session:
        session.add_all([first, *more])
    return first
