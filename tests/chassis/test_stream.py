"""Streams of pages: what is sent when something happens, and to whom it is not sent."""

import asyncio

import pytest
from fastapi import FastAPI, Request
from httpx import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message

from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.staff import StaffCopy
from services.chassis.ui import stream
from services.chassis.ui.stream import Followed, Watch, frame
from tests.chassis.builders import TARAS, confirmed
from tests.waiting import PATIENCE_SECONDS, until

ADDRESS = "/registry/stream?about=parcel:7"
COMMENT = ": nothing new\n\n"


async def subject(_: AsyncSession, number: str) -> str | None:
    return "c-7" if number == "7" else None


async def fragment(request: Request, _: AsyncSession, about: str) -> str:
    return f"<p>{about}</p>\n<p>{request.state.t.language}</p>"


@pytest.fixture
async def follower(
    site: FastAPI, taras: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncClient:
    """Somebody signed in to a service whose streams have little patience."""
    site.state.followed = {"parcel": Followed(subject, fragment)}
    monkeypatch.setattr(stream, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(stream, "COMMENT_SECONDS", 0.1)
    return taras


async def heard(site: FastAPI, reader: AsyncClient, enough: str, **headers: str) -> str:
    """What the stream sends to a reader who leaves after having read `enough`."""
    asked = reader.build_request("GET", ADDRESS, headers=headers)
    scope = {
        "type": "http",
        "method": "GET",
        "path": asked.url.path,
        "query_string": asked.url.query,
        "headers": [(name.lower(), value) for name, value in asked.headers.raw],
        "scheme": "http",
        "server": ("test", 80),
        "client": ("127.0.0.1", 1),
    }
    said: list[str] = []
    has_left = asyncio.Event()

    async def receive() -> Message:
        await has_left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message.get("body", b"").decode())
        if enough in "".join(said):
            has_left.set()

    async with asyncio.timeout(PATIENCE_SECONDS):
        await site(scope, receive, send)
    return "".join(said)


async def happens(sessions: Sessions, times: int = 1) -> None:
    for _ in range(times):
        async with sessions.begin() as session:
            await history.record(session, confirmed("c-7"), actor=TARAS)


class TestStream:
    async def test_sends_the_fragment_in_the_readers_language(
        self, site: FastAPI, follower: AsyncClient, sessions: Sessions
    ) -> None:
        await happens(sessions, times=2)

        sent = await heard(site, follower, "<p>en</p>\n\n")

        assert sent.replace(COMMENT, "") == "id: 2\ndata: <p>c-7</p>\ndata: <p>en</p>\n\n"

    async def test_ends_after_a_while_so_that_the_reader_is_asked_again_who_it_is(
        self, follower: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stream, "LONGEST_SECONDS", 0.1)

        sent = await follower.get(ADDRESS)

        assert sent.headers["content-type"].startswith("text/event-stream")

    async def test_goes_on_where_the_reader_stopped(
        self, site: FastAPI, follower: AsyncClient, sessions: Sessions
    ) -> None:
        await happens(sessions, times=2)

        listening = asyncio.create_task(heard(site, follower, "id: 3\n", **{"Last-Event-ID": "2"}))
        await happens(sessions)

        assert (await listening).replace(COMMENT, "").startswith("id: 3\n")

    async def test_tells_what_happens_meanwhile(
        self, site: FastAPI, follower: AsyncClient, sessions: Sessions
    ) -> None:
        listening = asyncio.create_task(heard(site, follower, "id: 1\n"))
        await heard(site, follower, COMMENT)

        await happens(sessions)

        assert "id: 1\n" in await listening

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
        site: FastAPI,
        follower: AsyncClient,
        sessions: Sessions,
    ) -> None:
        listening = asyncio.create_task(follower.get(ADDRESS))
        await heard(site, follower, COMMENT)

        async with sessions.begin() as session:
            await session.execute(update(StaffCopy).values(dismissed=True))

        assert (await asyncio.wait_for(listening, PATIENCE_SECONDS)).status_code == 200


class TestWatch:
    async def test_reads_only_while_somebody_follows(self, sessions: Sessions) -> None:
        watch = Watch(sessions)

        async with watch.follow("c-7"), watch.follow("c-7"):
            await happens(sessions)
            newest = await watch.newer("c-7", 0, within_seconds=PATIENCE_SECONDS)

        await until(nobody_reads)
        assert newest == 1


async def nobody_reads() -> bool:
    return not any("keep" in repr(task) for task in asyncio.all_tasks())


def test_a_frame_keeps_every_line_of_its_fragment() -> None:
    assert frame("a\n\nb", number=3) == "id: 3\ndata: a\ndata: \ndata: b\n\n"
