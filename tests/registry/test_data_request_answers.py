"""D-04: what an answer to a request about data opens, forgets, and waits for."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.data_requests import (
    DataRequestAnswered,
)
from contracts.staff import StaffErased
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.database import Sessions
from services.registry.data_requests.states import DataRequestState
from services.registry.people.model import Person
from services.registry.staff.model import StaffMember
from tests.registry.builders import (
    LESIA,
    MAREK,
    a_cluster,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.held import taken, told
from tests.registry.test_data_requests import PAGES, REQUESTS, received, the_request
from tests.registry.test_declarations import post
from tests.registry.test_pages import send
from tests.registry.test_people import a_contact, administering, people


def a_colleague(**more: Any) -> dict[str, Any]:
    """Who asked, as somebody of the staff; the address is written another way."""
    usual = {
        "names": {"original": "Олена Щербак"},
        "mail": "P-1@Example.org",
        "language": "uk",
        "zone": "Europe/Kyiv",
        "roles": ["logistics"],
        "from_day": "2026-01-01",
    }
    return usual | more


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"))
    return await sign_in(LESIA)


@pytest.fixture
async def marek(sign_in: SignIn) -> AsyncClient:
    return await sign_in(MAREK, of="PL", name="Marek Zieliński")


class TestAnswer:
    async def test_d04_access_is_a_file_with_all_that_is_kept_of_the_person(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.DRAFT))
        await post(lesia, a_contact("p-1", functions=administering(cluster)))
        await post(lesia, a_contact("p-2", names={"original": "Іван Франко"}))
        person = (await people(sessions))["p-1"]
        number = await received(lesia)

        file = await lesia.get(f"{REQUESTS}/{number}/data?person_id={person.id}")

        assert file.headers["content-disposition"] == f'attachment; filename="{number}.json"'
        kept = file.json()
        assert kept["person"]["names"]["latin"] == "Olena Shcherbak"
        assert (kept["person"]["phone"], kept["clusters"]) == ("+380442790936", [cluster.number])
        [told_once] = kept["told_to_other_services"]
        assert told_once["data"]["mail"] == "p-1@example.org"
        [visits, messages] = kept["kept_by_other_services"]
        assert visits["ask"] == f"/exchanges/v1/people/{person.id}"
        assert messages["service"] == "notifications"
        assert "Франко" not in file.text

    async def test_d04_erasure_forgets_the_person_and_who_asked(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await post(lesia, a_contact("p-1"))
        person = (await people(sessions))["p-1"]
        number = await received(lesia, "erase")

        answer = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": f"{person.id}"})

        assert (answer.status_code, answer.json()["name"]) == (200, "")
        async with sessions() as session:
            assert (await session.scalars(select(Person))).all() == []
        events = await told(sessions, (await the_request(sessions)).id)
        assert isinstance(events[-1], DataRequestAnswered)
        assert events[-1].person_id == person.id

    async def test_d02_d04_erasure_forgets_who_was_on_the_staff_too(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await post(lesia, a_contact("p-1"))
        left = await taken(lesia, "staff", **a_colleague(until_day="2026-01-31"))
        person = (await people(sessions))["p-1"]
        number = await received(lesia, "erase")

        answer = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": f"{person.id}"})

        assert answer.status_code == 200, answer.text
        async with sessions() as session:
            assert (await session.scalars(select(StaffMember))).all() == []
            of_staff = history.history.c.type.contains(".staff.")
            facts = select(history.history).where(of_staff).order_by(history.history.c.position)
            told_of = (await session.execute(facts)).mappings().all()
        assert len(told_of) == len(left) + 1
        assert told_of[-1]["type"] == StaffErased.type
        assert "Щербак" not in str(told_of)

    async def test_d04_erasure_waits_while_the_person_acts_for_the_association(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await post(lesia, a_contact("p-1"))
        await taken(lesia, "staff", **a_colleague())
        person = (await people(sessions))["p-1"]
        number = await received(lesia, "erase")

        answer = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": f"{person.id}"})
        page = await send(lesia, f"{PAGES}/{number}/answer", person_id=str(person.id))

        assert (answer.status_code, answer.json()["code"]) == (409, "TLK-R052")
        assert page.status_code == 409
        assert (await people(sessions))["p-1"].name == "Олена Щербак"
        assert (await the_request(sessions)).state is DataRequestState.RECEIVED

    async def test_d04_only_an_access_request_opens_a_file(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await post(lesia, a_contact("p-1"))
        person = (await people(sessions))["p-1"]
        other, refused = await received(lesia, "erase"), await received(lesia)
        refusal = {"reason": "identity", "told": "Please show who you are."}
        await lesia.put(f"{REQUESTS}/{refused}/refusal", json=refusal)

        files = [
            await lesia.get(f"{REQUESTS}/{number}/data?person_id={person.id}")
            for number in (other, refused)
        ]

        assert [(each.status_code, each.json()["code"]) for each in files] == [
            (409, "TLK-R141"),
            (409, "TLK-R141"),
        ]

    async def test_d04_an_answered_request_opens_the_file_of_its_person_alone(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await post(lesia, a_contact("p-1"))
        await post(lesia, a_contact("p-2"))
        known = await people(sessions)
        about, about_nobody = await received(lesia), await received(lesia)
        mine = {"person_id": str(known["p-1"].id)}
        await lesia.put(f"{REQUESTS}/{about}/answer", json=mine)
        await lesia.put(f"{REQUESTS}/{about_nobody}/answer", json={"person_id": None})

        files = [
            (await lesia.get(f"{REQUESTS}/{number}/data?person_id={known[ref].id}")).status_code
            for number, ref in ((about, "p-1"), (about, "p-2"), (about_nobody, "p-1"))
        ]

        assert files == [200, 422, 422]

    async def test_r12_erasure_waits_while_two_must_answer_for_a_profile(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        for ref in ("p-1", "p-2"):
            await post(lesia, a_contact(ref, functions=administering(cluster)))
        person = (await people(sessions))["p-1"]
        number = await received(lesia, "erase")

        answer = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": f"{person.id}"})
        page = await send(lesia, f"{PAGES}/{number}/answer", person_id=str(person.id))

        assert (answer.status_code, page.status_code) == (409, 409)
        assert "Олена Щербак asked" in page.text
        assert (await the_request(sessions)).state is DataRequestState.RECEIVED

    async def test_d04_nobody_elses_person_is_answered_about(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions
    ) -> None:
        await post(marek, a_contact("p-1", phone=None))
        theirs = (await people(sessions))["p-1"].id
        number = await received(lesia)

        answer = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": f"{theirs}"})
        file = await lesia.get(f"{REQUESTS}/{number}/data?person_id={theirs}")

        assert (answer.status_code, file.status_code) == (422, 422)

    async def test_d04_a_refusal_has_a_reason_that_who_asked_was_told(
        self, lesia: AsyncClient
    ) -> None:
        number = await received(lesia)
        refusal = {"reason": "identity", "told": "Please show who you are."}

        without = await lesia.put(f"{REQUESTS}/{number}/refusal", json={"reason": "identity"})
        done = await lesia.put(f"{REQUESTS}/{number}/refusal", json=refusal)
        late = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": None})

        assert (without.status_code, done.status_code, late.status_code) == (422, 200, 409)
        assert done.json()["name"] == "Олена Щербак"
