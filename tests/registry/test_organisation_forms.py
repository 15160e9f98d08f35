"""Forms of organisations: one that is a member nowhere is entered, any is edited."""

import re
from datetime import date

import pytest
from httpx import AsyncClient

from contracts.vocabulary import Place, Region, RegionScheme
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.registry.builders import LESIA, MAREK, TARAS
from tests.registry.conftest import SignIn
from tests.registry.members import declare, edrpou, joining, organisations
from tests.registry.test_merging import MAREK_OF_PL, POLISH, requests
from tests.registry.test_pages import get, send

HOME = "/registry/organisations"
SUMMARY = re.compile(r'<li><a href="#f-[^"]+">([^<]+)</a>')
CHOSEN = re.compile(r'<option value="(nuts:[^"]+)" selected>')


def typed(n: int = 1, /, **more: str) -> dict[str, str]:
    usual = {
        "organisation/legal_id/scheme": "ua_edrpou",
        "organisation/legal_id/value": edrpou(n).value,
        "organisation/names/original": f"Завод {n}",
        "organisation/place/region": "katottg:UA46000000000026241",
        "organisation/place/settlement": "Львів",
        "organisation/kind": "sme",
        "organisation/size_class": "small",
        "organisation/size_day": "2026-12-31",
        "organisation/nace": "26.51, 28.99",
    }
    return usual | more


@pytest.fixture
async def lesia(theirs: Cluster, sign_in: SignIn) -> AsyncClient:
    assert theirs.association == "PL"
    return await sign_in(LESIA)


class TestEnter:
    async def test_enters_one_that_is_a_member_nowhere(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        done = await send(lesia, f"{HOME}/new", **typed())

        assert done.status_code == 303, done.text
        [organisation] = await organisations(sessions)
        assert (organisation.numbers, organisation.nace) == ((edrpou(1),), ["26.51", "28.99"])
        assert "No memberships that you may see" in (await get(lesia, f"{HOME}/OR-20001")).text

    async def test_keeps_what_was_typed_beside_its_faults(self, lesia: AsyncClient) -> None:
        wrong = typed(**{"organisation/legal_id/value": "12345670", "organisation/size_day": ""})

        answer = await send(lesia, f"{HOME}/new", **wrong)

        assert answer.status_code == 422
        for text in ('value="12345670"', "The check digit is wrong", "26.51, 28.99"):
            assert text in answer.text

    async def test_names_each_empty_field_once_and_says_that_it_is_missing(
        self, lesia: AsyncClient
    ) -> None:
        empty = ("legal_id/value", "names/original", "place/region", "place/settlement")

        answer = await send(
            lesia, f"{HOME}/new", **typed(**{f"organisation/{name}": "" for name in empty})
        )

        assert answer.status_code == 422
        assert "There are 4 problems" in answer.text
        assert SUMMARY.findall(answer.text) == [
            "Legal id: This field is missing.",
            "Name in the own language: This field is missing.",
            "Region of the seat: This field is missing.",
            "Town or village: This field is missing.",
        ]
        assert "missing. This" not in answer.text

    async def test_r05_one_of_another_association_is_refused_and_asked_for(
        self, lesia: AsyncClient, theirs: Cluster, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1, cluster=theirs.number, **POLISH), actor=MAREK_OF_PL)
        polish = POLISH["legal_id"]

        answer = await send(
            lesia,
            f"{HOME}/new",
            **typed(
                **{
                    "organisation/legal_id/scheme": polish.scheme.value,
                    "organisation/legal_id/value": polish.value,
                    "organisation/place/region": "nuts:PL213",
                }
            ),
        )

        assert answer.status_code == 422
        assert "PL has an organisation under this number" in answer.text
        assert [each.association_asked for each in await requests(sessions)] == ["PL"]

    async def test_is_for_the_back_office(self, lesia: AsyncClient, sign_in: SignIn) -> None:
        coordinator = await sign_in(TARAS, roles=("coordinator",))

        assert (await get(lesia, f"{HOME}/new")).status_code == 200
        assert (await get(coordinator, f"{HOME}/new")).status_code == 403


