"""Pages of members as a browser gets them: of any day, added and ended by form."""

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.vocabulary import ClusterState, Mark
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    a_profile,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.members import declare, edrpou, joining, memberships, organisations
from tests.registry.test_pages import get, send

ADDRESS = "/registry/clusters/CL-1091/members"


@pytest.fixture
async def cluster(sessions: Sessions) -> Cluster:
    await saved(sessions, an_association())
    return await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))


@pytest.fixture
async def lesia(cluster: Cluster, sign_in: SignIn) -> AsyncClient:
    assert cluster.number in ADDRESS
    return await sign_in(LESIA)


def typed(n: int = 1, /, **more: Any) -> dict[str, Any]:
    usual = {
        "organisation/legal_id/scheme": "ua_edrpou",
        "organisation/legal_id/value": edrpou(n).value,
        "organisation/names/original": f"Завод {n}",
        "organisation/place/region": "katottg:UA46000000000026241",
        "organisation/place/settlement": "Львів",
        "organisation/kind": "sme",
        "organisation/size_class": "small",
        "organisation/size_day": "2026-12-31",
        "joined_day": "2024-05-01",
    }
    return usual | more


class TestList:
    async def test_shows_members_with_their_days(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))

        page = await get(lesia, ADDRESS)

        assert page.status_code == 200
        for text in ("2 members, sorted by name", "Завод 1", "OR-20001", "1 May 2024"):
            assert text in page.text

    async def test_p07_an_administrator_adds_members_and_only_a_back_office_imports_them(
        self, lesia: AsyncClient, sessions: Sessions, sign_in: SignIn
    ) -> None:
        own = a_cluster(number="CL-1092", legal_value="2", administrators=[MAREK])
        await saved(sessions, own)
        marek = await sign_in(MAREK, roles=("cluster_admin",))

        for client, imports in ((lesia, True), (marek, False)):
            page = (await get(client, "/registry/clusters/CL-1092/members")).text
            assert "Add a member" in page
            assert ("Import members" in page) is imports

    async def test_clusters_are_listed_with_how_many_they_have(
        self, lesia: AsyncClient, sign_in: SignIn, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2), joining(3))
        marek = await sign_in(MAREK, of="PL")

        for client in (lesia, marek):
            page = await get(client, "/registry/clusters")
            assert '<td data-l="Members" class="number"><span>3</span></td>' in page.text

    async def test_r06_shows_any_past_day(self, lesia: AsyncClient, app_sessions: Sessions) -> None:
        await declare(app_sessions, joining(1), joining(2, on=date(2025, 3, 1)))

        before = await get(lesia, f"{ADDRESS}?on=2025-02-28")
        long_before = await get(lesia, f"{ADDRESS}?on=2020-01-01")

        assert "1 member, sorted by name" in before.text
        assert "Завод 2" not in before.text
        assert "No members on that day" in long_before.text

    async def test_finds_by_name_in_either_script_and_by_kind(
        self, lesia: AsyncClient, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2, kind="research"))

        assert "1 member, sorted" in (await get(lesia, f"{ADDRESS}?kind=research&q=zavod")).text
        assert "No member fits" in (await get(lesia, f"{ADDRESS}?size_class=large")).text
        assert "2 members, sorted" in (await get(lesia, f"{ADDRESS}?q=zavod")).text

    async def test_says_that_there_are_none_yet(self, lesia: AsyncClient) -> None:
        assert "No members yet" in (await get(lesia, ADDRESS)).text

    @pytest.mark.usefixtures("cluster")
    async def test_r01_others_see_counts_alone(
        self, app_sessions: Sessions, sign_in: SignIn
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))
        polish = await sign_in(MAREK, of="PL")

        page = await get(polish, ADDRESS)

        assert page.status_code == 200
        assert "Small or medium-sized company" in page.text
        assert "Завод" not in page.text

    async def test_r14_of_a_dual_use_cluster_is_for_the_vetted(
        self, lesia: AsyncClient, sessions: Sessions, sign_in: SignIn
    ) -> None:
        secret = a_profile(dual_use=True, legal_id=edrpou(77))
        await saved(
            sessions, a_cluster(number="CL-1099", state=ClusterState.PUBLISHED, profile=secret)
        )
        vetted = await sign_in(TARAS, marks=(Mark.DUAL_USE_VETTED,))

        address = "/registry/clusters/CL-1099/members"
        assert (await get(lesia, address)).status_code == 404
        assert (await get(vetted, address)).status_code == 200


