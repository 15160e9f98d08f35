"""The relay on a real PostgreSQL; what would be Kafka keeps a journal of what it acknowledged."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.event import uuid7
from deploy.local.databases import Addresses
from services.chassis.relay import Relay, RelayLostItsPlace
from tests.chassis.builders import NOON
from tests.chassis.journal import Journal

SUBJECTS = count(1)
INSERT = """
  insert into history (event_id, subject, sequence, topic, type, source, time, association,
                       readers, actor, correlation_id, data, digest)
  values ($1, $2, last_sequence($2) + 1, 'registry.clusters',
          'talka.registry.cluster.suspended.v1', '/registry', $3, 'SK', '{SK}', 'staff:z', 'c',
          '{}', 'digest') returning sequence
"""


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def relay(database: Addresses, journal: Journal) -> Relay:
    return Relay(database.relay, service="chassis", outlet=journal, chunk_rows=3)


@pytest.fixture
async def cursor(database: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.relay.replace("+asyncpg", ""))
    yield connection
    await connection.close()


@pytest.fixture
async def writers(database: Addresses) -> AsyncIterator[list["Writer"]]:
    made = [
        Writer(await asyncpg.connect(database.worker.replace("+asyncpg", ""))) for _ in range(4)
    ]
    yield made
    for writer in made:
        await writer.connection.close()


@dataclass
class Writer:
    """A connection that may have a transaction open, with what that has appended."""

    connection: asyncpg.Connection
    appended: list[tuple[str, int]] = field(default_factory=list)
    transaction: Any = None

    async def append(self, subject: str) -> None:
        if self.transaction is None:
            self.transaction = self.connection.transaction()
            await self.transaction.start()
        sequence = await self.connection.fetchval(INSERT, uuid7(), subject, NOON)
        self.appended.append((subject, sequence))

    async def end(self, *, commit: bool) -> list[tuple[str, int]]:
        done, self.appended = self.appended, []
        transaction, self.transaction = self.transaction, None
        if transaction is not None:
            await (transaction.commit() if commit else transaction.rollback())
        return done if commit else []


async def drain(relay: Relay, cursor: asyncpg.Connection) -> None:
    """Step until a whole round found nothing: the last chunk of a round may be empty as well."""
    empty = 0
    while empty < 2:
        empty = 0 if await relay.step(cursor) else empty + 1


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 3), st.integers(0, 4)),
        st.tuples(st.sampled_from(["commit", "rollback"]), st.integers(0, 3)),
        st.tuples(st.sampled_from(["step", "step with a lost ack"])),
    ),
    max_size=40,
)


class TestEveryCommittedRow:
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(acts=ACTS)
    async def test_c07_is_sent_in_order_whoever_commits_late_or_rolls_back(
        self,
        acts: list[tuple[Any, ...]],
        relay: Relay,
        cursor: asyncpg.Connection,
        writers: list[Writer],
        journal: Journal,
    ) -> None:
        journal.sent.clear()
        run = next(SUBJECTS)
        held: dict[str, Writer] = {}
        committed: list[tuple[str, int]] = []

        for act, *where in acts:
            if act == "append":
                writer, subject = writers[where[0]], f"{run}-{where[1]}"
                if held.setdefault(subject, writer) is writer:  # another one would have to wait
                    await writer.append(subject)
            elif act in ("commit", "rollback"):
                writer = writers[where[0]]
                held = {s: w for s, w in held.items() if w is not writer}
                committed += await writer.end(commit=act == "commit")
            elif act == "step":
                await relay.step(cursor)
            else:
                journal.lose_next_ack = True
                with contextlib.suppress(ConnectionError):
                    await relay.step(cursor)
                journal.lose_next_ack = False
        for writer in writers:
            committed += await writer.end(commit=True)
        await drain(relay, cursor)

        first_copies = list(dict.fromkeys(journal.sent))
        assert sorted(first_copies) == sorted(committed)
        for subject in {subject for subject, _ in committed}:
            sequences = [sequence for sent, sequence in first_copies if sent == subject]
            assert sequences == list(range(1, len(sequences) + 1))

    async def test_is_sent_once_when_nothing_goes_wrong(
        self, relay: Relay, cursor: asyncpg.Connection, writers: list[Writer], journal: Journal
    ) -> None:
        for _ in range(10):
            await writers[0].append("a")
        await writers[0].end(commit=True)

        await drain(relay, cursor)
        await drain(relay, cursor)

        assert journal.sent == [("a", sequence) for sequence in range(1, 11)]

    async def test_f06_is_sent_while_writers_race_for_positions(
        self, relay: Relay, cursor: asyncpg.Connection, writers: list[Writer], journal: Journal
    ) -> None:
        draw = random.Random(6)  # noqa: S311 - the same schedule every time
        committed: list[tuple[str, int]] = []

        async def write(writer: Writer, number: int) -> None:
            for _ in range(40):
                await writer.append(f"s-{number}")
                await asyncio.sleep(draw.random() * 0.004)
                committed.extend(await writer.end(commit=draw.random() > 0.3))

        written = asyncio.Event()

        async def publish() -> None:
            while not written.is_set():  # a cancelled query could take the next one with it
                await relay.step(cursor)

        publishing = asyncio.create_task(publish())
        await asyncio.gather(*(write(writer, at) for at, writer in enumerate(writers)))
        written.set()
        await publishing
        await drain(relay, cursor)

        assert sorted(dict.fromkeys(journal.sent)) == sorted(committed)


class TestALongTransaction:
    async def test_holds_up_only_its_own_events(
        self, relay: Relay, cursor: asyncpg.Connection, writers: list[Writer], journal: Journal
    ) -> None:
        slow, fast, *_ = writers
        await slow.append("slow")
        await fast.append("fast")
        await fast.end(commit=True)

        await drain(relay, cursor)
        before = list(journal.sent)
        await slow.end(commit=True)
        await drain(relay, cursor)

        assert (before, journal.sent) == ([("fast", 1)], [("fast", 1), ("slow", 1)])

    async def test_in_another_database_of_the_server_holds_up_nobody(
        self,
        postgres: str,
        relay: Relay,
        cursor: asyncpg.Connection,
        writers: list[Writer],
        journal: Journal,
    ) -> None:
        elsewhere = await asyncpg.connect(postgres)
        transaction = elsewhere.transaction()
        await transaction.start()
        await elsewhere.execute("create table held_open (id int)")
        await writers[0].append("a")
        await writers[0].end(commit=True)

        await drain(relay, cursor)
        await transaction.rollback()
        await elsewhere.close()

        assert journal.sent == [("a", 1)]


class TestTwoRelays:
    async def test_only_one_is_active_and_the_other_takes_over(
        self,
        database: Addresses,
        relay: Relay,
        cursor: asyncpg.Connection,
        writers: list[Writer],
        journal: Journal,
    ) -> None:
        await writers[0].append("a")
        await writers[0].end(commit=True)
        held = asyncio.Event()
        sending = asyncio.Event()

        class Slow(Journal):
            async def send(self, rows: Sequence[Any]) -> list[Any]:
                sending.set()
                await held.wait()
                raise ConnectionError(f"{len(rows)} rows without an answer")

        first = Relay(database.relay, service="chassis", outlet=Slow())
        other = await asyncpg.connect(database.relay.replace("+asyncpg", ""))
        active = asyncio.create_task(first.step(other))
        await sending.wait()

        meanwhile = await relay.step(cursor)
        held.set()
        await asyncio.wait([active])
        await other.close()
        await drain(relay, cursor)

        assert (meanwhile, journal.sent) == (0, [("a", 1)])
        assert isinstance(active.exception(), ConnectionError)


class TestALostPlace:
    async def test_is_not_guessed(
        self, database: Addresses, relay: Relay, cursor: asyncpg.Connection
    ) -> None:
        owner = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
        await owner.execute("delete from relay_state")
        await owner.close()

        with pytest.raises(RelayLostItsPlace, match=r"docs/operations\.md"):
            await relay.step(cursor)

    async def test_from_another_database_is_refused(
        self, database: Addresses, relay: Relay, cursor: asyncpg.Connection
    ) -> None:
        owner = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
        await owner.execute("update relay_state set snap = '90000000:90000000:'")
        await owner.close()

        with pytest.raises(RelayLostItsPlace, match="another database"):
            await relay.step(cursor)


class TestIdle:
    async def test_an_empty_round_writes_nothing(
        self, relay: Relay, cursor: asyncpg.Connection
    ) -> None:
        await drain(relay, cursor)
        before = await cursor.fetchval("select version from relay_state")

        await relay.step(cursor)

        assert await cursor.fetchval("select version from relay_state") == before
