"""Streams of pages: what is sent when something happens, and to whom it is not sent."""

import asyncio

import pytest
from fastapi import FastAPI, Request
from httpx import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.staff import StaffCopy
from services.chassis.ui import stream
from services.chassis.ui.stream import Followed, Watch, frame
from tests.chassis.builders import TARAS, confirmed

ADDRESS = "/registry/stream?about=parcel:7"


async def subject(_: AsyncSession, number: str) -> str | None:
    return "c-7" if number == "7" else None


async def fragment(request: Request, _: AsyncSession, about: str) -> str:
    return f"<p>{about}</p>\n<p>{request.state.t.language}</p>"


@pytest.fixture
async def follower(
    site: FastAPI, taras: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncClient:
    """Somebody signed in to a service whose streams are short."""
    site.state.followed = {"parcel": Followed(subject, fragment)}
    monkeypatch.setattr(stream, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(stream, "COMMENT_SECONDS", 0.1)
    monkeypatch.setattr(stream, "LONGEST_SECONDS", 0.3)
    return taras


async def happens(sessions: Sessions, times: int = 1) -> None:
    for _ in range(times):
        async with sessions.begin() as session:
            await history.record(session, confirmed("c-7"), actor=TARAS)


class TestStream:
    async def test_sends_the_fragment_in_the_readers_language(
        self, follower: AsyncClient, sessions: Sessions
    ) -> None:
        await happens(sessions, times=2)

        sent = await follower.get(ADDRESS)

        assert sent.headers["content-type"].startswith("text/event-stream")
        assert sent.text.startswith("id: 2\ndata: <p>c-7</p>\ndata: <p>en</p>\n\n: nothing new\n\n")

    async def test_goes_on_where_the_reader_stopped(
        self, follower: AsyncClient, sessions: Sessions
    ) -> None:
        await happens(sessions, times=2)

        sent = await follower.get(ADDRESS, headers={"Last-Event-ID": "2"})

        assert "data:" not in sent.text

    async def test_tells_what_happens_meanwhile(
        self, follower: AsyncClient, sessions: Sessions
    ) -> None:
        listening = asyncio.create_task(follower.get(ADDRESS))
        await asyncio.sleep(0.05)

        await happens(sessions)

        assert "id: 1\n" in (await listening).text

    @pytest.mark.parametrize("about", ["parcel:8", "letter:7", "parcel"])
    async def test_says_nothing_of_what_is_not_the_readers(
        self, follower: AsyncClient, about: str
    ) -> None:
        assert (await follower.get(f"/registry/stream?about={about}")).status_code == 404

    async def test_is_for_people_who_are_signed_in(
        self, follower: AsyncClient, anybody: AsyncClient, erp: AsyncClient
    ) -> None:
        del follower

        assert (await anybody.get(ADDRESS)).status_code == 401
        assert (await erp.get(ADDRESS)).status_code == 404

    async def test_ends_when_the_role_is_taken_away(
        self,
        follower: AsyncClient,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(stream, "LONGEST_SECONDS", 60)
        listening = asyncio.create_task(follower.get(ADDRESS))
        await asyncio.sleep(0.05)

        async with sessions.begin() as session:
            await session.execute(update(StaffCopy).values(dismissed=True))

        assert (await asyncio.wait_for(listening, 5)).status_code == 200


class TestWatch:
    async def test_reads_only_while_somebody_follows(self, sessions: Sessions) -> None:
        watch = Watch(sessions)

        async with watch.follow("c-7"), watch.follow("c-7"):
            await happens(sessions)
            newest = await watch.newer("c-7", 0, within_seconds=5)
        await asyncio.sleep(0)

        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert (newest, [task for task in others if "keep" in repr(task)]) == (1, [])


def test_a_frame_keeps_every_line_of_its_fragment() -> None:
    assert frame("a\n\nb", number=3) == "id: 3\ndata: a\ndata: \ndata: b\n\n"