class TestAdd:
    async def test_enters_an_organisation_and_lets_it_join(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        answer = await send(lesia, f"{ADDRESS}/new", **typed())

        assert answer.status_code == 303, answer.text
        [membership] = await memberships(sessions)
        [organisation] = await organisations(sessions)
        assert membership.joined_day == date(2024, 5, 1)
        assert organisation.numbers == (edrpou(1),)

    async def test_keeps_what_was_typed_beside_its_faults(self, lesia: AsyncClient) -> None:
        wrong = typed(**{"organisation/legal_id/value": "12345670", "joined_day": "2001-01-01"})

        answer = await send(lesia, f"{ADDRESS}/new", **wrong)

        assert answer.status_code == 422
        assert 'value="12345670"' in answer.text
        assert "The check digit is wrong" in answer.text

    async def test_says_when_it_is_before_the_founding(self, lesia: AsyncClient) -> None:
        answer = await send(lesia, f"{ADDRESS}/new", **typed(joined_day="2001-01-01"))

        assert answer.status_code == 422
        assert "The cluster was founded on" in answer.text

    @pytest.mark.usefixtures("cluster")
    async def test_is_refused_to_who_may_not(self, sign_in: SignIn) -> None:
        coordinator = await sign_in(TARAS, roles=("coordinator",))

        assert (await get(coordinator, f"{ADDRESS}/new")).status_code == 403


class TestEnd:
    async def test_asks_for_a_day_and_a_reason(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        [membership] = await memberships(sessions)
        address = f"/registry/memberships/{membership.id}/end"

        without = await send(lesia, address, ended_day="2025-06-30", lock="1")
        early = await send(lesia, address, ended_day="2024-04-30", reason="moved away", lock="1")
        done = await send(lesia, address, ended_day="2025-06-30", reason="moved away", lock="1")

        assert (without.status_code, early.status_code, done.status_code) == (422, 422, 303)
        [membership] = await memberships(sessions)
        assert (membership.ended_day, membership.reason) == (date(2025, 6, 30), "moved away")


class TestCorrect:
    async def test_r06_puts_the_days_right_and_answers_past_days_by_them(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(on=date(2024, 5, 1)))
        [membership] = await memberships(sessions)
        address = f"/registry/memberships/{membership.id}/correct"

        done = await send(
            lesia,
            address,
            joined_day="2024-03-01",
            ended_day="2025-01-31",
            reason="the minutes say so",
            lock="1",
        )

        assert done.status_code == 303, done.text
        assert "Завод 1" in (await get(lesia, f"{ADDRESS}?on=2024-03-01")).text
        assert "Завод 1" not in (await get(lesia, f"{ADDRESS}?on=2025-02-01")).text

    async def test_keeps_what_was_typed_beside_its_faults(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        [membership] = await memberships(sessions)
        address = f"/registry/memberships/{membership.id}/correct"

        odd = {"joined_day": "soon", "ended_day": "2025-01-31", "lock": "1"}
        ends_first = {"joined_day": "2024-05-01", "ended_day": "2024-04-30", "lock": "1"}
        founded = {"joined_day": "1990-01-01", "lock": "1"}
        answers = [
            await send(lesia, address, **odd),
            await send(lesia, address, **ends_first, reason="x"),
            await send(lesia, address, **founded, reason="x"),
            await send(lesia, address, joined_day="2999-01-01", lock="1", reason="x"),
        ]

        assert [each.status_code for each in answers] == [422] * 4
        assert 'value="soon"' in answers[0].text
        assert "before the organisation joined" in answers[1].text
        assert "The cluster was founded on" in answers[2].text

    async def test_shows_the_days_as_they_are_when_somebody_was_faster(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        [membership] = await memberships(sessions)
        address = f"/registry/memberships/{membership.id}"
        await send(lesia, f"{address}/end", ended_day="2025-06-30", reason="left", lock="1")

        stale = await send(
            lesia, f"{address}/correct", joined_day="2024-03-01", reason="minutes", lock="1"
        )

        assert stale.status_code == 409
        for text in ("Somebody changed this", "30 Jun 2025", 'value="2024-03-01"', "minutes"):
            assert text in stale.text

    async def test_r06_one_that_never_was_holds_on_no_day(
        self, lesia: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        [membership] = await memberships(sessions)
        address = f"/registry/memberships/{membership.id}/withdraw"

        without = await send(lesia, address, lock="1")
        done = await send(lesia, address, reason="another firm", lock="1")

        assert (without.status_code, done.status_code) == (422, 303)
        assert "No members on that day" in (await get(lesia, f"{ADDRESS}?on=2024-05-01")).text
        assert "withdrawn" in (await get(lesia, "/registry/organisations/OR-20001")).text
