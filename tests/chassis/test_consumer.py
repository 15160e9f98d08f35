"""Batches on a real PostgreSQL: once each, in order per subject, whatever the broker does."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.registry import (
    ClusterArchived,
    ClusterConfirmed,
    ClusterSuspended,
    StaffErased,
)
from services.chassis.consumer import Consumer, waves
from services.chassis.database import Sessions
from services.chassis.guard import Jumped
from services.chassis.parking import parked
from services.chassis.received import Received, Record
from tests.chassis.builders import NOON, a_record, an_envelope, archived, confirmed, suspended

RUNS = count(1)


class Effects:
    """What handlers did, in order; `refused` are reasons to refuse by subject and sequence."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []
        self.refused: set[tuple[str, int]] = set()
        self.sizes: list[int] = []
        self.consumer = Consumer("test")
        for event_class in (ClusterSuspended, ClusterConfirmed, StaffErased):
            self.consumer.on(event_class)(self.take)

    async def take(self, _: AsyncSession, events: Sequence[Received[Any]]) -> None:
        for received in events:
            if (received.subject, received.sequence) in self.refused:
                raise ValueError("not like this")
        self.sizes.append(len(events))
        self.done += [(received.subject, received.sequence) for received in events]


@pytest.fixture
def effects() -> Effects:
    return Effects()


async def feed(sessions: Sessions, effects: Effects, *records: Record) -> None:
    async with sessions.begin() as session:
        await effects.consumer.apply(session, records)


async def parked_rows(sessions: Sessions) -> list[tuple[str | None, int | None, str, str]]:
    async with sessions() as session:
        found = await session.execute(
            select(parked.c.subject, parked.c.sequence, parked.c.kind, parked.c.reason).order_by(
                parked.c.offset
            )
        )
        return [(subject, sequence, kind, reason) for subject, sequence, kind, reason in found]


def received(event: Event, sequence: int) -> Received[Any]:
    record = a_record(event, sequence=sequence)
    return Received(event, an_envelope(event, sequence=sequence), record)


class TestWaves:
    def test_group_events_of_one_type(self) -> None:
        found = waves([received(suspended(s), 1) for s in "abc"])

        assert [len(wave.events) for wave in found] == [3]

    def test_never_reorder_a_subject(self) -> None:
        found = waves(
            [
                received(suspended("a"), 1),
                received(confirmed("b"), 1),
                received(confirmed("a"), 2),
                received(suspended("b"), 2),
                received(suspended("a"), 3),
            ]
        )

        order = [(e.subject, e.sequence) for wave in found for e in wave.events]
        assert [s for s in order if s[0] == "a"] == [("a", 1), ("a", 2), ("a", 3)]
        assert [s for s in order if s[0] == "b"] == [("b", 1), ("b", 2)]

    @given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([suspended, confirmed]))))
    def test_c06_keep_the_order_of_every_subject(self, drawn: list[tuple[str, Any]]) -> None:
        events = [received(make(subject), at) for at, (subject, make) in enumerate(drawn)]

        ordered = [e for wave in waves(events) for e in wave.events]

        for subject in "abcd":
            assert [e for e in ordered if e.subject == subject] == [
                e for e in events if e.subject == subject
            ]


