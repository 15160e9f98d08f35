"""R-07: from which day until which a cluster belongs to a centre, everywhere alike (R-14, R-20)."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from contracts.vocabulary import CentreRole, Mark
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.centres.model import Centre, CentreLink, CentreService
from services.registry.centres.queries import centres_of, centres_page, links_of
from services.registry.clusters.facets import facets_of
from services.registry.clusters.queries import clusters_count
from services.registry.clusters.searching import Wanted
from tests.registry import held
from tests.registry.builders import LESIA, a_person, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.held import in_days
from tests.registry.test_centres import a_centre

VETTED = a_person(marks=frozenset({Mark.DUAL_USE_VETTED}))


async def linked(sessions: Sessions, centre: Centre, first: int, last: int | None) -> CentreLink:
    cluster = await held.a_public_cluster(sessions)
    link = CentreLink(
        id=uuid7(),
        centre_id=centre.id,
        cluster_id=cluster.id,
        association="UA",
        role=CentreRole.SERVED,
        from_day=held.today() + timedelta(days=first),
        until_day=None if last is None else held.today() + timedelta(days=last),
    )
    return await saved(sessions, link)


class TestDays:
    @pytest.mark.parametrize(
        ("first", "last", "there"),
        [(-9, None, 1), (-9, 9, 1), (-9, -2, 0), (9, None, 0)],
    )
    async def test_r07_r20_lists_pages_and_search_agree(
        self, sessions: Sessions, first: int, last: int | None, there: int
    ) -> None:
        centre = await a_centre(sessions)
        link = await linked(sessions, centre, first, last)

        async with sessions() as session:
            [row], _ = await centres_page(session, VETTED, "2027-Q1", cursor=None, size=50)
            counts = [
                row.served,
                len(await links_of(session, VETTED, centre)),
                len(await centres_of(session, VETTED, link.cluster_id)),
                await clusters_count(session, VETTED, Wanted(centre="CRC-AGR")),
                (await facets_of(session, VETTED, Wanted())).centres.get("CRC-AGR", 0),
            ]

        assert counts == [there] * 5

    async def test_r07_the_day_on_which_it_ends_is_the_first_without(
        self, sessions: Sessions
    ) -> None:
        link = await linked(sessions, await a_centre(sessions), -9, 0)

        async with sessions() as session:
            found = await centres_of(session, VETTED, link.cluster_id)
            wanted = await clusters_count(session, VETTED, Wanted(centre="CRC-AGR"))

        assert (list(found), wanted) == ([], 0)

    async def test_r07_it_does_not_end_before_it_begins(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await linked(sessions, await a_centre(sessions), 0, None)
        lesia: AsyncClient = await sign_in(LESIA)
        end = f"/registry/v1/centres/CRC-AGR/clusters/{held.NUMBER}/served/end"

        early = await lesia.put(end, json={"from_day": in_days(-1)})
        same = await lesia.put(end, json={"from_day": in_days(0)})

        assert (early.status_code, same.status_code) == (422, 200)
        [fault] = early.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/from_day", "TLK-R098")

    async def test_r14_the_centre_for_dual_use_is_no_choice_for_the_others(
        self, sessions: Sessions
    ) -> None:
        await linked(sessions, await a_centre(sessions, "CRC-DUA"), -9, None)
        found = []

        async with sessions() as session:
            for actor in (VETTED, a_person()):
                choices = (await facets_of(session, actor, Wanted())).centres
                count = await clusters_count(session, actor, Wanted(centre="CRC-DUA"))
                found.append((dict(choices), count))

        assert found == [({"CRC-DUA": 1}, 1), ({}, 0)]

    @pytest.mark.parametrize(("from_day", "status"), [(-1, 409), (8, 409), (9, 200)])
    async def test_r07_a_link_that_ends_later_is_a_link_until_then(
        self, sign_in: SignIn, sessions: Sessions, from_day: int, status: int
    ) -> None:
        await linked(sessions, await a_centre(sessions), -9, 9)
        lesia: AsyncClient = await sign_in(LESIA)
        address = f"/registry/v1/centres/CRC-AGR/clusters/{held.NUMBER}/served"

        again = await lesia.put(address, json={"from_day": in_days(from_day)})

        assert again.status_code == status, again.text

    async def test_r07_a_link_that_ends_later_can_end_earlier(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        link = await linked(sessions, await a_centre(sessions), -9, 9)
        lesia: AsyncClient = await sign_in(LESIA)
        end = f"/registry/v1/centres/CRC-AGR/clusters/{held.NUMBER}/served/end"

        earlier = await lesia.put(end, json={"from_day": in_days(2)})
        over = await lesia.put(end, json={"from_day": in_days(20)})

        assert (earlier.status_code, over.status_code) == (200, 409)
        async with sessions() as session:
            now = await session.get_one(CentreLink, link.id)
        assert now.until_day == held.today() + timedelta(days=2)


class TestQuarters:
    @pytest.mark.parametrize(
        ("hour", "quarter"),
        [(20, "2027-Q1"), (21, "2027-Q2")],  # midnight in Kyiv is 21:00 UTC in summer
    )
    async def test_r07_a_quarter_begins_at_the_seat_of_the_association(
        self,
        sign_in: SignIn,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
        hour: int,
        quarter: str,
    ) -> None:
        night = datetime(2027, 3, 31, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: night)
        centre = await a_centre(sessions)
        await saved(sessions, an_association(), *(service(centre, f"2027-Q{n}") for n in (1, 2)))
        lesia: AsyncClient = await sign_in(LESIA)

        one = (await lesia.get("/registry/v1/centres/CRC-AGR")).json()
        [listed] = (await lesia.get("/registry/v1/centres")).json()["items"]
        headers = {"Accept": "text/html"}
        pages = [
            (await lesia.get(f"/registry/centres{part}", headers=headers)).text
            for part in ("", "/CRC-AGR", "/CRC-AGR/offer")
        ]

        assert one["services"][0]["quarter"] == quarter
        assert listed["capacity"] == int(quarter[-1])
        assert quarter in pages[0]
        for page in pages:
            assert ("2027-Q1" in page) == (quarter == "2027-Q1")


def service(centre: Centre, quarter: str) -> CentreService:
    """As many in a quarter as its number says."""
    return CentreService(
        id=uuid7(),
        centre_id=centre.id,
        association="UA",
        texts={"en": "Tests of soil"},
        languages=["en"],
        quarter=quarter,
        capacity=int(quarter[-1]),
        used=0,
    )
