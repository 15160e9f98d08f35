"""R-16: the inventory of places that can host sessions."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.declared.holdings import SiteDeclared
from contracts.sites import SiteClosed, SiteOpened, SiteUpdated
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.registry.clusters.refusals import NotItsAdministrator
from services.registry.sites import commands
from services.registry.sites.model import Site
from tests.registry import held
from tests.registry.builders import LESIA, MAREK, NOON, a_cluster, a_person, saved
from tests.registry.conftest import SignIn
from tests.registry.held import a_site, in_days, refused, taken, told
from tests.registry.test_pages import get, send

SITES = "/registry/v1/sites"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await held.a_public_cluster(sessions)
    return await sign_in(LESIA)


async def sites(sessions: Sessions) -> list[Site]:
    async with sessions() as session:
        return list(await session.scalars(select(Site)))


class TestDeclared:
    async def test_r16_a_site_is_opened_with_its_equipment(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "site", **a_site())

        [site] = await sites(sessions)
        [opened] = await told(sessions, site.id)
        assert isinstance(opened, SiteOpened)
        assert (opened.seats, opened.step_free, opened.shelter_minutes) == (60, True, 2)
        assert (opened.generator, opened.parking, opened.holder.id) == (True, 20, site.holder_id)

    async def test_r16_a_known_ref_updates_it_and_an_end_closes_it(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "site", **a_site())
        await taken(lesia, "site", **a_site(seats=80))
        await taken(lesia, "site_end", site={"ref": "halls/3"}, closed_day=in_days(0))

        [site] = await sites(sessions)
        kinds = [type(event) for event in await told(sessions, site.id)]
        assert kinds == [SiteOpened, SiteUpdated, SiteClosed]
        assert (site.seats, site.state) == (80, "closed")

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"seats": 0}, ("/data/seats", "TLK-D007")),
            ({"holder": {"cluster": {"number": "CL-9"}}}, ("/data/holder/cluster", "TLK-D043")),
            ({"place": a_site()["place"] | {"lat": 24.02}}, ("/data/place/lat", "TLK-R077")),
            ({"closed_day": in_days(-90)}, ("/data/closed_day", "TLK-R078")),
        ],
    )
    async def test_r16_what_cannot_be_is_refused(
        self, lesia: AsyncClient, fields: dict[str, object], fault: tuple[str, str]
    ) -> None:
        assert await refused(lesia, "site", **a_site(**fields)) == [fault]

    async def test_r16_an_end_names_a_site_of_the_association(self, lesia: AsyncClient) -> None:
        faults = await refused(lesia, "site_end", site={"ref": "nothing"}, closed_day=in_days(0))

        assert faults == [("/data/site", "TLK-D044")]


class TestFound:
    async def test_r16_by_seats_and_equipment(self, lesia: AsyncClient) -> None:
        await taken(lesia, "site", **a_site())
        await taken(lesia, "site", **a_site(ref="halls/4", names={"en": "Small room"}, seats=8))

        async def names(query: str) -> list[str]:
            items = (await lesia.get(f"{SITES}?{query}")).json()["items"]
            return [item["names"]["en"] for item in items]

        assert await names("q=lviv") == ["Assembly hall", "Small room"]
        assert await names("q=львів&seats=20") == ["Assembly hall"]
        assert await names("has=shelter&has=step_free&limit=1") == ["Assembly hall"]
        assert await names("has=booth") == []
        assert await names("country=PL") == []

    async def test_others_find_open_ones_only(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await taken(lesia, "site", **a_site())
        [site] = await sites(sessions)
        marek = await sign_in(MAREK, of="PL")

        before = await marek.get(f"{SITES}/{site.id}")
        foreign = await marek.put(f"{SITES}/{site.id}/closing", json={"closed_day": in_days(0)})
        closed = await lesia.put(f"{SITES}/{site.id}/closing", json={"closed_day": in_days(0)})
        after = await marek.get(f"{SITES}/{site.id}")

        assert (before.status_code, foreign.status_code) == (200, 403)
        assert (closed.status_code, after.status_code) == (200, 404)


class TestPages:
    async def test_a_site_is_added_and_changed_by_hand(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        typed = {
            "holder": held.NUMBER,
            "names/en": "Glass hall",
            "place/country": "UA",
            "place/region/scheme": "iso3166-2",
            "place/region/code": "UA-46",
            "place/settlement": "Lviv",
            "seats": "40",
            "opened_day": in_days(0),
            "booth": "yes",
        }

        answer = await send(lesia, "/registry/sites/new", **typed)

        assert answer.status_code == 303, answer.text
        [site] = await sites(sessions)
        assert (site.booth, site.step_free, site.seats) == (True, False, 40)
        page = await get(lesia, f"/registry/sites/{site.id}")
        assert "Interpreter booth" in page.text
        form = await get(lesia, f"/registry/sites/{site.id}/edit")
        assert 'value="Glass hall"' in form.text
        changed = await send(lesia, f"/registry/sites/{site.id}/edit", **typed | {"seats": "45"})
        assert changed.status_code == 303
        assert [one.seats for one in await sites(sessions)] == [45]
        assert "Glass hall" in (await get(lesia, "/registry/sites?has=booth")).text
        assert "Glass hall" in (await get(lesia, f"/registry/clusters/{held.NUMBER}")).text

    async def test_a_form_with_faults_keeps_what_was_typed(self, lesia: AsyncClient) -> None:
        typed = {"names/en": "Glass hall", "seats": "x"}

        answer = await send(lesia, "/registry/sites/new", **typed)

        assert answer.status_code == 422
        assert 'value="Glass hall"' in answer.text
        for field in ("f-holder", "f-seats", "f-place"):
            assert f'href="#{field}' in answer.text

    async def test_closing_has_a_page_of_its_own(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "site", **a_site())
        [site] = await sites(sessions)
        address = f"/registry/sites/{site.id}/close"

        too_early = await send(lesia, address, closed_day=in_days(-60))
        done = await send(lesia, address, closed_day=in_days(0))

        assert (too_early.status_code, done.status_code) == (422, 303)
        assert (await sites(sessions))[0].state == "closed"

    async def test_an_empty_list_says_what_a_site_is(self, lesia: AsyncClient) -> None:
        assert "No sites yet" in (await get(lesia, "/registry/sites")).text
        assert "No site fits" in (await get(lesia, "/registry/sites?q=nothing")).text


async def declared(app_sessions: Sessions, data: dict[str, Any]) -> None:
    """Take a site in as a cluster administrator does."""
    marek = a_person(MAREK, roles=("cluster_admin",))
    site = SiteDeclared.model_validate(data | {"time": NOON})
    async with app_sessions.begin() as session:
        await tenancy.enter(session, marek)
        await commands.declare_site(session, marek, site, at=NOON)


class TestKeptByAnAdministrator:
    async def test_p07_of_the_own_cluster_and_of_no_other(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        own = a_cluster(number="CL-1092", legal_value="2", administrators=[MAREK])
        await saved(sessions, own)
        marek = await sign_in(MAREK, roles=("cluster_admin",))
        mine = a_site(ref="hall/own", holder={"cluster": {"number": "CL-1092"}})
        await taken(lesia, "site", **a_site())
        [theirs] = await sites(sessions)

        await declared(app_sessions, mine)
        for wrong in (a_site(ref="hall/new"), mine | {"ref": "halls/3"}):
            with pytest.raises(NotItsAdministrator):
                await declared(app_sessions, wrong)
        form = (await get(marek, "/registry/sites/new")).text

        assert 'value="CL-1092"' in form
        assert f'value="{held.NUMBER}"' not in form
        assert "/close" not in (await get(marek, f"/registry/sites/{theirs.id}")).text
        assert (await get(marek, f"/registry/sites/{theirs.id}/edit")).status_code == 403
        page = (await get(marek, "/registry/clusters/CL-1092")).text
        assert "/registry/sites/new?cluster=CL-1092" in page
        assert "/registry/offers/new?cluster=CL-1092" in page
        assert "/registry/labels/new" not in page
