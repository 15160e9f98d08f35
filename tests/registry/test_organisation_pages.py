"""Pages and interface of organisations: one with its days, merges, requests, and how they end."""

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from contracts.vocabulary import LegalId, LegalIdScheme, Names
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.registry.builders import (
    LESIA,
    LVIV,
    MAREK,
    a_person,
)
from tests.registry.conftest import SignIn
from tests.registry.members import declare, edrpou, joining, memberships, organisations
from tests.registry.test_merging import MAREK_OF_PL, POLISH, requests
from tests.registry.test_pages import get, send

HOME = "/registry/organisations"


@pytest.fixture
async def lesia(theirs: Cluster, sign_in: SignIn) -> AsyncClient:
    assert theirs.association == "PL"
    return await sign_in(LESIA)


class TestOne:
    async def test_shows_numbers_memberships_and_history(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())

        page = await get(lesia, f"{HOME}/OR-20001")

        assert page.status_code == 200
        for text in (edrpou(1).value, "Lviv IT Cluster", "1 May 2024", "Registered as OR-20001"):
            assert text in page.text

    async def test_says_what_a_change_of_the_description_changed(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        renamed = Names(original="Новий завод", en="New works")
        await declare(app_sessions, joining())
        await declare(
            app_sessions, joining(names=renamed, kind="research", web="https://a.example")
        )

        page = (await get(lesia, f"{HOME}/OR-20001")).text

        changed = page.partition("Description changed")[2].partition("</li>")[0]
        assert re.findall(r"under\">(.*?): (?:<del>(.*?)</del> → )?<ins>(.*?)</ins>", changed) == [
            ("Name in the own language", joining().stated.names.original, "Новий завод"),
            ("Name in English", joining().stated.names.en, "New works"),
            ("Kind", "Small or medium-sized company", "Research"),
            ("Web page", "", "https://a.example"),
        ]

    async def test_r05_calls_a_number_what_people_call_it(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(
            app_sessions, joining(legal_id=LegalId(scheme=LegalIdScheme.SK_ICO, value="31322832"))
        )

        assert "<dt>IČO</dt><dd>31322832</dd>" in (await get(lesia, f"{HOME}/OR-20001")).text

    async def test_without_a_town_shows_its_number_alone(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(place=LVIV.model_copy(update={"settlement": ""})))

        for address in (HOME, "/registry/clusters/CL-1091/members"):
            page = (await get(lesia, address)).text
            assert '<span class="under">OR-20001</span>' in page, address

    async def test_r14_of_a_cluster_that_is_not_shown_does_not_deny_that_it_belongs_to_one(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        async with sessions.begin() as session:
            its = update(Cluster).where(Cluster.number == "CL-1091")
            await session.execute(its.values(dual_use=True))

        page = (await get(lesia, f"{HOME}/OR-20001")).text

        assert "No memberships that you may see" in page
        assert "It belongs to none of the clusters that are shown to you." in page

    async def test_r01_is_not_there_for_other_associations(
        self, lesia: AsyncClient, app_sessions: Sessions, sign_in: SignIn
    ) -> None:
        await declare(app_sessions, joining())
        polish = await sign_in(MAREK, of="PL")

        assert (await get(lesia, f"{HOME}/OR-20001")).status_code == 200
        assert (await get(polish, f"{HOME}/OR-20001")).status_code == 404
        assert "No organisations yet" in (await get(polish, HOME)).text

    async def test_the_list_is_filtered_by_kind_and_size(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2, kind="research"))

        research = await get(lesia, f"{HOME}?kind=research&size_class=small")
        large = await get(lesia, f"{HOME}?size_class=large")

        assert ("OR-20001" in research.text, "OR-20002" in research.text) == (False, True)
        assert "1 of 1 shown" in research.text
        assert "No organisation fits" in large.text

    async def test_is_found_in_the_list(self, lesia: AsyncClient, app_sessions: Sessions) -> None:
        await declare(app_sessions, joining(1), joining(2))

        page = await get(lesia, f"{HOME}?q=works+1")

        assert "OR-20001" in page.text
        assert "OR-20002" not in page.text


class TestMerge:
    async def test_asks_for_the_one_that_stays_and_a_reason(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))

        empty = await send(lesia, f"{HOME}/OR-20001/merge")
        unknown = await send(lesia, f"{HOME}/OR-20001/merge", into="OR-1", reason="x", lock="1")
        stale = await send(lesia, f"{HOME}/OR-20001/merge", into="OR-20002", reason="x", lock="7")
        done = await send(lesia, f"{HOME}/OR-20001/merge", into="OR-20002", reason="x", lock="1")

        assert [each.status_code for each in (empty, unknown, stale, done)] == [422, 404, 409, 303]
        gone, survivor = await organisations(sessions)
        assert gone.merged_into == survivor.id
        assert "OR-20002" in (await get(lesia, f"{HOME}/OR-20001")).text


class TestRequests:
    @pytest.fixture(autouse=True)
    async def asked(self, theirs: Cluster, app_sessions: Sessions) -> None:
        await declare(app_sessions, joining(1, cluster=theirs.number, **POLISH), actor=MAREK_OF_PL)
        await declare(app_sessions, joining(1, **POLISH))

    async def test_r05_are_shown_to_both_and_accepted_by_who_was_asked(
        self, lesia: AsyncClient, sessions: Sessions, sign_in: SignIn
    ) -> None:
        [request] = await requests(sessions)
        address = f"{HOME}/requests/{request.id}"
        polish = await sign_in(MAREK, of="PL")

        mine, theirs = await get(lesia, address), await get(polish, address)
        inbox, outbox = await get(polish, HOME), await get(lesia, HOME)
        done = await send(polish, f"{address}/accept", address)

        assert "1 request to merge waits for your association" in inbox.text
        assert "waits for your association" not in outbox.text
        assert "Accept" not in mine.text
        assert "Accept" in theirs.text
        assert done.status_code == 303
        assert "Accepted" in (await get(lesia, f"{HOME}/requests")).text
        assert (await get(lesia, f"{HOME}/OR-20001")).status_code == 200

    async def test_are_declined_with_a_reason(
        self, sessions: Sessions, sign_in: SignIn, lesia: AsyncClient
    ) -> None:
        [request] = await requests(sessions)
        address = f"{HOME}/requests/{request.id}"
        polish = await sign_in(MAREK, of="PL")

        without = await send(polish, f"{address}/decline", address)
        done = await send(polish, f"{address}/decline", address, reason="another firm")

        assert (without.status_code, done.status_code) == (422, 303)
        assert "another firm" in (await get(lesia, address)).text

    async def test_are_decided_over_http_too(self, sign_in: SignIn) -> None:
        polish = await sign_in(MAREK, of="PL")

        [asked] = (await polish.get("/registry/v1/organisations/merge-requests")).json()["items"]
        answer = await polish.put(
            f"/registry/v1/organisations/merge-requests/{asked['id']}/acceptance"
        )

        assert answer.json()["state"] == "accepted", answer.text


class TestInterface:
    async def test_pages_organisations_by_key(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, *(joining(n) for n in range(3)))

        address = "/registry/v1/organisations?limit=2"
        first = (await lesia.get(address)).json()
        last = (await lesia.get(f"{address}&cursor={first['next']}")).json()

        names = [each["names"]["original"] for each in first["items"] + last["items"]]
        assert names == ["Завод 0", "Завод 1", "Завод 2"]
        assert last["next"] is None

    async def test_pages_members_by_key(self, lesia: AsyncClient, app_sessions: Sessions) -> None:
        await declare(app_sessions, *(joining(n) for n in range(5)))

        address = "/registry/v1/clusters/CL-1091/members?limit=2"
        first = (await lesia.get(address)).json()
        second = (await lesia.get(f"{address}&cursor={first['next']}")).json()

        names = [each["name"] for each in first["items"] + second["items"]]
        assert names == ["Завод 0", "Завод 1", "Завод 2", "Завод 3"]

    async def test_r06_leaves_out_what_was_learned_later(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        [membership] = await memberships(sessions)
        await lesia.put(
            f"/registry/v1/memberships/{membership.id}/end",
            json={"ended_day": "2025-06-30", "reason": "left"},
        )
        address = "/registry/v1/clusters/CL-1091/members"
        before_that = (clock.now() - timedelta(days=1)).isoformat()

        now = await lesia.get(address, params={"on": "2025-07-01"})
        then = await lesia.get(address, params={"on": "2025-07-01", "known_at": before_that})
        same_day = await lesia.get(address, params={"on": "2025-06-30"})

        assert now.json()["items"] == []
        assert then.status_code == 200
        assert [each["ended_day"] for each in same_day.json()["items"]] == ["2025-06-30"]

    async def test_tells_others_the_counts_alone(
        self, lesia: AsyncClient, app_sessions: Sessions, sign_in: SignIn
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))
        polish = await sign_in(MAREK, of="PL")

        address = "/registry/v1/clusters/CL-1091/members"
        refused, counted = await polish.get(address), await polish.get(f"{address}/count")

        assert refused.status_code == 403
        assert counted.json() == [{"kind": "sme", "size_class": "small", "members": 2}]
        assert (await lesia.get(address)).status_code == 200

    async def test_shows_where_an_organisation_belongs(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(), actor=a_person())

        one = (await lesia.get("/registry/v1/organisations/OR-20001")).json()
        belongs = (await lesia.get("/registry/v1/organisations/OR-20001/memberships")).json()
        told = (await lesia.get("/registry/v1/organisations/OR-20001/history")).json()

        assert one["legal_ids"] == [edrpou(1).model_dump(mode="json")]
        assert [each["cluster"] for each in belongs] == ["CL-1091"]
        assert [each["sequence"] for each in told] == [2, 1]
