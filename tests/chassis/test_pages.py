"""The pages that every service has, asked over HTTP behind the real doors."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from contracts.envelope import from_structured
from contracts.released import example_text
from contracts.staff import StaffDismissed
from services.chassis import clock, links
from services.chassis.database import Sessions
from services.chassis.parking import dropped, parked
from services.chassis.settings import Settings
from tests.chassis.builders import NOON, a_record
from tests.chassis.site import a_client, employ

PEOPLE = "/registry/signin"


@pytest.fixture
async def olena(site: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The operator, with a browser."""
    staff_id = await employ(sessions, of="ECA", roles=["operator"])
    async with a_client(site, Origin="http://test", Accept="text/html") as client:
        await client.post(f"{PEOPLE}/as/{staff_id}")
        yield client


@pytest.fixture
async def parked_id(site: FastAPI, sessions: Sessions) -> UUID:
    """A record of the Slovak association that breaks its contract; the next one waits behind it."""
    dismissed, _ = from_structured(example_text(StaffDismissed.type))
    async with sessions.begin() as session:
        for sequence in (1, 2):
            record = a_record(
                dismissed,
                sequence=sequence,
                offset=sequence - 1,
                value=b'{"mail": "x@example.org"}',
            )
            await site.state.consumer.apply(session, [record])
        first = select(parked.c.id).where(parked.c.sequence == 1)
        return UUID(str(await session.scalar(first)))


