"""People over HTTP: names in two scripts, who answers for a cluster, who stands in, forgetting."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.clusters import ClusterAdministratorsNamed
from contracts.event import uuid7
from contracts.people import ContactNames, PersonRecorded
from contracts.vocabulary import ClusterState
from services.chassis.clock import now
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.people.model import Person
from services.registry.people.naming import official_latin, with_latin
from services.registry.people.queries import people_page
from tests.registry.builders import (
    LESIA,
    TARAS,
    a_cluster,
    a_member,
    a_person,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of
from tests.registry.test_declarations import post


def a_contact(ref: str = "p-1", *, number: int | None = None, **data: Any) -> dict[str, Any]:
    usual = {
        "ref": ref,
        "names": {"original": "Олена Щербак"},
        "mail": f"{ref}@example.org",
        "phone": "044 279 09 36",
        "languages": [{"lang": "en", "level": "B2"}],
        "language": "uk",
        "zone": "Europe/Kyiv",
        "consent": "2027-01",
    }
    return {
        "specversion": "1.0",
        "id": str(number or uuid7()),
        "source": "urn:uca:register",
        "type": "talka.registry.person.declared.v1",
        "data": usual | data,
    }


def administering(*clusters: Cluster) -> list[dict[str, Any]]:
    return [
        {"function": "administrator", "cluster": {"number": cluster.number}} for cluster in clusters
    ]


async def people(sessions: Sessions) -> dict[str, Person]:
    async with sessions() as session:
        return {p.ref or p.mail: p for p in await session.scalars(select(Person))}


async def cluster_now(sessions: Sessions, cluster: Cluster) -> Cluster:
    async with sessions() as session:
        return await session.get_one(Cluster, cluster.id)


@pytest.fixture
async def taras(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(TARAS)


class TestNames:
    @pytest.mark.parametrize(
        ("original", "latin"),
        [
            ("Олена Щербак", "Olena Shcherbak"),
            ("Юрій Згурський", "Yurii Zghurskyi"),
            ("Мар'яна Знам'янська-Їжак", "Mariana Znamianska-Yizhak"),
            ("Łukasz Żak", None),
        ],
    )
    def test_d06_get_the_official_latin_spelling(self, original: str, latin: str | None) -> None:
        assert official_latin(original) == latin

    def test_d06_keep_the_passport_s_spelling_apart(self) -> None:
        names = with_latin(ContactNames(original="Юрій Згурський", passport="Yuriy Zgurskiy"))

        assert (names.latin, names.passport) == ("Yurii Zghurskyi", "Yuriy Zgurskiy")


class TestDeclared:
    async def test_a_person_is_kept_with_everything_that_was_said(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        answer = await post(taras, a_contact())

        assert answer.status_code == 202
        person = (await people(sessions))["p-1"]
        assert (person.phone, person.names.latin) == ("+380442790936", "Olena Shcherbak")
        [event] = await events_of(sessions, person.id)
        assert isinstance(event, PersonRecorded)
        assert (event.mail, event.languages[0].level) == ("p-1@example.org", "B2")

    async def test_what_is_known_already_makes_no_event(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await post(taras, a_contact())

        again = await post(taras, a_contact())
        other = await post(taras, a_contact(language="en"))

        assert (again.json()["events"], len(other.json()["events"])) == ([], 1)
        assert len(await people(sessions)) == 1

    @pytest.mark.parametrize("q", ["щербак", "shcherbak", "OLENA", "Shcherbak Olena"])
    async def test_d06_is_found_in_either_script(
        self, taras: AsyncClient, sessions: Sessions, q: str
    ) -> None:
        await post(taras, a_contact())
        await post(taras, a_contact("p-2", names={"original": "Юрій Ткач"}))

        async with sessions() as session:
            found, _ = await people_page(session, a_person(), q=q, cursor=None, size=9)

        assert [person.ref for person in found] == ["p-1"]

    @pytest.mark.parametrize(
        ("data", "pointer"),
        [
            ({"phone": "12345"}, "/data/phone"),
            ({"mail": "nobody"}, "/data/mail"),
            ({"functions": [{"function": "contact"}]}, "/data/functions/0/cluster"),
            (
                {"functions": [{"function": "contact", "cluster": {"number": "CL-1"}}]},
                "/data/functions/0/cluster",
            ),
            ({"functions": [{"function": "rota", "centre": "X"}]}, "/data/functions/0/centre"),
        ],
    )
    async def test_every_fault_has_its_pointer(
        self, taras: AsyncClient, sessions: Sessions, data: dict[str, Any], pointer: str
    ) -> None:
        answer = await post(taras, a_contact(**data))

        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
        assert await people(sessions) == {}


class TestClusters:
    @pytest.mark.parametrize("name", [{"id": "cl-1001"}, {"number": " cl-1001"}])
    async def test_are_pointed_at_as_in_any_other_declaration(
        self, taras: AsyncClient, sessions: Sessions, name: dict[str, str]
    ) -> None:
        cluster = await saved(sessions, a_cluster(number="CL-1001"))

        answer = await post(taras, a_contact(functions=[{"function": "contact", "cluster": name}]))

        assert answer.status_code == 202, answer.text
        assert (await people(sessions))["p-1"].clusters == [cluster.id]

    async def test_that_have_ended_get_no_contacts(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.ARCHIVED))

        answer = await post(taras, a_contact(functions=administering(cluster)))

        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/data/functions/0/cluster", "TLK-D043")


class TestAdministrators:
    async def test_r12_are_named_by_an_event_without_personal_data(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        await post(taras, a_contact("a", functions=administering(cluster)))
        await post(taras, a_contact("b", functions=administering(cluster)))

        known = await people(sessions)
        *_, event = await events_of(sessions, cluster.id)
        assert isinstance(event, ClusterAdministratorsNamed)
        assert set(event.administrators) == {known["a"].id, known["b"].id}

    async def test_r12_h11_the_last_two_cannot_be_removed(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        for ref in "ab":
            await post(taras, a_contact(ref, functions=administering(cluster)))

        refused = await post(taras, a_contact("a", functions=[]))
        await post(taras, a_contact("c", functions=administering(cluster)))
        handed_over = await post(taras, a_contact("a", functions=[]))

        assert (refused.status_code, refused.json()["code"]) == (409, "TLK-R131")
        assert handed_over.status_code == 202
        known = await people(sessions)
        assert set((await cluster_now(sessions, cluster)).administrators) == {
            known["b"].id,
            known["c"].id,
        }

    async def test_r12_recovery_by_the_association_is_in_the_audit(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        await saved(sessions, a_member(TARAS))
        for ref in "ab":
            await post(taras, a_contact(ref, functions=administering(cluster)))
        lost = {person.id for person in (await people(sessions)).values()}

        for ref in "cd":
            await post(taras, a_contact(ref, functions=administering(cluster)))
        for ref in "ab":
            await post(taras, a_contact(ref, functions=[]))

        named = [
            each
            for each in await events_of(sessions, cluster.id)
            if isinstance(each, ClusterAdministratorsNamed)
        ]
        assert set(named[1].administrators) == lost
        assert len(named[-1].administrators) == 2
        assert lost.isdisjoint(named[-1].administrators)
        told = (await taras.get(f"/registry/v1/clusters/{cluster.number}/history")).json()
        assert {(each["type"], each["actor"], each["name"]) for each in told} == {
            (ClusterAdministratorsNamed.type, f"staff:{TARAS}", "Леся Гончар")
        }

    async def test_r12_of_a_draft_may_go(self, taras: AsyncClient, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster())
        await post(taras, a_contact("a", functions=administering(cluster)))

        gone = await post(taras, a_contact("a", functions=[]))

        assert gone.status_code == 202
        assert (await cluster_now(sessions, cluster)).administrators == []

    async def test_who_is_on_the_staff_keeps_the_profile_as_such(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        ewa = a_member(LESIA)
        cluster = await saved(sessions, a_cluster())
        await saved(sessions, ewa)

        await post(taras, a_contact("a", mail=ewa.mail, functions=administering(cluster)))

        assert (await cluster_now(sessions, cluster)).administrators == [LESIA]


class TestSubstitutes:
    async def test_r23_stand_in_from_that_hour_and_no_longer(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        at = now().replace(microsecond=0)
        await post(taras, a_contact("b"))
        away = {
            "from_at": at.isoformat(),
            "until_at": (at + timedelta(days=7)).isoformat(),
            "substitute": {"ref": "b"},
        }
        await post(taras, a_contact("a", absences=[away]))

        known = await people(sessions)
        asked = [
            known["a"].stands_in(at=at + timedelta(hours=hours))
            for hours in (-1, 0, 24 * 7 - 1, 24 * 7)
        ]
        assert asked == [None, known["b"].id, known["b"].id, None]