class TestOnce:
    async def test_does_it_once_however_often_it_comes(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(sessions, effects, a_record(suspended("a"), offset=0))
        await feed(sessions, effects, a_record(suspended("a"), offset=0))
        await feed(sessions, effects, a_record(suspended("a"), offset=1))

        assert effects.done == [("a", 1)]

    async def test_an_unknown_type_counts_in_the_sequence(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(
            sessions,
            effects,
            a_record(archived("a"), sequence=1, offset=0),
            a_record(suspended("a"), sequence=2, offset=1),
        )

        assert (effects.done, await parked_rows(sessions)) == ([("a", 2)], [])

    async def test_a_batch_that_begins_above_the_position_has_jumped(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(sessions, effects, a_record(suspended("a"), offset=0))

        with pytest.raises(Jumped) as jump:
            await feed(sessions, effects, a_record(suspended("b"), offset=5))

        assert jump.value.positions == {("registry.clusters", 0): 1}

    async def test_c07_a_batch_of_somebody_who_lost_the_partition_does_nothing(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        batch = [a_record(suspended(s), offset=at) for at, s in enumerate("abc")]
        await feed(sessions, effects, *batch)

        await feed(sessions, effects, *batch[1:])

        assert effects.done == [("a", 1), ("b", 1), ("c", 1)]

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(data=st.data())
    async def test_h07_and_in_order_through_repeats_reordering_and_rewinds(
        self, sessions: Sessions, data: st.DataObject
    ) -> None:
        effects, run = Effects(), next(RUNS)
        effects.consumer.name = f"test-{run}"
        events = [(s, q) for s in "abc" for q in range(1, data.draw(st.integers(1, 4)) + 1)]
        repeats = data.draw(st.lists(st.sampled_from(events), max_size=6))
        arriving = data.draw(st.permutations(events + repeats))
        log = [
            a_record(suspended(f"{run}-{s}"), sequence=q, offset=at)
            for at, (s, q) in enumerate(arriving)
        ]

        position = 0
        while position < len(log):
            end = data.draw(st.integers(position + 1, len(log)))
            begin = data.draw(st.integers(0, position))  # rewound after a rebalance
            await feed(sessions, effects, *log[begin:end])
            position = end

        assert sorted(effects.done) == sorted((f"{run}-{s}", q) for s, q in events)
        for s in "abc":
            mine = [q for subject, q in effects.done if subject == f"{run}-{s}"]
            assert mine == sorted(mine)


class TestParking:
    async def test_f26_a_bad_record_waits_with_its_subject_and_the_others_go_on(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(
            sessions,
            effects,
            a_record(suspended("a"), sequence=1, offset=0),
            a_record(suspended("a"), sequence=2, offset=1, value=b"{broken"),
            a_record(suspended("b"), sequence=1, offset=2),
            a_record(suspended("a"), sequence=3, offset=3),
        )

        assert effects.done == [("a", 1), ("b", 1)]
        rows = await parked_rows(sessions)
        assert [row[:3] for row in rows] == [("a", 2, "undecodable"), ("a", 3, "behind")]

    @pytest.mark.parametrize(
        ("broken", "reason"),
        [
            ({"key": None}, "no readable key"),
            ({"key": b"\xff"}, "no readable key"),
            ({"key": b"b"}, "key is not the event's subject"),
            ({"headers": ()}, "specversion"),
            ({"headers": (("ce_id", None),)}, "null"),
            ({"headers": (("ce_id", b"\xff"),)}, "UTF-8"),
            ({"value": None}, "no data"),
            ({"value": b"[]"}, "no JSON object"),
            ({"value": b"{}"}, "reason: Field required"),
        ],
    )
    async def test_a34_names_what_is_broken(
        self, sessions: Sessions, effects: Effects, broken: dict[str, Any], reason: str
    ) -> None:
        await feed(
            sessions,
            effects,
            a_record(suspended("a"), offset=0, **broken),
            a_record(suspended("c"), offset=1),
        )

        [row] = await parked_rows(sessions)
        assert reason in row[3]
        assert effects.done == [("c", 1)]

    async def test_a_missing_sequence_is_named(self, sessions: Sessions, effects: Effects) -> None:
        await feed(sessions, effects, a_record(suspended("a"), sequence=None))

        [row] = await parked_rows(sessions)
        assert "sequence" in row[3]

    async def test_a_handler_that_refuses_one_event_keeps_the_rest_of_its_wave(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        effects.refused = {("b", 1)}

        await feed(
            sessions,
            effects,
            *(a_record(suspended(s), offset=at) for at, s in enumerate("abc")),
            a_record(suspended("b"), sequence=2, offset=3),
        )

        assert effects.done == [("a", 1), ("c", 1)]
        rows = await parked_rows(sessions)
        assert [row[:3] for row in rows] == [("b", 1, "handler"), ("b", 2, "behind")]
        assert rows[0][3] == "ValueError: not like this"

    async def test_a_rewound_batch_parks_nothing_twice(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        bad = a_record(suspended("a"), value=b"{")
        await feed(sessions, effects, bad)
        async with sessions.begin() as session:
            await session.execute(text("update progress set next_offset = 0"))

        await feed(sessions, effects, bad)

        assert len(await parked_rows(sessions)) == 1

    async def test_a_transient_fault_is_raised_and_parks_nothing(self, sessions: Sessions) -> None:
        consumer = Consumer("deadlocked")

        @consumer.on(ClusterSuspended)
        async def on_suspended(
            session: AsyncSession, events: Sequence[Received[ClusterSuspended]]
        ) -> None:
            code = f"do $$ begin raise sqlstate '40P01' using message = '{len(events)}'; end $$"
            await session.execute(text(code))

        with pytest.raises(DBAPIError):
            async with sessions.begin() as session:
                await consumer.apply(session, [a_record(suspended("a"))])

        assert await parked_rows(sessions) == []


class TestHoles:
    async def test_c06_a_subject_waits_for_the_missing_event_and_heals(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(
            sessions,
            effects,
            a_record(suspended("a"), sequence=1, offset=0),
            a_record(suspended("a"), sequence=3, offset=1),
            a_record(suspended("a"), sequence=4, offset=2),
            a_record(suspended("b"), sequence=1, offset=3),
        )
        waiting = await parked_rows(sessions)

        await feed(sessions, effects, a_record(suspended("a"), sequence=2, offset=4))

        assert [row[2] for row in waiting] == ["hole", "behind"]
        assert effects.done == [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("a", 4)]
        assert await parked_rows(sessions) == []

    async def test_are_natural_in_compacted_topics(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        erased = StaffErased(subject="s", time=NOON)

        await feed(sessions, effects, a_record(erased, sequence=7))

        assert effects.done == [("s", 7)]


class TestRegistration:
    def test_one_handler_for_a_class(self, effects: Effects) -> None:
        with pytest.raises(ValueError, match="already handles"):
            effects.consumer.on(ClusterSuspended)(effects.take)

    def test_topics_are_those_of_the_handled_classes(self, effects: Effects) -> None:
        effects.consumer.on(ClusterArchived)(effects.take)

        assert effects.consumer.topics == ["registry.clusters", "registry.staff"]
