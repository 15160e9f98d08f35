"""R-14: content under the mark is there for vetted people only, by every door of the registry.

Each test runs twice: as it is, and with the checks of the queries switched off, so that row-level
security has to hold by itself.
"""

import re
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx import AsyncClient
from sqlalchemy import select, true

from contracts.vocabulary import ClusterState, Mark, Names
from deploy.kafka import topics
from services.chassis.database import Sessions
from services.registry.centres import finding as centres
from services.registry.centres.model import Centre
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.labels.model import Label
from services.registry.offers.model import Offer
from services.registry.participations.model import Participation
from services.registry.sites import finding as sites
from services.registry.sites.model import Site
from services.registry.taken import INTAKE
from tests.registry import held
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    TARAS,
    a_cluster,
    a_profile,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn

NAME = "Dual Works"
VETTED = (Mark.DUAL_USE_VETTED,)
HTML = {"Accept": "text/html"}


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "both walls":
        monkeypatch.setattr(finding, "visible_to", lambda _: true())


async def a_dual_use_cluster(sessions: Sessions) -> Cluster:
    profile = a_profile(names={"original": NAME, "en": NAME}, dual_use=True)
    cluster = a_cluster(state=ClusterState.PUBLISHED, profile=profile, number="CL-1414")
    return await saved(sessions, cluster, an_association())


@pytest.fixture
async def unvetted(sign_in: SignIn) -> list[AsyncClient]:
    """Of the own association, of another, and of the support office."""
    return [
        await sign_in(TARAS),
        await sign_in(MAREK, of="PL"),
        await sign_in(LESIA, of="ECA", roles=("support_office",)),
    ]


DOORS = (
    "/registry/clusters?q=dual",
    "/registry/clusters/CL-1414",
    "/registry/clusters/CL-1414/review",
    "/registry/v1/clusters?q=dual",
    "/registry/v1/clusters/CL-1414",
    "/registry/v1/clusters/CL-1414/history",
    "/registry/clusters/export.csv",
)


class TestACluster:
    @pytest.mark.parametrize("door", DOORS)
    async def test_r14_is_behind_no_door_for_who_is_not_vetted(
        self, unvetted: list[AsyncClient], sessions: Sessions, door: str
    ) -> None:
        await a_dual_use_cluster(sessions)

        for client in unvetted:
            answer = await client.get(door, headers=HTML if "/v1/" not in door else {})
            assert NAME not in answer.text

    @pytest.mark.parametrize("door", DOORS)
    async def test_r14_is_there_for_who_is_vetted(
        self, sign_in: SignIn, sessions: Sessions, door: str
    ) -> None:
        await a_dual_use_cluster(sessions)
        client = await sign_in(TARAS, marks=VETTED)

        answer = await client.get(door, headers=HTML if "/v1/" not in door else {})

        assert answer.status_code == 200
        assert NAME in answer.text or door.endswith("history")


HELD = (
    "/registry/labels?state=all",
    "/registry/v1/labels",
    "/registry/participations",
    "/registry/v1/participations",
    "/registry/sites?state=all",
    "/registry/v1/sites",
    "/registry/offers",
    "/registry/v1/offers",
    "/registry/centres",
    "/registry/v1/centres",
    "/registry/centres/CRC-DUA",
    "/registry/v1/centres/CRC-DUA",
    "/registry/centres/CRC-AGR",
    "/registry/v1/centres/CRC-AGR",
)


async def what_it_holds(sessions: Sessions, sign_in: SignIn) -> None:
    """A dual-use cluster with one thing of each kind, each telling of it in its own words."""
    await a_dual_use_cluster(sessions)
    vetted = await sign_in(LESIA, marks=VETTED)
    cluster = {"number": "CL-1414"}
    holder = {"cluster": cluster}
    text = {"en": NAME}
    async with sessions.begin() as session:
        for code in ("CRC-DUA", "CRC-AGR"):
            centre, _ = Centre.open(
                centre_id=uuid4(),
                association="UA",
                code=code,
                names=Names(original=code, en=NAME if code == "CRC-DUA" else code),
                industry="x",
                scope={"en": "x"},
                ecosystems=["digital"],
                at=NOON,
            )
            session.add(centre)
    await held.taken(vetted, "label", **held.a_label(cluster=cluster, issuer=NAME))
    await held.taken(vetted, "participation", **held.a_participation(holder=holder, call_id=NAME))
    await held.taken(vetted, "site", **held.a_site(holder=holder, names=text, dual_use=True))
    await held.taken(vetted, "offer", **held.an_offer(holder=holder, text=text, anonymous=False))
    for code in ("CRC-DUA", "CRC-AGR"):
        address = f"/registry/v1/centres/{code}/clusters/CL-1414/served"
        linked = await vetted.put(address, json={"from_day": held.in_days(0)})
        assert linked.status_code == 200


