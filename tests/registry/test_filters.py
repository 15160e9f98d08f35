"""Filters of lists: who asks for a word that is in no list is told, not answered with nothing."""

import pytest
from httpx import AsyncClient

from services.registry.clusters import regions
from tests.registry.builders import LESIA
from tests.registry.conftest import SignIn

LISTS = [
    ("/registry/clusters/export.csv", "country"),
    ("/registry/clusters", "region"),
    ("/registry/clusters", "ecosystem"),
    ("/registry/v1/clusters", "country"),
    ("/registry/v1/sites", "country"),
    ("/registry/sites", "state"),
    ("/registry/v1/participations", "programme"),
    ("/registry/participations", "role"),
    ("/registry/labels", "level"),
    ("/registry/offers", "kind"),
    ("/registry/declarations", "way"),
    ("/registry/imports", "state"),
    ("/registry/rule-packs", "country"),
]


@pytest.fixture
async def lesia(sign_in: SignIn) -> AsyncClient:
    return await sign_in(LESIA)


class TestFilters:
    async def test_r20_a_word_of_no_list_is_refused_by_the_name_of_its_field(
        self, lesia: AsyncClient
    ) -> None:
        for address, name in LISTS:
            answer = await lesia.get(address, params={name: "XX"})

            assert answer.status_code == 422, address
            assert {each["pointer"] for each in answer.json()["errors"]} == {f"/query/{name}"}

    async def test_r20_words_of_the_lists_and_none_are_taken(self, lesia: AsyncClient) -> None:
        for address in (
            "/registry/clusters/export.csv?country=UA&region=UA-46&ecosystem=digital",
            "/registry/clusters?region=PL8",
            "/registry/labels?state=all",
            "/registry/v1/sites?country=",
        ):
            assert (await lesia.get(address)).status_code == 200, address

    async def test_r20_people_read_which_field_it_is(self, lesia: AsyncClient) -> None:
        page = await lesia.get("/registry/sites?state=gone", headers={"Accept": "text/html"})

        assert "<code>query/state</code>" in page.text
        assert "Nothing was stored" not in page.text


class TestPages:
    async def test_r20_a_page_that_is_gone_leads_to_the_first_one(self, lesia: AsyncClient) -> None:
        page = await lesia.get(
            "/registry/clusters?country=UA&after=gone", headers={"Accept": "text/html"}
        )

        assert page.status_code == 422
        assert "Begin with the first one." in page.text
        assert 'href="/registry/clusters?country=UA"' in page.text


class TestRegions:
    def test_the_own_country_stands_first(self) -> None:
        groups = [group for group, _ in regions.choices("en", own="UA")]

        assert groups[0] == "UA"
        assert groups[1:] == [group for group, _ in regions.choices("en") if group != "UA"]
