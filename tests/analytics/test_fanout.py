"""One stream for many readers: no gap, no double, whoever comes when and goes on from where."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from contracts.analytics import VisitCounted, VisitCountries
from contracts.event import uuid7
from contracts.vocabulary import VisitClass
from services.analytics.streams import fanout as module
from services.analytics.streams.fanout import BEAT, Fanout, TooManyReaders, UnknownResumePoint
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.identity import SYSTEM
from tests.waiting import PATIENCE_SECONDS

TOPIC = "streams.visits"


@pytest.fixture(autouse=True)
def no_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a machine stands still, a reader who waits for events gets events."""
    monkeypatch.setattr(module, "BEAT_EVERY", float("inf"))


async def publish(sessions: Sessions, count: int) -> None:
    """Events of the stream, with rows of other topics between them."""
    async with sessions.begin() as session:
        for _ in range(count):
            visit_id = uuid7()
            event = VisitCounted(
                subject=str(uuid7()),
                time=datetime(2027, 4, 1, tzinfo=UTC),
                visit_id=visit_id,
                month="2027-03",
                countries=VisitCountries(vo="UA", ho="SK"),
                visit_class=VisitClass.PHYSICAL,
            )
            await history.record(session, event, actor=SYSTEM)
            hidden = event.model_copy(update={"subject": str(uuid7())})
            await history.record(session, hidden, actor=SYSTEM, private=True)


async def positions(sessions: Sessions) -> list[int]:
    async with sessions() as session:
        found = await session.scalars(
            text("select position from history where topic = 'streams.visits' order by position")
        )
        return list(found)


def ids(data: bytes) -> list[int]:
    lines = data.decode().splitlines()
    return [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]


async def read(fanout: Fanout, after: int | None, until: int) -> list[int]:
    """The ids that a reader gets up to `until`."""
    got: list[int] = []
    cursor = await fanout.begin(after)
    async with fanout.seat():
        while not got or got[-1] < until:
            cursor, data = await fanout.next(cursor)
            got += ids(data)
    return got


@contextlib.asynccontextmanager
async def soon() -> AsyncIterator[None]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        yield


class TestFollow:
    async def test_a_reader_gets_what_happens_from_now_on(self, sessions: Sessions) -> None:
        await publish(sessions, 2)
        fanout = Fanout(sessions, TOPIC)
        cursor = await fanout.begin(None)

        async with soon(), fanout.seat():
            waiting = asyncio.create_task(fanout.next(cursor))
            await publish(sessions, 1)
            _, data = await waiting

        assert ids(data) == (await positions(sessions))[2:]

    async def test_a_reader_from_the_beginning_gets_everything_once(
        self, sessions: Sessions
    ) -> None:
        await publish(sessions, 30)
        there = await positions(sessions)

        async with soon():
            got = await read(Fanout(sessions, TOPIC, kept=7), 0, there[-1])

        assert got == there

    async def test_many_readers_get_every_event_once_while_it_is_written(
        self, sessions: Sessions
    ) -> None:
        fanout = Fanout(sessions, TOPIC, kept=5)
        await publish(sessions, 12)
        start = await positions(sessions)

        async def write() -> None:
            for size in (1, 4, 9, 2):
                await publish(sessions, size)
                await asyncio.sleep(0.05)

        async with soon():
            writing = asyncio.create_task(write())
            await writing
            last = (await positions(sessions))[-1]
            readers = [read(fanout, after, last) for after in (0, *start) for _ in range(5)]
            got = await asyncio.gather(*readers)

        there = await positions(sessions)
        for after, ids_got in zip([a for a in (0, *start) for _ in range(5)], got, strict=True):
            assert ids_got == [position for position in there if position > after]
        assert fanout.readers == 0

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        kept=st.integers(1, 12),
        acts=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=8),
    )
    async def test_resuming_at_any_moment_leaves_no_gap_and_no_double(
        self, sessions: Sessions, kept: int, acts: list[tuple[int, int]]
    ) -> None:
        """The reader leaves after some chunks, again and again, and comes back with its last id."""
        fanout = Fanout(sessions, TOPIC, kept=kept)
        begin = cursor = max(await positions(sessions), default=0)
        got: list[int] = []

        async with soon():
            for events, chunks in acts:
                await publish(sessions, events)
                last = (await positions(sessions))[-1]
                async with fanout.seat():
                    for _ in range(chunks):
                        if cursor < last:
                            cursor, data = await fanout.next(await fanout.begin(cursor))
                            got += ids(data)
            if cursor < last:
                got += await read(fanout, cursor, last)

        assert got == [position for position in await positions(sessions) if position > begin]

    async def test_a_slow_reader_falls_behind_the_memory_and_catches_up(
        self, sessions: Sessions
    ) -> None:
        fanout = Fanout(sessions, TOPIC, kept=3)
        await publish(sessions, 1)

        async with soon(), fanout.seat():
            cursor, data = await fanout.next(0)
            got = ids(data)
            await publish(sessions, 20)
            last = (await positions(sessions))[-1]
            await read(fanout, 0, last)  # somebody quick
            while got[-1] < last:
                cursor, data = await fanout.next(cursor)
                got += ids(data)

        assert got == await positions(sessions)

    async def test_a_silent_stream_beats(
        self, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "BEAT_EVERY", 0.1)
        fanout = Fanout(sessions, TOPIC)

        async with soon(), fanout.seat():
            cursor, data = await fanout.next(0)

        assert (cursor, data) == (0, BEAT)


class TestBegin:
    async def test_refuses_an_id_that_the_stream_never_gave(self, sessions: Sessions) -> None:
        await publish(sessions, 1)

        with pytest.raises(UnknownResumePoint, match="from=begin"):
            await Fanout(sessions, TOPIC).begin(10_000)

    async def test_takes_an_id_that_another_process_gave(self, sessions: Sessions) -> None:
        fanout = Fanout(sessions, TOPIC)
        async with fanout.seat():
            await publish(sessions, 1)
            [position] = await positions(sessions)

            assert await fanout.begin(position) == position

    async def test_refuses_when_every_seat_is_taken(
        self, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_READERS", 1)
        fanout = Fanout(sessions, TOPIC)

        async with fanout.seat():
            with pytest.raises(TooManyReaders):
                await fanout.begin(None)
