"""Declarations that put right what was declared before, and those that take it back."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from contracts.event import uuid7
from services.chassis import history
from services.chassis.database import Sessions
from services.registry.centres.model import CentreService
from tests.registry import held
from tests.registry.builders import LESIA, MAREK, TARAS, a_member, saved
from tests.registry.conftest import SignIn
from tests.registry.test_centres import a_centre, a_service
from tests.registry.test_declarations import a_declaration
from tests.registry.test_people import a_contact

STAFF = {
    "names": {"original": "Ірина Ткач"},
    "mail": "iryna@uca.example.org",
    "language": "uk",
    "zone": "Europe/Kyiv",
    "roles": ["logistics"],
    "from_day": "2026-01-01",
}
THINGS: dict[str, Callable[[], dict[str, Any]]] = {
    "label": held.a_label,
    "participation": lambda: held.a_participation(ref=None, until_day=None),
    "site": lambda: held.a_site(ref=None),
    "offer": held.an_offer,
    "person": lambda: {**a_contact()["data"], "ref": None},
    "staff": lambda: STAFF,
}
CHANGES: dict[str, dict[str, Any]] = {
    "label": {"issuer": "Another issuer"},
    "participation": {"call_id": "SMP-2"},
    "site": {"seats": 12},
    "offer": {"intent": "partnership"},
    "person": {"mail": "olena@example.org"},
    "staff": {"mail": "tkach@uca.example.org"},
}
UNDONE = {
    "label": "talka.registry.label.withdrawn.v1",
    "participation": "talka.registry.participation.ended.v1",
    "site": "talka.registry.site.closed.v1",
    "offer": "talka.registry.offer.withdrawn.v1",
    "person": "talka.registry.person.erased.v1",
    "staff": "talka.registry.staff.dismissed.v1",
    "centre_service": "talka.registry.centre.service_withdrawn.v1",
}
ONCE = (  # kinds that are right from their day on
    ("confirmation", {"cluster": {"number": held.NUMBER}, "confirmed_day": "2026-01-01"}),
    (
        "relocation",
        {
            "cluster": {"number": held.NUMBER},
            "kind": "operating",
            "place": {
                "country": "UA",
                "region": {"scheme": "katottg", "code": "UA46000000000026241"},
                "settlement": "Lviv",
            },
            "from_day": "2026-01-01",
        },
    ),
    (
        "cluster_end",
        {"cluster": {"number": held.NUMBER}, "reason": "over", "ended_day": "2026-01-01"},
    ),
    ("site_end", {"site": {"ref": "halls/3"}, "closed_day": "2026-01-01"}),
)


@pytest.fixture
async def office(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await held.a_public_cluster(sessions)
    await saved(sessions, a_member(LESIA), a_member(TARAS))
    return await sign_in(LESIA)


async def row_of(sessions: Sessions, event: str) -> Any:
    async with sessions() as session:
        named = history.history.c.event_id == UUID(event)
        rows = await session.execute(history.history.select().where(named))
        return rows.mappings().one()


async def faults(client: AsyncClient, thing: str, **data: Any) -> list[tuple[str, str]]:
    return await held.refused(client, thing, **data)


class TestCorrections:
    @pytest.mark.parametrize("thing", THINGS)
    async def test_r17_are_about_the_thing_that_was_declared(
        self, office: AsyncClient, sessions: Sessions, thing: str
    ) -> None:
        wrong = (await held.taken(office, thing, **THINGS[thing]()))[0]

        right = await held.taken(
            office, thing, **THINGS[thing]() | CHANGES[thing] | {"corrects": wrong}
        )

        before, after = await row_of(sessions, wrong), await row_of(sessions, right[0])
        assert (after["subject"], after["sequence"]) == (before["subject"], 2)

    @pytest.mark.parametrize("thing", THINGS)
    async def test_r17_of_nothing_are_refused(self, office: AsyncClient, thing: str) -> None:
        [other, *_] = await held.taken(office, "site", **held.a_site(ref="elsewhere"))
        unknown, elsewhere = str(uuid7()), other if thing != "site" else str(uuid7())

        for named in (unknown, elsewhere):
            found = await faults(office, thing, **THINGS[thing]() | {"corrects": named})
            assert found == [("/data/corrects", "TLK-D183")]

    async def test_of_a_cluster_revise_it_whatever_its_ref(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        profile = a_declaration()["data"]
        wrong = await held.taken(office, "cluster", **profile | {"web": "https://new.example.org"})
        other = profile | {"ref": None, "web": "https://right.example.org", "corrects": wrong[0]}

        [right] = await held.taken(office, "cluster", **other)

        before, after = await row_of(sessions, wrong[0]), await row_of(sessions, right)
        assert after["subject"] == before["subject"]
        unknown = profile | {"corrects": str(uuid7())}
        assert ("/data/corrects", "TLK-D183") in await faults(office, "cluster", **unknown)

    async def test_of_others_are_unknown(self, office: AsyncClient, sign_in: SignIn) -> None:
        wrong = (await held.taken(office, "label", **held.a_label()))[0]
        marek = await sign_in(MAREK, of="PL")

        found = await faults(marek, "label", **held.a_label(corrects=wrong))

        assert found == [("/data/corrects", "TLK-D183")]

    @pytest.mark.parametrize(("thing", "data"), ONCE)
    async def test_of_what_holds_from_a_day_on_are_refused(
        self, office: AsyncClient, thing: str, data: dict[str, Any]
    ) -> None:
        found = await faults(office, thing, **data | {"corrects": str(uuid7())})

        assert found == [("/data/corrects", "TLK-D184")]


class TestWithdrawals:
    @pytest.mark.parametrize("thing", THINGS)
    async def test_take_back_what_was_new_and_only_once(
        self, office: AsyncClient, sessions: Sessions, thing: str
    ) -> None:
        wrong = (await held.taken(office, thing, **THINGS[thing]()))[0]

        [undone] = await held.taken(office, "withdrawal", declaration=wrong, reason="twice")

        before, after = await row_of(sessions, wrong), await row_of(sessions, undone)
        assert (after["subject"], after["type"]) == (before["subject"], UNDONE[thing])
        again = await faults(office, "withdrawal", declaration=wrong, reason="once more")
        assert again == [("/data/declaration", "TLK-D185")]

    @pytest.mark.parametrize(
        ("thing", "first", "last"),
        [("participation", "from_day", "ended_day"), ("site", "opened_day", "closed_day")],
    )
    async def test_r17_of_what_has_days_let_it_count_for_none(
        self, office: AsyncClient, sessions: Sessions, thing: str, first: str, last: str
    ) -> None:
        wrong = THINGS[thing]()
        taken = (await held.taken(office, thing, **wrong))[0]

        [undone] = await held.taken(office, "withdrawal", declaration=taken, reason="twice")

        ended = json.loads((await row_of(sessions, undone))["data"])[last]
        assert date.fromisoformat(ended) == date.fromisoformat(wrong[first]) - timedelta(days=1)
        page = await office.get(f"/registry/clusters/{held.NUMBER}", headers=held.HTML)
        assert wrong.get("programme", "no programme") not in page.text

    @pytest.mark.parametrize("thing", THINGS)
    async def test_name_what_was_built_upon_it(self, office: AsyncClient, thing: str) -> None:
        wrong = (await held.taken(office, thing, **THINGS[thing]()))[0]
        change = THINGS[thing]() | CHANGES[thing] | {"corrects": wrong}
        later = await held.taken(office, thing, **change)

        answer = await held.declare(office, "withdrawal", declaration=wrong, reason="twice")

        [item] = answer.json()["items"]
        assert [fault["code"] for fault in item["errors"]] == ["TLK-D181"]
        assert later[0] in item["errors"][0]["text"]

    async def test_of_a_correction_ask_for_what_is_right(self, office: AsyncClient) -> None:
        wrong = (await held.taken(office, "site", **held.a_site()))[0]
        change = held.a_site(seats=12, corrects=wrong)
        later = (await held.taken(office, "site", **change))[0]

        found = await faults(office, "withdrawal", declaration=later, reason="was right")

        assert found == [("/data/declaration", "TLK-D182")]

    async def test_of_a_centre_s_service_are_possible_until_some_of_it_is_given(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await a_centre(sessions)
        texts = {"en": "Legal advice"}
        free = (await held.taken(office, "centre_service", **a_service()))[0]
        given = (await held.taken(office, "centre_service", **a_service(texts=texts)))[0]
        async with sessions.begin() as session:
            of_given = CentreService.texts["en"].astext == texts["en"]
            await session.execute(update(CentreService).where(of_given).values(used=1))

        found = await faults(office, "withdrawal", declaration=given, reason="no staff")
        assert found == [("/data/declaration", "TLK-D181")]
        [undone] = await held.taken(office, "withdrawal", declaration=free, reason="no staff")

        row = await row_of(sessions, undone)
        assert row["type"] == UNDONE["centre_service"]
