"""Links without an account: found by their token alone, valid for a while, for one thing."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import text

from contracts.event import uuid7
from services.chassis import links, tenancy
from services.chassis.database import Sessions
from services.chassis.links import Link, LinkEnded, LinkUnknown
from services.chassis.settings import Settings
from tests.chassis.builders import NOON, TARAS, ZUZANA
from tests.links import of_subject

KEY = SecretStr("the key of these tests")
LINK_ID = UUID("01a303f9-ce80-7c3a-a65f-0a46abbdbf70")
LATER = NOON + timedelta(days=5)


class TestToken:
    def test_is_the_same_whenever_it_is_worked_out(self) -> None:
        assert links.token(KEY, LINK_ID) == links.token(KEY, LINK_ID)
        assert len(links.token(KEY, LINK_ID)) == 43

    def test_is_another_for_each_link_and_key(self) -> None:
        tokens = {
            links.token(KEY, LINK_ID),
            links.token(KEY, uuid7()),
            links.token(SecretStr("another key"), LINK_ID),
        }

        assert len(tokens) == 3

    def test_code_has_six_digits_and_tells_nothing_of_the_token(self) -> None:
        codes = {links.code(KEY, uuid7()) for _ in range(50)}

        assert all(len(code) == 6 and code.isdecimal() for code in codes)
        assert len(codes) > 45


class TestFind:
    async def test_gives_the_link_to_who_brings_its_token(self, app_sessions: Sessions) -> None:
        link = await _issued(app_sessions)

        async with app_sessions() as session:
            assert await links.find(session, links.token(KEY, link.id)) == link

    async def test_shows_nobody_else_s_link_with_it(self, app_sessions: Sessions) -> None:
        link, _ = await _issued(app_sessions), await _issued(app_sessions)

        async with app_sessions() as session:
            await links.find(session, links.token(KEY, link.id))
            found = await session.execute(text("select id from links"))
            assert [row.id for row in found] == [link.id]

    @pytest.mark.parametrize("token", ["", "x", "A" * 43, "\u202e", "' or 1=1 --"])
    async def test_refuses_what_is_no_token(self, app_sessions: Sessions, token: str) -> None:
        await _issued(app_sessions)

        async with app_sessions() as session:
            with pytest.raises(LinkUnknown):
                await links.find(session, token)

    async def test_keeps_no_secret_in_the_database(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        link = await _issued(app_sessions)

        async with sessions() as session:
            row = await session.scalar(text("select to_jsonb(links)::text from links"))

        assert links.token(KEY, link.id) not in str(row)


class TestLink:
    async def test_ends_at_its_moment(self, app_sessions: Sessions) -> None:
        link = await _issued(app_sessions)

        link.must_be_open(at=LATER - timedelta(seconds=1))
        with pytest.raises(LinkEnded, match="time"):
            link.must_be_open(at=LATER)

    async def test_ends_when_it_is_withdrawn(self, app_sessions: Sessions) -> None:
        await _issued(app_sessions)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, TARAS)
            await links.withdraw(session, subject="p-1", at=NOON)

        [link] = await _all(app_sessions)
        with pytest.raises(LinkEnded, match="withdrawn"):
            link.must_be_open(at=NOON)

    async def test_can_be_given_more_time(self, app_sessions: Sessions) -> None:
        await _issued(app_sessions)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, TARAS)
            await links.extend(session, subject="p-1", expires_at=LATER + timedelta(days=1))

        [link] = await _all(app_sessions)
        link.must_be_open(at=LATER)

    async def test_a01_is_changed_by_its_association_only(self, app_sessions: Sessions) -> None:
        await _issued(app_sessions)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, ZUZANA)
            await links.withdraw(session, subject="p-1", at=NOON)

        [link] = await _all(app_sessions)
        assert link.withdrawn_at is None


class TestPage:
    async def test_acts_for_whoever_holds_the_link(
        self, anybody: AsyncClient, app_sessions: Sessions, settings: Settings
    ) -> None:
        link = await _issued(app_sessions, settings.link_key)

        answer = await anybody.get(f"/registry/i/{links.token(settings.link_key, link.id)}")

        assert (answer.status_code, answer.json()["actor"]) == (200, "participant:p-1")

    async def test_says_of_an_unknown_link_what_to_do(self, anybody: AsyncClient) -> None:
        answer = await anybody.get("/registry/i/nobody-made-this")

        assert answer.status_code == 404
        assert "copy the whole address" in answer.json()["detail"]

    async def test_says_of_an_ended_link_whom_to_ask(
        self, anybody: AsyncClient, app_sessions: Sessions, settings: Settings
    ) -> None:
        link = await _issued(app_sessions, settings.link_key, expires_at=NOON)

        answer = await anybody.get(f"/registry/i/{links.token(settings.link_key, link.id)}")

        assert (answer.status_code, answer.json()["code"]) == (410, "TLK-E411")


async def _issued(
    sessions: Sessions, key: SecretStr = KEY, *, expires_at: datetime = LATER
) -> Link:
    async with sessions.begin() as session:
        await tenancy.enter(session, TARAS)
        return await links.issue(
            session, key, kind="delegate", subject="p-1", association="UA", expires_at=expires_at
        )


async def _all(sessions: Sessions) -> list[Link]:
    async with sessions.begin() as session:
        await tenancy.enter(session, TARAS)
        return await of_subject(session, "p-1")
