"""What the tests of held things share: declarations of them, and what the registry told."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from httpx import AsyncClient, Response

from contracts.event import Event
from contracts.vocabulary import ClusterState
from services.chassis import clock, history
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.registry.builders import a_cluster, a_profile, an_association, saved

HTML = {"Accept": "text/html"}
NUMBER = "CL-1091"
HOLDER = {"cluster": {"number": NUMBER}}


def today() -> date:
    return clock.now().date()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


async def a_public_cluster(sessions: Sessions, *, dual_use: bool = False, **more: Any) -> Cluster:
    """A published cluster of the Ukrainian association, which takes part."""
    profile = a_profile(dual_use=dual_use)
    fields = {"number": NUMBER, "ref": "members/217"} | more
    cluster = a_cluster(state=ClusterState.PUBLISHED, profile=profile, **fields)
    return await saved(sessions, cluster, an_association())


async def declare(client: AsyncClient, thing: str, **data: Any) -> Response:
    """Post a declaration under an id that nobody used."""
    event = {
        "specversion": "1.0",
        "id": f"{thing}/{abs(hash(repr(sorted(data.items()))))}",
        "source": "urn:uca:register",
        "type": f"talka.registry.{thing}.declared.v1",
        "data": data,
    }
    headers = {"Content-Type": "application/cloudevents-batch+json"}
    return await client.post("/registry/v1/events", json=[event], headers=headers)


async def taken(client: AsyncClient, thing: str, **data: Any) -> Sequence[str]:
    """The ids of the events that came of a declaration."""
    answer = await declare(client, thing, **data)
    assert answer.status_code == 202, answer.text
    events: Sequence[str] = answer.json()["items"][0]["events"]
    return events


async def refused(client: AsyncClient, thing: str, **data: Any) -> list[tuple[str, str]]:
    """Pointer and code of each fault of a declaration."""
    answer = await declare(client, thing, **data)
    [item] = answer.json()["items"]
    assert item["status"] == "refused", answer.text
    return [(fault["pointer"], fault["code"]) for fault in item["errors"]]


async def told(sessions: Sessions, subject: UUID | str) -> list[Event]:
    """What the history tells of a subject, in its order."""
    async with sessions() as session:
        rows = await history.rows_of(session, str(subject))
    return [history.event_of(row) for row in rows]


def a_label(**fields: Any) -> dict[str, Any]:
    usual = {
        "cluster": {"number": NUMBER},
        "level": "silver",
        "issuer": "ESCA",
        "from_day": in_days(-100),
        "until_day": in_days(200),
    }
    return usual | fields


def a_site(**fields: Any) -> dict[str, Any]:
    usual = {
        "ref": "halls/3",
        "holder": HOLDER,
        "names": {"en": "Assembly hall", "uk": "Актова зала"},
        "place": {
            "country": "UA",
            "region": {"scheme": "iso3166-2", "code": "UA-46"},
            "settlement": "Lviv",
            "lat": 49.84,
            "lon": 24.02,
        },
        "seats": 60,
        "step_free": True,
        "booth": False,
        "shelter_minutes": 2,
        "generator": True,
        "satellite": False,
        "parking": 20,
        "opened_day": in_days(-30),
        "dual_use": False,
    }
    return usual | fields


def an_offer(**fields: Any) -> dict[str, Any]:
    usual = {
        "holder": HOLDER,
        "kind": "offer",
        "tags": ["CNC machining", "aluminium"],
        "text": {"en": "Free capacity for machined parts"},
        "intent": "supply contract",
        "until_day": in_days(90),
        "anonymous": True,
    }
    return usual | fields


def a_participation(**fields: Any) -> dict[str, Any]:
    usual = {
        "ref": "projects/4",
        "holder": HOLDER,
        "programme": "EUROCLUSTERS",
        "call_id": "SMP-COSME-2021-CLUSTER-01",
        "role": "partner",
        "from_day": "2022-09-01",
        "until_day": "2025-08-31",
        "budget_share": {"cents": 12_500_000, "currency": "EUR"},
        "activities": ["networking"],
    }
    return usual | fields
