"""R-17 and C-02: one bad item has the same faults at each door, and one good item is taken once.

Doors are HTTP (one, a batch, one a line), Kafka, the form of a page, and spreadsheets.
"""

import html
import json
from collections.abc import Sequence
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.intake import DeclarationAccepted, DeclarationRefused
from services.chassis.database import Sessions
from services.chassis.intake_kafka import KafkaDoor
from services.registry.clusters.intake import registry_intake
from services.registry.declarations.possible import HERE
from services.registry.imports.reading import read
from tests.registry import held
from tests.registry.builders import LESIA, TARAS
from tests.registry.conftest import SignIn
from tests.registry.imports import a_csv, judged
from tests.registry.members import edrpou
from tests.registry.test_declarations import DOOR, a_declaration, post
from tests.registry.test_kafka_door import on_topic, outcomes
from tests.registry.test_kafka_door import send as send_to_kafka
from tests.registry.test_pages import send
from tests.registry.test_put_right import THINGS

Told = list[tuple[str, str, str | None]]  # pointer, code and rule of each fault

TYPES = sorted(registry_intake.classes)
MEMBER = "talka.registry.member.declared.v1"
NOWHERE = {"cluster": {"number": "CL-9999"}}
UNKNOWN: dict[str, dict[str, Any]] = {  # right by their class, wrong by the register
    "confirmation": NOWHERE | {"confirmed_day": "2026-01-01"},
    "cluster_end": NOWHERE | {"reason": "over", "ended_day": "2026-01-01"},
    "label": held.a_label(**NOWHERE),
    "participation": held.a_participation(holder=NOWHERE),
    "site": held.a_site(holder=NOWHERE),
    "site_end": {"site": {"ref": "none"}, "closed_day": "2026-01-01"},
    "offer": held.an_offer(holder=NOWHERE),
    "withdrawal": {"declaration": "0199d2a4-0000-7000-8000-000000000000", "reason": "twice"},
}


@pytest.fixture
def kafka() -> KafkaDoor:
    return KafkaDoor(registry_intake)


