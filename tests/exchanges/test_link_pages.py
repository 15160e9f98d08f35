"""The link page: no account, no script, the language of the person, one question."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from icalendar import Calendar
from pydantic import SecretStr
from sqlalchemy import select

from contracts.vocabulary import DelegateAnswer, ParticipantRole, Party, ReasonClass
from services.chassis import clock, links
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.exchanges.commitments.challenges import Challenge
from services.exchanges.visits.commands import agreeing, holding, inviting
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import DEADLINE, NOON
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import get, hidden, post
from tests.exchanges.stories import (
    LINK_KEY,
    TARAS,
    ZUZANA,
    answered,
    contact_of,
    drafted,
    invited,
    planned,
    signed,
    stated,
    the_copies,
)

LATER = DEADLINE + timedelta(hours=1)


@pytest.fixture(autouse=True)
async def copies(sessions: Sessions) -> None:
    await the_copies(sessions)


@pytest.fixture
async def visit(sessions: Sessions, sign_in: SignIn) -> Visit:
    """A visit that somebody planned whom the copy of the staff knows."""
    await sign_in("SK", staff_id=UUID(ZUZANA.id.removeprefix("staff:")))
    return await planned(sessions)


def address(link_id: UUID, key: SecretStr = LINK_KEY) -> str:
    return f"/exchanges/i/{links.token(key, link_id)}"


async def link_of(sessions: Sessions, participant_id: UUID) -> str:
    async with sessions.begin() as session:
        [link] = await links.of_subject(session, str(participant_id))
    return address(link.id)


async def contact(sessions: Sessions, visit: Visit, role: ParticipantRole) -> str:
    return address((await contact_of(sessions, visit, role)).link_id)


class TestInvitation:
    @pytest.fixture
    async def oksana(self, sessions: Sessions, visit: Visit) -> UUID:
        [participant_id] = await invited(sessions, visit, "oksana@example.org")
        return participant_id

    async def test_asks_in_the_language_of_the_person_and_shows_both_times(
        self, outside: AsyncClient, sessions: Sessions, oksana: UUID
    ) -> None:
        page = await get(outside, await link_of(sessions, oksana))

        assert page.status_code == 200
        assert '<html lang="uk"' in page.text
        for text in ("Чи приїдете ви?", "09:00–12:00", "10:00–13:00 EET", "Zuzana Kráľová"):
            assert text in page.text
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "csrf" not in page.text

    async def test_switches_the_language(
        self, outside: AsyncClient, sessions: Sessions, oksana: UUID
    ) -> None:
        page = await get(outside, f"{await link_of(sessions, oksana)}?lang=sk")

        assert "Prídete?" in page.text

    async def test_takes_a_yes_once(
        self, outside: AsyncClient, sessions: Sessions, visit: Visit, oksana: UUID
    ) -> None:
        link = await link_of(sessions, oksana)

        answer = await post(outside, link, answer="accepted")
        again = await post(outside, link, answer="declined")

        assert (answer.status_code, answer.headers["location"]) == (303, link)
        assert "Ви приїдете" in again.text
        assert (await stated(sessions, visit.id)).count("DelegateAnswered") == 1
        file = await outside.get(f"{link}.ics")
        calendar = Calendar.from_ical(file.text)
        assert calendar["method"] == "PUBLISH"
        assert len(calendar.walk("VEVENT")) == 3
        assert file.headers["referrer-policy"] == "no-referrer"

    async def test_takes_a_no(self, outside: AsyncClient, sessions: Sessions, oksana: UUID) -> None:
        link = f"{await link_of(sessions, oksana)}?lang=en"

        await post(outside, link, answer="declined")

        assert "You have declined" in (await get(outside, link)).text

    async def test_names_the_deadline_when_it_has_passed(
        self,
        outside: AsyncClient,
        sessions: Sessions,
        oksana: UUID,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        link = f"{await link_of(sessions, oksana)}?lang=en"
        monkeypatch.setattr(clock, "now", lambda: LATER)

        shown, late = await get(outside, link), await post(outside, link, answer="accepted")
        async with sessions.begin() as session:
            await inviting.lapse_due(session, LATER)
        lapsed = await get(outside, link)

        for page in (shown, late, lapsed):
            assert page.status_code == 410
            assert "The deadline was Saturday, 6 March 2027, 13:00 in Bratislava." in page.text
            assert "write to Zuzana Kráľová" in page.text

    async def test_says_who_was_withdrawn_and_that_a_visit_is_off(
        self, outside: AsyncClient, sessions: Sessions, visit: Visit, oksana: UUID
    ) -> None:
        link = f"{await link_of(sessions, oksana)}?lang=en"
        given: dict[str, Any] = {"key": visit.number, "at": NOON}

        async with sessions.begin() as session:
            await inviting.withdraw_delegate(session, ZUZANA, participant_id=oksana, **given)
        withdrawn = await get(outside, link)
        async with sessions.begin() as session:
            await holding.cancel_visit(session, ZUZANA, reason=ReasonClass.OTHER, **given)
        cancelled = await get(outside, link)

        assert "You do not take part in this visit any more" in withdrawn.text
        assert "This visit does not take place" in cancelled.text

    async def test_says_that_a_link_was_taken_back_or_is_too_old(
        self,
        outside: AsyncClient,
        sessions: Sessions,
        oksana: UUID,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        link = f"{await link_of(sessions, oksana)}?lang=en"
        monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=400))
        old = await get(outside, link)
        async with sessions.begin() as session:
            await links.withdraw(session, subject=str(oksana), at=NOON)
        withdrawn = await get(outside, link)
        sent = await post(outside, link, answer="accepted")

        assert (old.status_code, "is over" in old.text) == (410, True)
        for page in (withdrawn, sent):
            assert (page.status_code, "was withdrawn" in page.text) == (410, True)
            assert "Zuzana Kráľová" in page.text

    async def test_refuses_an_answer_that_another_site_sends(
        self, outside: AsyncClient, sessions: Sessions, oksana: UUID
    ) -> None:
        link = await link_of(sessions, oksana)

        answer = await outside.post(
            link, data={"answer": "accepted"}, headers={"Sec-Fetch-Site": "cross-site"}
        )

        assert answer.status_code == 403

    async def test_knows_no_made_up_link_and_no_calendar(
        self, outside: AsyncClient, sign_in: SignIn
    ) -> None:
        client = await sign_in("SK")
        made = await client.post("/exchanges/v1/subscriptions", json={})
        token = made.json()["address"].rpartition("/")[2].removesuffix(".ics")

        assert (await get(outside, "/exchanges/i/made-up")).status_code == 404
        assert (await get(outside, f"/exchanges/i/{token}")).status_code == 404


class TestSigning:
    @pytest.fixture
    async def host(self, sessions: Sessions, visit: Visit) -> str:
        """The link of who signs for the host organisation, in English."""
        return await contact(sessions, visit, ParticipantRole.HOST)

    async def test_waits_for_a_text(self, outside: AsyncClient, host: str) -> None:
        page = await get(outside, f"{host}?lang=en")

        assert "There is nothing to sign yet" in page.text
        assert "csrf" not in page.text

    async def test_signs_what_was_read_with_a_code_from_the_mailbox(
        self,
        outside: AsyncClient,
        sessions: Sessions,
        settings: Settings,
        visit: Visit,
        host: str,
    ) -> None:
        commitment = await drafted(sessions, visit)
        assert "Two joint projects" in (await get(outside, f"{host}?lang=en")).text

        asked = await post(outside, f"{host}/code")
        form = hidden(await get(outside, asked.headers["location"]))
        code = links.code(settings.link_key, UUID(form["challenge"]))
        answer = await post(outside, f"{host}/sign", code=code, **form)

        assert (answer.status_code, answer.headers["location"]) == (303, host)
        assert "You have signed" in (await get(outside, host)).text
        assert "CommitmentSigned" in await stated(sessions, commitment.id)

    async def test_counts_wrong_codes_and_says_how_many_are_left(
        self, outside: AsyncClient, sessions: Sessions, visit: Visit, host: str
    ) -> None:
        commitment = await drafted(sessions, visit)
        asked = await post(outside, f"{host}/code")
        form = hidden(await get(outside, f"{asked.headers['location']}&lang=en"))

        pages = [
            await post(outside, f"{host}/sign?lang=en", code="000000x", **form) for _ in range(6)
        ]

        assert [page.status_code for page in pages] == [422, 422, 422, 422, 422, 410]
        assert "You can try 4 more times." in pages[0].text
        assert "You can try 1 more time." in pages[3].text
        assert "This is not the code." in pages[0].text
        assert "Send me the code" in pages[5].text
        async with sessions() as session:
            assert await session.scalar(select(Challenge.attempts)) == 5
        assert "CommitmentSigned" not in await stated(sessions, commitment.id)

    async def test_h06_a_text_that_changed_is_shown_with_its_difference_and_not_signed(
        self,
        outside: AsyncClient,
        sessions: Sessions,
        settings: Settings,
        visit: Visit,
        host: str,
    ) -> None:
        commitment = await drafted(sessions, visit)
        asked = await post(outside, f"{host}/code")
        form = hidden(await get(outside, asked.headers["location"]))
        async with sessions.begin() as session:
            await agreeing.draft_commitment(
                session, TARAS, key=visit.number, goals={"en": "Three projects"}, at=NOON
            )
        code = links.code(settings.link_key, UUID(form["challenge"]))

        page = await post(outside, f"{host}/sign", code=code, **form)

        assert page.status_code == 409
        assert "<del>Two joint projects</del>" in page.text
        assert "<ins>Three projects</ins>" in page.text
        assert "CommitmentSigned" not in await stated(sessions, commitment.id)
        now = await post(outside, f"{host}/sign", code=code, **hidden(page))
        assert now.status_code == 303  # the code was not used up

    async def test_gives_out_five_codes_at_most(
        self, outside: AsyncClient, sessions: Sessions, visit: Visit, host: str
    ) -> None:
        await drafted(sessions, visit)

        answers = [await post(outside, f"{host}/code") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [303] * 5 + [409]

    async def test_x05_is_for_the_own_organisation_alone(
        self, outside: AsyncClient, sessions: Sessions, visit: Visit, host: str
    ) -> None:
        await drafted(sessions, visit)
        visitor = await contact(sessions, visit, ParticipantRole.VISITOR)
        asked = await post(outside, f"{visitor}/code")
        form = hidden(await get(outside, asked.headers["location"]))

        page = await post(outside, f"{host}/sign", code="123456", **form)

        assert page.status_code == 410  # the code of somebody else

    async def test_says_what_is_agreed_and_what_is_off(
        self, outside: AsyncClient, sessions: Sessions, visit: Visit, host: str
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        await answered(sessions, visit, oksana, DelegateAnswer.ACCEPTED)
        await drafted(sessions, visit)
        await signed(sessions, visit, *Party)
        assert "You have signed" in (await get(outside, f"{host}?lang=en")).text

        async with sessions.begin() as session:
            await holding.cancel_visit(
                session,
                ZUZANA,
                key=visit.number,
                reason=ReasonClass.OTHER,
                at=NOON,
            )

        assert "does not take place" in (await get(outside, f"{host}?lang=en")).text
