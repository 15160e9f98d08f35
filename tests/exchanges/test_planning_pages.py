"""Planning a visit as a page: what it asks, keeps and refuses."""

import pytest
from httpx import AsyncClient

from services.chassis.database import Sessions
from tests.exchanges.builders import LVIV_CLUSTER, NITRA_CLUSTER
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import a_person, a_row, get, send
from tests.exchanges.stories import a_site_copy

NEW = "/exchanges/visits/new"


PAIR = f"visitor={LVIV_CLUSTER}&host={NITRA_CLUSTER}"


pytestmark = pytest.mark.usefixtures("copies")


def a_form(**more: str) -> dict[str, str]:
    return {
        "title": "Plastics for the field",
        "visiting_organisation_id": str(LVIV_CLUSTER),
        "host_organisation_id": str(NITRA_CLUSTER),
        **a_person("visitor_contact/", "andrii@example.org"),
        **a_person("host_contact/", "martin@example.org"),
        **a_row(0),
        **a_row(1, title="", on="", starts="", ends=""),
        **a_row(2, title="Online", on="2027-03-17", mode="online"),
        **more,
    }


class TestPlan:
    async def test_finds_clusters_in_any_script_and_says_as_of_when(
        self, zuzana: AsyncClient
    ) -> None:
        page = await get(zuzana, f"{NEW}?q=ЛЬВІВ")

        assert "Lviv Plastics Cluster" in page.text
        assert "Nitra Plastics Cluster" not in page.text
        assert "As of 1 Mar 2027" in page.text

    async def test_says_that_no_cluster_fits(self, zuzana: AsyncClient) -> None:
        assert "No cluster fits" in (await get(zuzana, f"{NEW}?q=nowhere")).text

    async def test_presets_the_zones_of_both_sides(self, zuzana: AsyncClient) -> None:
        page = await get(zuzana, f"{NEW}?{PAIR}")

        assert page.text.count('<option value="Europe/Bratislava" selected>') == 6
        assert page.text.count('<option value="Europe/Kyiv" selected>') == 1

    async def test_r16_offers_the_sites_of_the_host_with_what_they_have(
        self, zuzana: AsyncClient, sessions: Sessions
    ) -> None:
        site = a_site_copy()
        async with sessions.begin() as session:
            session.add_all([site, a_site_copy("Closed hall", is_open=False)])
        offered = (await get(zuzana, f"{NEW}?{PAIR}")).text

        chosen = a_form(**{"sessions/0/site_id": str(site.site_id), "sessions/0/settlement": ""})
        answer = await send(zuzana, NEW, chosen, page=f"{NEW}?{PAIR}")

        words = "Assembly hall · Nitra · 80 seats · Step-free access · shelter in 4 min"
        assert words in offered
        assert "Closed hall" not in offered
        assert "Assembly hall" in (await get(zuzana, answer.headers["location"])).text

    async def test_opens_the_visit_without_the_empty_rows(self, zuzana: AsyncClient) -> None:
        answer = await send(zuzana, NEW, a_form(), page=f"{NEW}?{PAIR}")

        assert answer.headers["location"] == "/exchanges/visits/EX-2027-001"
        page = await get(zuzana, answer.headers["location"])
        assert "EX-2027-001 is planned." in page.text
        assert "16–17 Mar 2027" in page.text

    @pytest.mark.parametrize(
        ("wrong", "field", "text"),
        [
            ({"title": " "}, "title", "This field is missing."),
            ({"visitor_contact/mail": "andrii"}, "visitor_contact/mail", "Give a mail address"),
            ({"host_contact/names": ""}, "host_contact/names", "This field is missing."),
            (a_row(2, on=""), "sessions/1/on", "This field is missing."),
            (a_row(2, starts="soon"), "sessions/1/starts", "Give a time of day"),
            (a_row(2, ends="08:00"), "sessions/1/ends", "A session ends after it starts"),
            (a_row(2, on="2027-02-01"), "sessions/1/starts", "This time has passed already"),
            (a_row(2, on="2027-03-28", starts="02:30"), "sessions/1/starts", "skip"),
            (a_row(0, settlement=""), "sessions/0/settlement", "This field is missing."),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_names_the_field_and_keeps_the_words(
        self,
        zuzana: AsyncClient,
        wrong: dict[str, str],
        field: str,
        text: str,
    ) -> None:
        page = await send(zuzana, NEW, a_form(**wrong), page=f"{NEW}?{PAIR}")

        assert page.status_code == 422
        error = page.text.partition(f'id="f-{field.replace("/", "-")}-error"')[2][:200]
        assert text in error
        assert f'href="#f-{field.replace("/", "-")}"' in page.text
        assert 'value="martin@example.org"' in page.text
        assert "EX-2027" not in (await get(zuzana, "/exchanges/schedule?on=2027-03-01")).text

    async def test_needs_a_session(self, zuzana: AsyncClient) -> None:
        empty = {"title": "", "on": "", "starts": "", "ends": ""}
        form = a_form(**a_row(0, **empty), **a_row(2, **empty))

        page = await send(zuzana, NEW, form, page=f"{NEW}?{PAIR}")

        assert page.status_code == 422
        assert '<a href="#f-sessions">Plan at least one session.</a>' in page.text

    async def test_leaves_nothing_behind_when_the_last_session_is_too_late(
        self, zuzana: AsyncClient
    ) -> None:
        form = a_form(**a_row(2, on="2027-06-17"))

        page = await send(zuzana, NEW, form, page=f"{NEW}?{PAIR}")

        assert page.status_code == 422
        assert "more than 31 days" in page.text
        assert "Nothing is planned" in (await get(zuzana, "/exchanges/schedule")).text

    async def test_is_for_coordinators(self, sign_in: SignIn) -> None:
        analyst = await sign_in("SK", roles=("analyst",))

        page = await get(analyst, NEW)

        assert page.status_code == 403
        assert "coordinator" in page.text