@pytest.fixture
async def taras(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    """A back office that reads Ukrainian."""
    await held.a_public_cluster(sessions)
    return await sign_in(TARAS, language="uk")


def an_event(kind: str, data: dict[str, Any], *, name: str = "1") -> dict[str, Any]:
    return {**a_declaration(), "type": kind, "id": name, "data": data}


def a_member(number: str, **more: str) -> dict[str, Any]:
    """The data of a member of the cluster, by its number in the Ukrainian register."""
    return {
        "cluster": {"number": held.NUMBER},
        "organisation": {
            "legal_id": {"scheme": "ua_edrpou", "value": number},
            "names": {"original": "Works", "en": "Works"},
            "kind": "sme",
            "place": held.a_site()["place"],
        },
        "joined_day": "2020-01-05",
        **more,
    }


async def in_a_sheet(number: str, left: str) -> list[str]:
    """The codes of the faults of such a member in a spreadsheet."""
    header = ["Кластер", "Назва члена", "ЄДРПОУ", "Дата вступу", "Дата виходу", "Область"]
    row = ["X", "Works", number, "2020-01-05", left, "Львівська"]
    sheet = await read(a_csv(header, row), country="UA")
    [found] = judged(sheet, registry_intake, country="UA", clusters={"X": held.NUMBER})
    return [note.fault.code for note in found.errors]


def told(errors: Sequence[dict[str, Any]]) -> Told:
    return [(each["pointer"], each["code"], each.get("rule")) for each in errors]


async def over_http(client: AsyncClient, event: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The faults of one item posted alone, in a batch and as a line."""
    line = {"Content-Type": "application/x-ndjson"}
    alone = (await post(client, event)).json()["errors"]
    batch = (await post(client, [event])).json()["items"]
    lines = (await client.post(DOOR, content=json.dumps(event), headers=line)).json()["items"]
    return [alone, batch[0]["errors"], lines[0]["errors"]]


async def over_kafka(
    kafka: KafkaDoor, app_sessions: Sessions, sessions: Sessions, event: dict[str, Any]
) -> Told:
    await send_to_kafka(kafka, app_sessions, on_topic(event))
    outcome = (await outcomes(sessions))[-1]
    assert isinstance(outcome, DeclarationRefused)
    return [(fault.pointer, fault.code, fault.rule) for fault in outcome.faults]


class TestABadItem:
    @pytest.mark.parametrize("kind", TYPES)
    async def test_c02_r17_has_the_same_faults_at_every_door_in_the_caller_s_language(
        self,
        taras: AsyncClient,
        kafka: KafkaDoor,
        app_sessions: Sessions,
        sessions: Sessions,
        kind: str,
    ) -> None:
        event = an_event(kind, {"colour": "green", "note": 7})

        alone, batch, line = await over_http(taras, event)
        page = await send(taras, f"{HERE}/new", type=kind, id="1", json=json.dumps(event["data"]))

        assert batch == line == alone
        assert ("/data/colour", "TLK-D002", None) in told(alone)
        assert ("/data/note", "TLK-D003", None) in told(alone)
        assert page.status_code == 422
        for fault in alone:
            assert "Check the spelling" not in fault["text"]
            assert f"{fault['pointer']}: {fault['text']}" in html.unescape(page.text)
        assert await over_kafka(kafka, app_sessions, sessions, event) == told(alone)

    @pytest.mark.parametrize("thing", UNKNOWN)
    async def test_c02_r17_is_held_against_the_register_at_every_door(
        self,
        taras: AsyncClient,
        kafka: KafkaDoor,
        app_sessions: Sessions,
        sessions: Sessions,
        thing: str,
    ) -> None:
        kind = f"talka.registry.{thing}.declared.v1"
        event = an_event(kind, UNKNOWN[thing])

        alone, batch, line = await over_http(taras, event)
        page = await send(taras, f"{HERE}/new", type=kind, id="1", json=json.dumps(event["data"]))

        assert batch == line == alone
        assert len(alone) == 1
        assert f"{alone[0]['pointer']}: {alone[0]['text']}" in html.unescape(page.text)
        assert await over_kafka(kafka, app_sessions, sessions, event) == told(alone)

    async def test_c02_r17_has_the_same_code_in_a_spreadsheet(self, taras: AsyncClient) -> None:
        wrong = edrpou(1).value[:-1] + str((int(edrpou(1).value[-1]) + 1) % 10)

        alone, *_ = await over_http(taras, an_event(MEMBER, a_member(wrong)))

        [over] = [each for each in alone if each["pointer"] == "/data/organisation/legal_id"]
        assert over["code"] in await in_a_sheet(wrong, "")

    async def test_r17_a_last_day_before_the_first_has_one_code_at_every_door(
        self, taras: AsyncClient, kafka: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        number = edrpou(1).value
        event = an_event(MEMBER, a_member(number, ended_day="2019-12-31", reason="sold"))

        alone, batch, line = await over_http(taras, event)

        assert batch == line == alone
        assert told(alone) == [("/data/ended_day", "TLK-R112", None)]
        assert await over_kafka(kafka, app_sessions, sessions, event) == told(alone)
        assert await in_a_sheet(number, "2019-12-31") == ["TLK-R112"]

    @pytest.mark.parametrize(
        ("leaving", "fault"),
        [
            ({"ended_day": "2021-12-31"}, ("/data/reason", "TLK-D001", None)),
            ({"reason": "sold"}, ("/data/reason", "TLK-D129", None)),
        ],
    )
    async def test_r17_a_last_day_and_its_reason_stand_together(
        self, taras: AsyncClient, leaving: dict[str, str], fault: tuple[str, str, None]
    ) -> None:
        alone, *_ = await over_http(taras, an_event(MEMBER, a_member(edrpou(1).value, **leaving)))

        assert told(alone) == [fault]


class TestAGoodItem:
    async def test_r17_is_taken_once_whichever_door_it_comes_through(
        self, taras: AsyncClient, kafka: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        event = an_event("talka.registry.label.declared.v1", held.a_label())

        first = (await post(taras, event)).json()["events"]
        await send_to_kafka(kafka, app_sessions, on_topic(event))
        lines = await taras.post(
            DOOR, content=json.dumps(event), headers={"Content-Type": "application/x-ndjson"}
        )

        [outcome] = await outcomes(sessions)
        assert isinstance(outcome, DeclarationAccepted)
        assert [str(each) for each in outcome.events] == first
        assert lines.json()["items"][0]["events"] == first

    async def test_r17_with_other_data_is_refused_at_every_door(
        self, taras: AsyncClient, kafka: KafkaDoor, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        kind = "talka.registry.label.declared.v1"
        event = an_event(kind, held.a_label()) | {"source": HERE}
        await post(taras, event)
        other = event | {"data": held.a_label(issuer="Another")}

        alone = await post(taras, other)
        batch = (await post(taras, [other])).json()["items"][0]
        page = await send(taras, f"{HERE}/new", type=kind, id="1", json=json.dumps(other["data"]))

        assert (alone.status_code, alone.json()["code"]) == (409, "TLK-D029")
        assert (batch["http_status"], batch["code"]) == (409, "TLK-D029")
        assert page.status_code == 409
        assert await over_kafka(kafka, app_sessions, sessions, other) == [("", "TLK-D029", None)]

    @pytest.mark.parametrize("thing", ["person", "staff"])
    async def test_r17_about_a_person_is_not_taken_over_kafka(
        self,
        sign_in: SignIn,
        kafka: KafkaDoor,
        app_sessions: Sessions,
        sessions: Sessions,
        thing: str,
    ) -> None:
        lesia = await sign_in(LESIA)
        await held.a_public_cluster(sessions)
        kind = f"talka.registry.{thing}.declared.v1"
        event = an_event(kind, THINGS[thing]())

        assert await over_kafka(kafka, app_sessions, sessions, event) == [("", "TLK-D030", None)]
        assert (await post(lesia, event)).status_code == 202