@pytest.fixture
def without_first_wall(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the checks of all held things pass, where the test asks for row-level security alone."""
    if "row-level security alone" not in request.node.name:
        return
    monkeypatch.setattr(sites, "visible_to", lambda _: true())
    monkeypatch.setattr(centres, "visible_to", lambda _: true())


@pytest.mark.usefixtures("without_first_wall")
class TestWhatItHolds:
    async def test_r14_is_behind_no_door_for_who_is_not_vetted(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await what_it_holds(sessions, sign_in)
        unvetted = [
            await sign_in(TARAS),
            await sign_in(MAREK, of="PL"),
            await sign_in(uuid4(), of="ECA", roles=("support_office",)),
        ]

        for client in unvetted:
            for door in HELD:
                answer = await client.get(door, headers=HTML if "/v1/" not in door else {})
                assert NAME not in answer.text, door

    async def test_r14_is_there_for_who_is_vetted(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await what_it_holds(sessions, sign_in)
        client = await sign_in(TARAS, marks=VETTED)

        for door in HELD:
            answer = await client.get(door, headers=HTML if "/v1/" not in door else {})
            assert (door, answer.status_code) == (door, 200)
            assert NAME in answer.text, door


def doors_of(app: FastAPI, known: dict[str, str]) -> list[str]:
    """Every address that can be read, its gaps filled by what there is, or by an id of nothing."""
    found = []
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if "GET" in (route.methods or ()) and "stream" not in path:  # a stream would never end
            path = re.sub(r"{(\w+)(:\w+)?}", lambda gap: known.get(gap[1], str(LESIA)), path)
            found += [path, f"{path}?q=dual&state=all"]
    return found


async def what_is_declared_dual_use(sessions: Sessions, sign_in: SignIn) -> None:
    """What says of itself that it is dual use, whoever holds it."""
    await saved(
        sessions,
        a_cluster(state=ClusterState.PUBLISHED, number=held.NUMBER, legal_value="12345678"),
    )
    vetted = await sign_in(uuid4(), marks=VETTED)
    text = {"en": NAME}
    own_id = {"scheme": "ua_edrpou", "value": "44345670"}
    profile = a_profile(names={"original": NAME, "en": NAME}, dual_use=True, legal_id=own_id)
    declared_cluster = {"ref": "members/99", **profile.model_dump(mode="json")}
    await held.taken(vetted, "cluster", **declared_cluster)
    await held.taken(vetted, "site", **held.a_site(ref="halls/4", names=text, dual_use=True))
    service = {"centre": "CRC-DUA", "texts": text, "capacity": 1, "quarter": "2027-Q1"}
    await held.taken(vetted, "centre_service", languages=["en"], **service)


@pytest.mark.parametrize("walls", ["both walls"], indirect=True)
class TestEveryDoor:
    async def test_r14_of_the_registry_is_tried_also_those_to_come(
        self, app: FastAPI, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await what_it_holds(sessions, sign_in)
        await what_is_declared_dual_use(sessions, sign_in)
        known = {
            "kind": "csv",
            "key": "CL-1414",
            "code": "CRC-DUA",
            "country": "UA",
            "cluster": "CL-1414",
        }
        async with sessions() as session:
            for kind, name in ((Label, "label_id"), (Site, "site_id"), (Offer, "offer_id")):
                known[name] = str((await session.scalars(select(kind.id).limit(1))).one())
            [project] = await session.scalars(select(Participation.id))
            posted = (await session.execute(select(INTAKE.c.id, INTAKE.c.events))).all()
        doors = doors_of(app, known | {"participation_id": str(project)})
        about = [door for door in doors if door.startswith("/registry/declarations/")]
        for name, events in posted:
            doors += [f"{door}?source=urn:uca:register&id={name}" for door in about]
            doors += [f"/registry/declarations/new?corrects={event}" for event in events]
        vetted = await sign_in(TARAS, marks=VETTED)
        unvetted = await sign_in(MAREK)

        assert len(doors) > 100
        telling = set()
        for door in doors:
            headers = HTML if "/v1/" not in door else {}
            assert NAME not in (await unvetted.get(door, headers=headers)).text, door
            if NAME in (await vetted.get(door, headers=headers)).text:
                telling.add(door.partition("?")[0])
        assert len(telling) > 30


def test_r14_no_topic_with_such_content_is_read_by_outsiders() -> None:
    held_in = ("clusters", "labels", "participations", "sites", "offers", "centres")
    for name in held_in:
        topic = topics.load()[f"registry.{name}"]
        assert topic.classification == "internal"
        assert "partners" not in topic.readers
