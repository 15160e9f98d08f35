"""Whom only visits know is erased by the own back office, for a reason, everywhere (D-02, D-04)."""

from dataclasses import replace
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import Select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import exchanges as facts
from contracts.event import uuid7
from contracts.participants import ParticipantErased, ParticipantRecorded
from contracts.vocabulary import ErasureReason, ParticipantRole
from services.chassis import links, tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.exchanges.participants.model import Participant
from services.exchanges.people.commands import forget_person
from services.exchanges.people.finding import known_to
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import NOON
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import get, of, send
from tests.exchanges.stories import LINK_KEY, committed, contact_of, facts_of, invited, planned
from tests.exchanges.test_forgetting import people, recorded, tell, told_of

PEOPLE = "/exchanges/people"
OFFICE = Actor("staff:office", "UA", frozenset({"back_office"}))


@pytest.fixture
async def office(sign_in: SignIn) -> AsyncClient:
    """The back office of the visiting association."""
    return await sign_in("UA", roles=("back_office",))


async def record_of(sessions: Sessions, participant_id: UUID) -> Participant:
    [record] = await people(sessions, [participant_id])
    return record


async def erased(app_sessions: Sessions, person_id: UUID) -> None:
    """By the role under which requests run, behind the wall."""
    async with app_sessions.begin() as session:
        await tenancy.enter(session, OFFICE)
        await forget_person(
            session, OFFICE, person_id=person_id, reason=ErasureReason.ASKED, at=NOON
        )


