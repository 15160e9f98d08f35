"""The link page: no account, no script, the language of the person, one question."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from icalendar import Calendar

from contracts.vocabulary import ReasonClass
from services.chassis import clock, links
from services.chassis.database import Sessions
from services.exchanges.visits.commands import holding, inviting
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import NOON
from tests.exchanges.conftest import SignIn
from tests.exchanges.links import link_of
from tests.exchanges.pages import get, post
from tests.exchanges.stories import (
    ZUZANA,
    invited,
    planned,
    stated,
)
from tests.exchanges.test_link_signing_pages import LATER

pytestmark = pytest.mark.usefixtures("copies")


@pytest.fixture
async def visit(sessions: Sessions, sign_in: SignIn) -> Visit:
    """A visit that somebody planned whom the copy of the staff knows."""
    await sign_in("SK", staff_id=UUID(ZUZANA.id.removeprefix("staff:")))
    return await planned(sessions)


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

    async def test_names_the_deadline_by_both_clocks_and_links_the_address_of_who_invited(
        self, outside: AsyncClient, sessions: Sessions, oksana: UUID
    ) -> None:
        page = await get(outside, f"{await link_of(sessions, oksana)}?lang=en")

        assert "13:00 (Bratislava)" in page.text
        assert "For you: Saturday, 6 March 2027, 14:00 EET" in page.text
        assert '(<a href="mailto:zuzana@example.org">zuzana@example.org</a>)' in page.text

    @pytest.mark.parametrize("said", ["accepted", "declined"])
    async def test_says_whom_to_write_to_for_another_answer(
        self, outside: AsyncClient, sessions: Sessions, oksana: UUID, said: str
    ) -> None:
        link = f"{await link_of(sessions, oksana)}?lang=en"

        await post(outside, link, answer=said)

        shown = (await get(outside, link)).text
        assert "To change your answer, write to Zuzana Kráľová (<a" in shown
        assert 'href="mailto:zuzana@example.org"' in shown

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
