"""Pages of people: kept, changed, away, forgotten; and nobody else's."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from contracts.people import PersonErased
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.people.model import Person
from services.registry.staff.model import StaffMember
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    a_member,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of
from tests.registry.test_consumers import bring_back
from tests.registry.test_declarations import post
from tests.registry.test_pages import get, send
from tests.registry.test_people import a_contact, administering, people

HTML = {"Accept": "text/html"}
PEOPLE = "/registry/people"
TYPED = {
    "names/original": "Олена Щербак",
    "mail": "olena@example.org",
    "language": "uk",
    "zone": "Europe/Kyiv",
}


@pytest.fixture
async def taras(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(TARAS)


async def the_only(sessions: Sessions) -> Person:
    async with sessions() as session:
        return (await session.scalars(select(Person))).one()


class TestForm:
    async def test_d06_keeps_who_was_typed_with_both_spellings(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster())
        more = {"names/passport": "Olena Scherbak", "speaks-en": "C1"}

        done = await send(
            taras, f"{PEOPLE}/new", **TYPED, **more, administers=cluster.number, phone="0442790936"
        )
        listed = await taras.get(f"{PEOPLE}?q=shcherbak", headers=HTML)

        assert done.status_code == 303
        person = await the_only(sessions)
        page = await taras.get(f"{PEOPLE}/{person.id}", headers=HTML)
        assert (person.names.latin, person.phone) == ("Olena Shcherbak", "+380442790936")
        for text in ("Olena Shcherbak", "Olena Scherbak", cluster.number, "C1"):
            assert text in page.text
        assert f"{PEOPLE}/{person.id}" in listed.text

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"names/original": ""}, "names-original"),
            ({"mail": "nobody"}, "mail"),
            ({"zone": "Mars"}, "zone"),
            ({"phone": "1"}, "phone"),
            ({"administers": "CL-9"}, "administers"),
            ({"contact_of": "CL-9"}, "contact_of"),
        ],
    )
    async def test_names_the_field_that_is_wrong_and_keeps_the_words(
        self, taras: AsyncClient, sessions: Sessions, typed: dict[str, Any], field: str
    ) -> None:
        sent: dict[str, Any] = TYPED | {"names/preferred": "Оленка"} | typed

        refused = await send(taras, f"{PEOPLE}/new", **sent)

        assert refused.status_code == 422
        assert f'href="#f-{field}"' in refused.text
        assert 'value="Оленка"' in refused.text
        assert await people(sessions) == {}

    async def test_a_form_without_a_name_says_which_field_is_missing(
        self, taras: AsyncClient
    ) -> None:
        refused = await send(taras, f"{PEOPLE}/new", **TYPED | {"names/original": ""})

        assert '<a href="#f-names-original">Name: This field is missing.</a>' in refused.text

    async def test_changes_a_person_and_refuses_what_was_seen_too_long_ago(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await post(taras, a_contact())
        person = await the_only(sessions)
        address = f"{PEOPLE}/{person.id}/edit"
        sent: dict[str, Any] = TYPED | {"lock": str(person.lock)}

        form = await taras.get(address, headers=HTML)
        first = await send(taras, address, **sent)
        late = await send(taras, address, **(sent | {"mail": "late@example.org"}))

        assert 'value="+380442790936"' in form.text
        assert (first.status_code, late.status_code) == (303, 409)
        assert (await the_only(sessions)).mail == "olena@example.org"

    async def test_r12_says_that_two_administrators_stay(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        for ref in "ab":
            await post(taras, a_contact(ref, functions=administering(cluster)))
        person = (await people(sessions))["a"]
        sent: dict[str, Any] = TYPED | {"lock": str(person.lock)}

        refused = await send(taras, f"{PEOPLE}/{person.id}/edit", **sent)
        asked = await get(taras, f"{PEOPLE}/{person.id}/forget")
        kept = await send(taras, f"{PEOPLE}/{person.id}/forget")

        assert "ame somebody else first" in asked.text
        assert "Forget the person" not in asked.text  # nothing is offered that is refused
        assert (refused.status_code, kept.status_code) == (409, 409)
        assert "name somebody else first" in refused.text
        assert len(await people(sessions)) == 2

    async def test_r12_is_asked_while_somebody_else_changes_the_person(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        await post(taras, a_contact("a", functions=administering(cluster)))
        person = (await people(sessions))["a"]

        async with sessions.begin() as other:
            for thing in (Person, Cluster):
                await other.execute(select(thing).with_for_update())
            asked = await get(taras, f"{PEOPLE}/{person.id}/forget")

        assert asked.status_code == 200


class TestAway:
    async def test_r23_lets_a_colleague_stand_in(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        for ref in "ab":
            await post(taras, a_contact(ref))
        known = await people(sessions)
        address = f"{PEOPLE}/{known['a'].id}/away"

        alone = await send(taras, address, substitute=str(known["a"].id))
        done = await send(
            taras,
            address,
            from_day="2027-03-01",
            until_day="2027-03-05",
            substitute=str(known["b"].id),
        )

        assert (alone.status_code, done.status_code) == (422, 303)
        [absence] = (await people(sessions))["a"].absences
        assert absence.until_at.isoformat() == "2027-03-05T22:00:00+00:00"


class TestForget:
    async def test_d02_leaves_a_tombstone_and_empty_rows_and_a_replay_runs_through(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await post(taras, a_contact())
        person = await the_only(sessions)

        done = await send(taras, f"{PEOPLE}/{person.id}/forget")
        await bring_back(sessions)

        assert done.status_code == 303
        assert await people(sessions) == {}
        async with sessions() as session:
            rows = await history.rows_of(session, str(person.id))
        assert [row["data"] for row in rows] == [None, None]
        assert rows[-1]["type"] == PersonErased.type

    async def test_d02_forgets_a_former_appointment_too_and_nobody_who_acts(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await post(taras, a_contact())
        person = await the_only(sessions)
        acting = a_member(LESIA)
        acting.mail = person.mail.upper()
        await saved(sessions, acting)

        asked = await get(taras, f"{PEOPLE}/{person.id}/forget")
        refused = await send(taras, f"{PEOPLE}/{person.id}/forget")
        async with sessions.begin() as session:
            await session.execute(update(StaffMember).values(dismissed=True))
        page = await get(taras, f"{PEOPLE}/{person.id}/forget")
        done = await send(taras, f"{PEOPLE}/{person.id}/forget")

        assert (refused.status_code, done.status_code) == (409, 303)
        assert "end the appointment first" in refused.text
        assert "end the appointment first" in asked.text
        assert "Forget the person" not in asked.text
        assert "appointment that is over is forgotten too" in page.text
        async with sessions() as session:
            assert (await session.scalars(select(StaffMember))).all() == []
        assert await people(sessions) == {}


class TestOfOthers:
    async def test_r01_are_not_there_for_another_association(
        self, taras: AsyncClient, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await post(taras, a_contact())
        person = await the_only(sessions)
        marek = await sign_in(MAREK, of="PL")

        listed = await marek.get("/registry/v1/people")
        pages = [
            await marek.get(f"{PEOPLE}/{person.id}{part}", headers=HTML)
            for part in ("", "/edit", "/away", "/forget")
        ]

        assert listed.json()["items"] == []
        assert {page.status_code for page in pages} == {404}
        assert (await marek.delete(f"/registry/v1/people/{person.id}")).status_code == 404
        assert len(await events_of(sessions, person.id)) == 1

    async def test_r01_the_support_office_reads_no_personal_data(
        self, taras: AsyncClient, sign_in: SignIn
    ) -> None:
        await post(taras, a_contact())
        claire = await sign_in(LESIA, of="ECA", roles=("support_office",))

        assert (await claire.get("/registry/v1/people")).status_code == 403


async def test_an_address_that_can_name_nobody_is_not_found(taras: AsyncClient) -> None:
    answer = await taras.get(f"{PEOPLE}/abc", headers=HTML)

    assert answer.status_code == 404