class TestErasing:
    async def test_d04_takes_name_address_history_and_link_from_every_visit(
        self, visit: Visit, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        other = await planned(sessions)
        [oksana, lena] = await invited(sessions, visit, "oksana@example.org", "lena@example.org")
        [again] = await invited(sessions, other, "Oksana@example.org")
        person = await record_of(sessions, oksana)

        await erased(app_sessions, person.person_id)

        for record in await people(sessions, [oksana, again]):
            assert (record.name, record.mail) == ("–", "")
            assert await told_of(sessions, record) == [
                (ParticipantRecorded.type, False),
                (ParticipantErased.type, False),
            ]
        assert (await record_of(sessions, lena)).mail == "lena@example.org"
        async with sessions.begin() as session:
            link = await links.find(session, links.token(LINK_KEY, person.link_id))
            assert link.withdrawn_at is not None

    async def test_d04_leaves_the_session_working_for_who_erased(
        self, visit: Visit, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        person_id = (await record_of(sessions, oksana)).person_id
        vetted = replace(OFFICE, marks=frozenset({"dual_use_vetted"}))

        async with app_sessions.begin() as session:
            await tenancy.enter(session, vetted)
            await forget_person(
                session, vetted, person_id=person_id, reason=ErasureReason.ASKED, at=NOON
            )
            works_for = (await session.execute(text("select me(), vetted()"))).one()

        assert tuple(works_for) == ("UA", True)

    async def test_d04_says_in_the_visit_why_and_not_who(
        self, visit: Visit, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")

        await erased(app_sessions, (await record_of(sessions, oksana)).person_id)

        event = (await facts_of(sessions, visit.id))[-1]
        assert isinstance(event, facts.ParticipantForgotten)
        assert (event.participant_id, event.role) == (oksana, ParticipantRole.DELEGATE)
        assert event.reason is ErasureReason.ASKED

    async def test_d04_whom_the_register_keeps_is_forgotten_there(
        self, visit: Visit, sessions: Sessions, office: AsyncClient
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        await tell(sessions, recorded("oksana@example.org"), tombstone=False)
        person_id = (await record_of(sessions, oksana)).person_id

        page = await get(office, f"{PEOPLE}/{person_id}/forget")
        refused = await office.post(
            f"/exchanges/v1/people/{person_id}/erasure", json={"reason": "asked"}
        )

        assert "The register keeps this person." in page.text
        assert 'href="/registry/people?q=oksana%40example.org"' in page.text
        assert (refused.status_code, refused.json()["code"]) == (409, "TLK-X029")
        assert (await record_of(sessions, oksana)).mail == "oksana@example.org"

    async def test_d04_is_the_act_of_the_own_back_office_alone(
        self, visit: Visit, sessions: Sessions, sign_in: SignIn, office: AsyncClient
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        address = f"/exchanges/v1/people/{(await record_of(sessions, oksana)).person_id}/erasure"
        others = {
            "coordinator": (await sign_in("UA"), 403),
            "host": (await sign_in("SK", roles=("back_office",)), 404),
            "stranger": (await sign_in("PL", roles=("back_office",)), 404),
        }

        for who, (client, status) in others.items():
            answer = await client.post(address, json={"reason": "asked"})
            assert (who, answer.status_code) == (who, status)
        assert (await office.post(address, json={"reason": "asked"})).status_code == 204
        assert (await office.post(address, json={"reason": "asked"})).status_code == 404

    async def test_r14_of_dual_use_only_a_vetted_colleague_erases(
        self, visit: Visit, sessions: Sessions, sign_in: SignIn, office: AsyncClient
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        async with sessions.begin() as session:
            (await session.get_one(Visit, visit.id)).dual_use = True
        vetted = await sign_in("UA", roles=("back_office",), marks=("dual_use_vetted",))
        address = f"/exchanges/v1/people/{(await record_of(sessions, oksana)).person_id}/erasure"

        refused = await office.post(address, json={"reason": "asked"})

        assert (refused.status_code, refused.json()["code"]) == (403, "TLK-X027")
        assert "oksana" not in (await get(office, PEOPLE)).text
        assert "oksana" in (await get(vetted, PEOPLE)).text
        assert (await vetted.post(address, json={"reason": "asked"})).status_code == 204


MANY = text("""
  insert into participants select (jsonb_populate_record(known, jsonb_build_object(
    'id', gen_random_uuid(), 'person_id', gen_random_uuid(), 'mail', n || '@example.org'
  ))).* from participants known, generate_series(1, 500) n
""")


@pytest.mark.usefixtures("visit")
async def test_d02_an_index_finds_a_person_and_another_lists_by_address(sessions: Sessions) -> None:
    person = known_to(OFFICE).where(Participant.person_id == uuid7())
    page = known_to(OFFICE).order_by(Participant.mail, Participant.id)

    async with sessions() as session:
        await session.execute(MANY)
        for way in ("seqscan", "bitmapscan", "sort"):
            await session.execute(text(f"set local enable_{way} = off"))
        assert "participants_person" in await plan_of(session, person)
        assert "participants_listed" in await plan_of(session, page)


async def plan_of(session: AsyncSession, query: Select[Participant]) -> str:
    """How PostgreSQL would answer."""
    dialect = (await session.connection()).dialect
    asked = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return "\n".join(await session.scalars(text(f"explain {asked}")))


class TestPages:
    async def test_d04_offer_to_withdraw_first_and_ask_why(
        self, visit: Visit, sessions: Sessions, office: AsyncClient, zuzana: AsyncClient
    ) -> None:
        [oksana] = await committed(sessions, visit, "oksana@example.org")
        address = f"{PEOPLE}/{(await record_of(sessions, oksana)).person_id}/forget"

        page = await get(office, address)
        unsaid = await send(office, address, {})
        done = await send(office, address, {"reason": "mistake"})

        assert "1 visit to come still counts on this person." in page.text
        assert "Nobody else can sign" not in page.text
        assert f'href="{of(visit, f"/delegates/{oksana}/withdraw")}"' in page.text
        assert (unsaid.status_code, 'href="#f-reason"' in unsaid.text) == (422, True)
        assert done.headers["location"] == PEOPLE
        shown = (await get(zuzana, of(visit))).text
        assert "oksana" not in shown
        for words in ("Erased person", "Withdraw it, if nobody comes.", "A person of this visit"):
            assert words in shown
        away = await send(zuzana, of(visit, f"/delegates/{oksana}/withdraw"), {"reason": ""})
        assert away.headers["location"] == of(visit)

    async def test_d04_lead_to_all_that_is_kept_of_whom_only_visits_know(
        self, visit: Visit, sessions: Sessions, office: AsyncClient, sign_in: SignIn
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        person_id = (await record_of(sessions, oksana)).person_id
        address = f"/exchanges/v1/people/{person_id}"

        page = await get(office, f"{PEOPLE}/{person_id}/forget")
        own = (await office.get(address)).json()["items"]
        theirs = (await (await sign_in("SK", roles=("back_office",))).get(address)).json()["items"]

        assert f'href="{address}"' in page.text
        assert [(each["id"], each["zone"]) for each in own] == [(str(oksana), "Europe/Kyiv")]
        assert theirs == []

    async def test_d04_say_that_nobody_signs_in_the_place_of_who_is_erased(
        self, visit: Visit, sessions: Sessions, office: AsyncClient
    ) -> None:
        andrii = await contact_of(sessions, visit, ParticipantRole.VISITOR)

        page = await get(office, f"{PEOPLE}/{andrii.person_id}/forget")

        assert "Nobody else can sign for an organisation" in page.text
        assert "Withdraw first" not in page.text

    async def test_d04_list_the_people_of_the_own_side_by_page_and_by_search(
        self, visit: Visit, sessions: Sessions, office: AsyncClient
    ) -> None:
        await invited(sessions, visit, *(f"guest{n}@example.org" for n in range(3)))

        whole = (await get(office, PEOPLE)).text
        found = (await get(office, f"{PEOPLE}?q=guest1")).text
        first = (await office.get("/exchanges/v1/people", params={"limit": 2})).json()
        rest = {"limit": 50, "after": first["next"]}
        last = (await office.get("/exchanges/v1/people", params=rest)).json()

        assert ("guest0" in whole, "martin@example.org" in whole) == (True, False)  # of the host
        assert ("guest1" in found, "guest0" in found) == (True, False)
        assert "Nobody is found" in (await get(office, f"{PEOPLE}?q=nobody")).text
        listed = [each["mail"] for page in (first, last) for each in page["items"]]
        assert listed == ["andrii@example.org", *(f"guest{n}@example.org" for n in range(3))]

    async def test_r20_search_for_no_more_than_200_characters(self, office: AsyncClient) -> None:
        answers = {n: await get(office, f"{PEOPLE}?q={'a' * n}") for n in (200, 201)}

        assert {n: answer.status_code for n, answer in answers.items()} == {200: 200, 201: 422}

    async def test_d04_say_that_there_is_nobody(self, sign_in: SignIn) -> None:
        page = await get(await sign_in("PL", roles=("back_office",)), PEOPLE)

        assert "No visit knows anybody yet" in page.text