class TestSignInPage:
    async def test_lists_the_people_of_each_association(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        await employ(sessions, of="UA", roles=["coordinator"])
        await employ(sessions, of="ECA", roles=["operator"])

        page = await anybody.get(PEOPLE)

        assert re.findall(r"<h2>(.+?)</h2>", page.text)[:2] == ["Ukraine", "All associations"]
        assert "Exchange coordinator · English" in page.text

    async def test_says_in_words_where_one_comes_to(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        await employ(sessions, of="UA", roles=["coordinator"])

        begun = await anybody.get(PEOPLE)
        asked = await anybody.get(f"{PEOPLE}?next=/registry/sites/7")

        assert re.search(r"English · \w+</span>", begun.text)
        assert "After that you come to “Sites”." in asked.text
        assert "<code>/" not in begun.text + asked.text

    async def test_leads_back_to_where_the_person_wanted_to_go(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        await employ(sessions)

        page = await anybody.get(PEOPLE, params={"next": "/registry/page?q=1"})
        foreign = await anybody.get(PEOPLE, params={"next": "//evil.example"})

        assert 'name="next" value="/registry/page?q=1"' in page.text
        assert "evil" not in foreign.text.partition("<main")[2]

    async def test_moves_the_clock_of_the_demo_forward(
        self, anybody: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moved: list[float] = []
        monkeypatch.setattr(clock, "advance", lambda by: moved.append(by.total_seconds()))

        answer = await anybody.post("/registry/demo/clock", data={"amount": "2", "unit": "days"})
        refused = await anybody.post("/registry/demo/clock", data={"amount": "-1", "unit": "days"})

        assert (answer.status_code, refused.status_code, moved) == (303, 422, [172_800.0])

    async def test_shows_the_links_that_were_mailed_last(
        self, anybody: AsyncClient, sessions: Sessions, settings: Settings
    ) -> None:
        async with sessions.begin() as session:
            made = [
                await links.issue(
                    session,
                    settings.link_key,
                    kind=kind,
                    subject="c-1",
                    association="UA",
                    expires_at=NOON,
                )
                for kind in ("delegate", "calendar")
            ]

        page = await anybody.get(PEOPLE)

        assert [
            f"/registry/i/{links.token(settings.link_key, link.id)}" in page.text for link in made
        ] == [True, False]

    async def test_sends_everybody_home(self, olena: AsyncClient) -> None:
        answer = await olena.get("/registry/")

        assert (answer.status_code, answer.headers["location"]) == (303, "/registry/status")


class TestStatusPage:
    async def test_shows_the_values_to_operators_only(
        self, olena: AsyncClient, taras: AsyncClient
    ) -> None:
        operators = await olena.get("/registry/status")
        back_office = await taras.get("/registry/status")

        assert ('data-l="Value"' in operators.text, 'data-l="Value"' in back_office.text) == (
            True,
            False,
        )

    async def test_leads_strangers_to_the_sign_in(self, anybody: AsyncClient) -> None:
        answer = await anybody.get("/registry/status", headers={"Accept": "text/html"})

        assert answer.headers["location"] == "/registry/signin?next=/registry/status"


class TestParkedPages:
    async def test_show_the_first_of_a_subject_and_what_waits(
        self, olena: AsyncClient, parked_id: UUID
    ) -> None:
        page = await olena.get("/registry/parked")

        assert page.text.count(f"/registry/parked/{parked_id}") == 1
        assert '<td data-l="Waiting behind" class="number"><span>1</span>' in page.text

    async def test_never_show_personal_data(self, olena: AsyncClient, parked_id: UUID) -> None:
        page = await olena.get(f"/registry/parked/{parked_id}")

        assert ("x@example.org" in page.text, ">mail</pre>" in page.text) == (False, True)

    async def test_hide_the_records_of_another_association(
        self, taras: AsyncClient, parked_id: UUID
    ) -> None:
        listed = await taras.get("/registry/parked")
        one = await taras.get(f"/registry/parked/{parked_id}")

        assert (str(parked_id) in listed.text, one.status_code) == (False, 404)

    async def test_are_nothing_for_others(self, site: FastAPI, sessions: Sessions) -> None:
        staff_id = await employ(sessions, roles=["analyst"])
        async with a_client(site, Origin="http://test", Accept="text/html") as client:
            await client.post(f"{PEOPLE}/as/{staff_id}")
            page = await client.get("/registry/parked")

        assert page.status_code == 403

    async def test_drop_a_record_for_a_reason(
        self, olena: AsyncClient, sessions: Sessions, parked_id: UUID
    ) -> None:
        address = f"/registry/parked/{parked_id}/drop"
        asked = await olena.get(address)
        token = re.search(r'name="csrf" value="(\w+)"', asked.text)
        assert token is not None

        silent = await olena.post(address, data={"csrf": token[1], "reason": " "})
        done = await olena.post(address, data={"csrf": token[1], "reason": "a test of the ERP"})

        async with sessions() as session:
            [why] = await session.scalars(select(dropped.c.why))
        assert (silent.status_code, "Say why" in silent.text) == (422, True)
        assert (done.status_code, why) == (303, "a test of the ERP")

    async def test_retry_says_what_is_still_parked(
        self, olena: AsyncClient, parked_id: UUID
    ) -> None:
        page = await olena.get(f"/registry/parked/{parked_id}")
        token = re.search(r'name="csrf" value="(\w+)"', page.text)
        assert token is not None

        await olena.post(f"/registry/parked/{parked_id}/retry", data={"csrf": token[1]})
        after = await olena.get("/registry/parked")

        assert "2 records of this subject are still parked." in after.text


class TestCataloguePages:
    async def test_begin_with_the_types_of_the_service(self, taras: AsyncClient) -> None:
        page = await taras.get("/registry/catalogue")

        assert "talka.registry.cluster.published.v1" in page.text
        assert "talka.notifications.delivery.sent.v1" not in page.text

    async def test_lead_to_the_documents_for_systems(self, taras: AsyncClient) -> None:
        page = await taras.get("/registry/catalogue")

        for address in ("/registry/asyncapi.json", "/registry/openapi.json"):
            assert f'href="{address}"' in page.text
            assert (await taras.get(address)).status_code == 200

    @pytest.mark.parametrize(
        ("query", "there", "absent"),
        [
            ("of=all&q=delivery", "talka.notifications.delivery.sent.v1", "cluster.published"),
            ("role=taken", "talka.registry.cluster.declared.v1", "cluster.published"),
            ("classification=personal", "talka.registry.staff.appointed.v1", "cluster.published"),
            ("q=nothing+like+this", "No event type fits", "cluster.published"),
        ],
    )
    async def test_are_filtered(
        self, taras: AsyncClient, query: str, there: str, absent: str
    ) -> None:
        page = await taras.get(f"/registry/catalogue?{query}")

        assert (there in page.text, absent in page.text) == (True, False)

    async def test_show_one_type_with_its_fields_and_example(self, taras: AsyncClient) -> None:
        page = await taras.get("/registry/catalogue/talka.registry.cluster.suspended.v1")

        assert '<th scope="row"><code>reason</code></th>' in page.text
        assert "in liquidation" in page.text
        assert "talka tail registry.clusters" in page.text

    async def test_do_not_know_a_type_that_nobody_promised(self, taras: AsyncClient) -> None:
        page = await taras.get("/registry/catalogue/talka.x.v1", headers={"Accept": "text/html"})

        assert (page.status_code, "<h1>No such type</h1>" in page.text) == (404, True)


class TestProblemPage:
    async def test_speaks_the_language_of_the_reader(self, anybody: AsyncClient) -> None:
        page = await anybody.get("/registry/no?lang=uk", headers={"Accept": "text/html"})

        assert (page.status_code, "<h1>Не знайдено</h1>" in page.text) == (404, True)

    async def test_of_an_unforeseen_fault_tells_the_trace_and_nothing_else(
        self, taras: AsyncClient
    ) -> None:
        page = await taras.get("/registry/v1/broken", headers={"Accept": "text/html"})

        assert (page.status_code, "secret" in page.text) == (500, False)
