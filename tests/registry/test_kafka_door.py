"""Declarations over Kafka: the same intake, faults and answers as over HTTP; nobody's neighbour."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.event import Event
from contracts.intake import DeclarationAccepted, DeclarationOutcome, DeclarationRefused
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.history import history as rows
from services.chassis.intake_kafka import KafkaDoor, topic_of
from services.chassis.received import Record
from services.registry.clusters.intake import registry_intake
from tests.registry.builders import MAREK, TARAS, a_cluster, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.test_declarations import a_declaration, clusters, post

OFFSETS = count()
BAD: list[dict[str, Any]] = [
    {"legal_id": {"scheme": "ua_edrpou", "value": "32855962"}},
    {"seat": {"country": "UA", "region": {"scheme": "nuts", "code": "Z1"}, "settlement": "L"}},
    {"ecosystem": "space-tourism", "colour": "green", "staff_fte": "many"},
    {"seat": {"country": "PL", "region": {"scheme": "nuts", "code": "PL21"}, "settlement": "K"}},
]


@pytest.fixture
def door() -> KafkaDoor:
    return KafkaDoor(registry_intake)


def on_topic(posted: Any, *, of: str = "UA", offset: int | None = None) -> Record:
    """A record in structured mode, as any Kafka client would send it."""
    value = posted if isinstance(posted, bytes) else json.dumps(posted).encode()
    headers = (("content-type", b"application/cloudevents+json"),)
    place = next(OFFSETS) if offset is None else offset
    return Record(topic_of("registry", of), 0, place, None, value, headers, 0)


def in_binary(posted: dict[str, Any]) -> Record:
    headers = [(f"ce_{name}", str(posted[name]).encode()) for name in posted if name != "data"]
    headers.append(("content-type", b"application/json"))
    value = json.dumps(posted["data"]).encode()
    return Record(topic_of("registry", "UA"), 0, next(OFFSETS), None, value, tuple(headers), 0)


async def send(door: KafkaDoor, app_sessions: Sessions, *records: Record) -> None:
    places = {(record.topic, record.partition) for record in records}
    async with app_sessions.begin() as session:
        await door.apply(session, records, accepted=places)


async def outcomes(sessions: Sessions, *, of: str = "UA") -> Sequence[DeclarationOutcome]:
    topic = f"intake.outcomes.{of.lower()}"
    async with sessions() as session:
        mine = select(rows).where(rows.c.topic == topic).order_by(rows.c.position)
        found = (await session.execute(mine)).mappings().all()
    events: list[Event] = [history.event_of(row) for row in found]
    return [event for event in events if isinstance(event, DeclarationOutcome)]


class TestTaken:
    @pytest.mark.parametrize("form", [on_topic, in_binary])
    async def test_r17_an_accepted_one_is_answered_with_the_ids_of_its_events(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, form: Any
    ) -> None:
        await send(door, app_sessions, form(a_declaration()))

        [cluster] = await clusters(sessions)
        [outcome] = await outcomes(sessions)
        assert isinstance(outcome, DeclarationAccepted)
        assert (outcome.subject, outcome.source) == ("1", "urn:uca:register")
        async with sessions() as session:
            events = [r["event_id"] for r in await history.rows_of(session, str(cluster.id))]
        assert list(outcome.events) == events
        assert cluster.association == "UA"

    async def test_r17_the_same_by_http_gets_the_same_answer(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await send(door, app_sessions, on_topic(a_declaration()))
        taras = await sign_in(TARAS)

        again = await post(taras, a_declaration())
        other = await post(taras, a_declaration(staff_fte=9.0))

        [outcome] = await outcomes(sessions)
        assert isinstance(outcome, DeclarationAccepted)
        assert again.json()["events"] == [str(event) for event in outcome.events]
        assert (other.status_code, other.json()["code"]) == (409, "TLK-D029")
        assert len(await clusters(sessions)) == 1

    async def test_r17_a_record_that_comes_again_is_answered_once(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        record = on_topic(a_declaration())
        await send(door, app_sessions, record)

        await send(door, app_sessions, record)

        assert len(await outcomes(sessions)) == 1

    async def test_the_association_is_the_topic_s(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        claimed = a_declaration() | {"association": "UA"}

        await send(door, app_sessions, on_topic(claimed, of="PL"))

        [outcome] = await outcomes(sessions, of="PL")
        assert isinstance(outcome, DeclarationRefused)
        assert [fault.code for fault in outcome.faults] == ["TLK-D027"]
        assert await outcomes(sessions) == []


class TestRefused:
    @pytest.mark.parametrize("data", BAD)
    async def test_r17_gets_the_same_faults_as_over_http(
        self,
        door: KafkaDoor,
        app_sessions: Sessions,
        sessions: Sessions,
        sign_in: SignIn,
        data: dict[str, Any],
    ) -> None:
        taras = await sign_in(TARAS, language="uk")

        over_http = (await post(taras, a_declaration(**data))).json()["errors"]
        await send(door, app_sessions, on_topic(a_declaration(**data)))

        [outcome] = await outcomes(sessions)
        assert isinstance(outcome, DeclarationRefused)
        told = [(fault.pointer, fault.code, fault.rule) for fault in outcome.faults]
        assert told == [(f["pointer"], f["code"], f.get("rule")) for f in over_http]

    async def test_quotes_nothing_that_was_sent(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await send(door, app_sessions, on_topic(a_declaration(ecosystem="space-tourism")))

        [outcome] = await outcomes(sessions)
        assert "space-tourism" not in outcome.model_dump_json()

    @pytest.mark.parametrize("value", [b'{"ref": ', b"\xff", None])
    async def test_r17_one_whose_data_cannot_be_read_is_answered_under_its_id(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, value: bytes | None
    ) -> None:
        await send(door, app_sessions, replace(in_binary(a_declaration()), value=value))

        [outcome] = await outcomes(sessions)
        assert isinstance(outcome, DeclarationRefused)
        assert (outcome.subject, outcome.source) == ("1", "urn:uca:register")

    @pytest.mark.parametrize("form", [on_topic, in_binary])
    @pytest.mark.parametrize("name", ["type", "source", "subject", "a\0b", "id"])
    async def test_a_sign_that_no_database_keeps_is_answered_too(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, name: str, form: Any
    ) -> None:
        await send(door, app_sessions, form(a_declaration() | {name: "a\0b"}))

        [outcome] = await outcomes(sessions)
        assert isinstance(outcome, DeclarationRefused)
        assert outcome.subject.startswith("intake." if name == "id" else "1")

    @pytest.mark.parametrize("value", [b"{", b"[]", b"\xff", b'{"a": 1, "a": 2}', b"NaN"])
    async def test_a_broken_record_does_not_stop_its_neighbours(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, value: bytes
    ) -> None:
        before = on_topic(a_declaration())
        broken = on_topic(value)
        nothing = Record(broken.topic, 0, next(OFFSETS), b"k", None, (), 0)
        after = on_topic(a_declaration())

        await send(door, app_sessions, before, broken, nothing, after)

        told = await outcomes(sessions)
        assert [type(each) for each in told] == [
            DeclarationAccepted,
            DeclarationRefused,
            DeclarationRefused,
            DeclarationAccepted,
        ]
        assert told[1].subject == f"intake.registry.ua/0/{broken.offset}"

    async def test_an_id_that_is_an_aggregate_s_takes_no_number_of_it(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, sign_in: SignIn
    ) -> None:
        marek = await sign_in(MAREK, of="UA")
        await post(marek, a_declaration())
        [cluster] = await clusters(sessions)

        await send(door, app_sessions, on_topic(a_declaration(number=2) | {"id": str(cluster.id)}))

        [outcome] = await outcomes(sessions)
        assert outcome.subject == f"urn:uca:register#{cluster.id}"
        async with sessions() as session:
            mine = await history.rows_of(session, str(cluster.id))
            assert {row["topic"] for row in mine} == {"registry.clusters"}


class TestNeighbours:
    async def test_associations_of_one_batch_get_their_own_outcomes(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        mine, theirs = a_declaration(), a_declaration(number=5)

        await send(door, app_sessions, on_topic(mine), on_topic(theirs, of="PL"))

        [ours], [others] = await outcomes(sessions), await outcomes(sessions, of="PL")
        assert isinstance(ours, DeclarationAccepted)
        assert isinstance(others, DeclarationRefused)  # the seat is not in Poland

    async def test_r17_the_register_is_driven_by_hand_by_curl_and_by_kafka_at_once(
        self, door: KafkaDoor, app_sessions: Sessions, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await saved(sessions, an_association(), a_cluster(ref="by/hand", legal_value="14360570"))
        taras: AsyncClient = await sign_in(TARAS)
        second = {"scheme": "ua_edrpou", "value": "00032129"}
        over_kafka = a_declaration(number=2, ref="by/kafka", legal_id=second)

        by_curl = await post(taras, a_declaration())
        await send(door, app_sessions, on_topic(over_kafka), on_topic(a_declaration()))
        listed = await taras.get("/registry/v1/clusters?limit=50")

        assert by_curl.status_code == 202
        first, again = await outcomes(sessions)
        assert isinstance(first, DeclarationAccepted)
        assert isinstance(again, DeclarationAccepted)
        assert [str(each) for each in again.events] == by_curl.json()["events"]
        refs = {cluster.ref for cluster in await clusters(sessions)}
        assert refs == {"members/217", "by/kafka", "by/hand"}
        assert len(listed.json()["items"]) == 3