class TestEdit:
    async def test_puts_the_whole_in_the_place_of_what_was_known(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await send(lesia, f"{HOME}/new", **typed(**{"organisation/web": "https://a.example"}))
        address = f"{HOME}/OR-20001/edit"
        assert "https://a.example" in (await get(lesia, address)).text

        done = await send(
            lesia, address, lock="1", **typed(**{"organisation/names/original": "Верстат"})
        )
        again = await send(
            lesia, address, lock="2", **typed(**{"organisation/names/original": "Верстат"})
        )

        assert (done.status_code, again.status_code) == (303, 303)
        [organisation] = await organisations(sessions)
        assert (organisation.name, organisation.web) == ("Верстат", None)
        assert organisation.lock == 2

    async def test_r20_one_that_was_imported_without_a_region_stays_in_the_whole_country(
        self, theirs: Cluster, app_sessions: Sessions, sessions: Sessions, sign_in: SignIn
    ) -> None:
        country = Place(
            country="PL",
            region=Region(scheme=RegionScheme.NUTS, code="PL"),
            settlement="Rzeszów",
        )
        polish = POLISH | {"place": country}
        await declare(app_sessions, joining(1, cluster=theirs.number, **polish), actor=MAREK_OF_PL)
        [organisation] = await organisations(sessions)
        marek = await sign_in(MAREK, of="PL")
        address = f"{HOME}/{organisation.number}/edit"

        page = await get(marek, address)
        offered = CHOSEN.search(page.text)
        assert offered is not None
        edited = typed(
            **{
                "organisation/legal_id/scheme": POLISH["legal_id"].scheme,
                "organisation/legal_id/value": POLISH["legal_id"].value,
                "organisation/place/region": offered[1],
                "organisation/place/settlement": "Rzeszów",
                "organisation/names/original": "Zakład",
            }
        )
        done = await send(marek, address, lock=str(organisation.lock), **edited)

        assert done.status_code == 303, done.text
        [organisation] = await organisations(sessions)
        assert (organisation.name, organisation.place) == ("Zakład", country)

    async def test_r05_a_number_of_another_one_is_refused(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))

        answer = await send(lesia, f"{HOME}/OR-20001/edit", lock="1", **typed(2))

        assert answer.status_code == 422
        assert "Your organisation OR-20002 has this number" in answer.text

    async def test_puts_the_size_of_a_wrong_day_right(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await send(lesia, f"{HOME}/new", **typed())

        answer = await send(
            lesia,
            f"{HOME}/OR-20001/edit",
            **typed(**{"organisation/size_day": "2020-01-01"}),
            lock="1",
        )

        assert answer.status_code == 303
        [organisation] = await organisations(sessions)
        assert organisation.size_day == date(2020, 1, 1)

    async def test_shows_both_versions_when_somebody_was_faster(self, lesia: AsyncClient) -> None:
        await send(lesia, f"{HOME}/new", **typed())
        address = f"{HOME}/OR-20001/edit"
        await send(lesia, address, lock="1", **typed(**{"organisation/names/original": "Верстат"}))

        stale = await send(lesia, address, lock="1", **typed(**{"organisation/kind": "research"}))

        assert stale.status_code == 409
        for text in ("Somebody changed this", "<del>Верстат</del>", "<ins>Завод 1</ins>"):
            assert text in stale.text

    async def test_r18_shows_no_difference_that_is_none(self, lesia: AsyncClient) -> None:
        await send(lesia, f"{HOME}/new", **typed())
        again = typed(lock="0", **{"organisation/nace": "28.99;26.51"})

        answer = await send(lesia, f"{HOME}/OR-20001/edit", **again)

        assert answer.status_code == 409
        assert ("Somebody changed this" in answer.text, "<del>" in answer.text) == (True, False)

    async def test_is_refused_where_a_person_is_meant(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1, sole_trader=True))

        answer = await send(lesia, f"{HOME}/OR-20001/edit", lock="1", **typed())

        assert answer.status_code == 422
        assert "kept with the person" in answer.text
