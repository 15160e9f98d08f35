"""Signing through a link: the text, the code from a mail, and what is refused."""

from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.vocabulary import DelegateAnswer, ParticipantRole, Party, ReasonClass
from services.chassis import links
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.exchanges.commitments.challenges import Challenge
from services.exchanges.visits.commands import agreeing, holding
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import DEADLINE, NOON
from tests.exchanges.conftest import SignIn
from tests.exchanges.links import contact
from tests.exchanges.pages import get, hidden, post
from tests.exchanges.stories import (
    TARAS,
    ZUZANA,
    answered,
    drafted,
    invited,
    planned,
    signed,
    stated,
)

LATER = DEADLINE + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("copies")


@pytest.fixture
async def visit(sessions: Sessions, sign_in: SignIn) -> Visit:
    """A visit that somebody planned whom the copy of the staff knows."""
    await sign_in("SK", staff_id=UUID(ZUZANA.id.removeprefix("staff:")))
    return await planned(sessions)


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
