"""Invented clusters, so that the demo has a profile in each state; each says that it is one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select

from contracts.declarations import ClusterDeclared
from contracts.reference import clusters
from contracts.vocabulary import ClusterState, Role
from deploy.local.demo_clusters import declaration_of
from deploy.local.demo_people import HOME
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters import commands
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.editing import draft_cluster
from services.registry.clusters.model import Cluster
from services.registry.clusters.timers import go_dormant

LONG_AGO: Final = timedelta(days=400)  # more than a year, in which nobody confirmed

REASONS: Final = {"reasons": [{"criterion": "V-1", "code": "not_met"}], "note": "Demo: mend it."}
WHY: Final = {"reason": "Demo: to show this state."}
PUBLISHED: Final = (("review", None), ("publication", {"confirmed": list(LOOKED_AT)}))

_S = ClusterState


@dataclass(frozen=True, slots=True)
class Invented:
    """A cluster that does not exist, in the state that it is to show."""

    name: str
    name_en: str
    city: str
    ecosystem: str
    themes: tuple[str, ...]

    def declared_in(self, state: ClusterState) -> dict[str, Any]:
        """Its declaration, as a structured CloudEvent."""
        pattern = next(each for each in clusters() if each.country == HOME and each.city)
        known = replace(
            pattern,
            id=f"demo-{state.value.replace('_', '-')}",
            name=self.name,
            name_en=self.name_en,
            short_name="",
            city=self.city,
            region="",
            ecosystem=self.ecosystem,
            sectors=self.themes,
            web="",
            founded_year=None,
            centre="",
            label="",
        )
        return declaration_of(known, note="Demo values, all of them: this cluster does not exist.")


# public profiles are real ones, one of which has a new version that waits
INVENTED: Final[Mapping[ClusterState, Invented]] = {
    _S.DRAFT: Invented(
        "Карпатський кластер деревообробки (демо)",
        "Carpathian Woodworking Cluster (demo)",
        "Ivano-Frankivsk",
        "construction",
        ("woodworking", "furniture"),
    ),
    _S.SUBMITTED: Invented(
        "Подільський кластер медичного приладобудування (демо)",
        "Podillia Medical Devices Cluster (demo)",
        "Khmelnytskyi",
        "health",
        ("medical devices", "diagnostics"),
    ),
    _S.IN_REVIEW: Invented(
        "Кластер харчових технологій Таврії (демо)",
        "Tavria Food Technology Cluster (demo)",
        "Zaporizhzhia",
        "agri-food",
        ("food processing", "packaging"),
    ),
    _S.DORMANT: Invented(
        "Кластер керамічних матеріалів Слобожанщини (демо)",
        "Slobozhanshchyna Ceramics Cluster (demo)",
        "Kharkiv",
        "energy-intensive",
        ("ceramics", "refractories"),
    ),
    _S.SUSPENDED: Invented(
        "Причорноморський кластер вітрової енергетики (демо)",
        "Black Sea Wind Energy Cluster (demo)",
        "Odesa",
        "renewable-energy",
        ("wind energy", "power grids"),
    ),
    _S.REJECTED: Invented(
        "Кластер креативних індустрій Галичини (демо)",
        "Halychyna Creative Industries Cluster (demo)",
        "Lviv",
        "cultural-creative",
        ("design", "animation"),
    ),
    _S.ARCHIVED: Invented(
        "Кластер річкового транспорту Дніпра (демо)",
        "Dnipro River Transport Cluster (demo)",
        "Dnipro",
        "mobility-transport-automotive",
        ("inland shipping", "logistics"),
    ),
    _S.WITHDRAWN: Invented(
        "Волинський кластер сільського туризму (демо)",
        "Volyn Rural Tourism Cluster (demo)",
        "Lutsk",
        "tourism",
        ("rural tourism",),
    ),
}

NAMES: Final = frozenset(each.name_en for each in INVENTED.values())

# the acts that lead a declared profile into its state
ACTS: Final[Mapping[ClusterState, tuple[tuple[str, dict[str, Any] | None], ...]]] = {
    _S.DRAFT: (("return", REASONS),),
    _S.SUBMITTED: (),
    _S.IN_REVIEW: (("review", None),),
    _S.REJECTED: (("review", None), ("rejection", REASONS)),
    _S.WITHDRAWN: (("return", REASONS), ("withdrawal", None)),
    _S.SUSPENDED: (*PUBLISHED, ("suspension", WHY)),
    _S.ARCHIVED: (*PUBLISHED, ("archive", WHY)),
}


def declared_in_states() -> list[dict[str, Any]]:
    """The declarations of those that acts lead into their states."""
    return [INVENTED[state].declared_in(state) for state in ACTS]


async def fall_asleep(
    sessions: Sessions,
    worker_sessions: Sessions,
    link_key: SecretStr,
    *,
    clerk: UUID,
    reviewer: UUID,
    at: datetime,
) -> None:
    """Have a profile that nobody confirmed for a year; the timer takes it out of the catalogue.

    It is published by the commands behind the pages, because pages do not take a past day.
    """
    async with worker_sessions() as session:
        asleep = Cluster.name == INVENTED[_S.DORMANT].name_en
        there = await session.scalar(select(Cluster.id).where(asleep))
    if there is None:
        await _publish_long_ago(sessions, _back_office(clerk), _back_office(reviewer), at=at)
    async with worker_sessions.begin() as session:
        await go_dormant(session, at, link_key=link_key)


async def _publish_long_ago(
    sessions: Sessions, clerk: Actor, reviewer: Actor, *, at: datetime
) -> None:
    then = at - LONG_AGO
    data = INVENTED[_S.DORMANT].declared_in(_S.DORMANT)["data"]
    profile = ClusterDeclared.model_validate(data | {"time": then}).profile()
    async with sessions.begin() as session:
        await tenancy.enter(session, clerk)
        cluster = await draft_cluster(session, clerk, profile=profile, at=then)
        await session.flush()
        key = str(cluster.id)
        await commands.submit_cluster(session, clerk, key=key, at=then)
        await commands.start_review(session, reviewer, key=key, at=then)
        confirmed = frozenset(LOOKED_AT)
        await commands.publish_cluster(session, reviewer, key=key, confirmed=confirmed, at=then)


def _back_office(staff_id: UUID) -> Actor:
    return Actor(f"staff:{staff_id}", HOME, roles=frozenset({Role.BACK_OFFICE}))
