"""Batches on a real PostgreSQL: once each, in order per subject, whatever the broker does."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.registry import (
    ClusterArchived,
    ClusterSuspended,
)
from services.chassis.consumer import waves
from services.chassis.database import Sessions
from services.chassis.guard import Jumped
from tests.chassis.builders import a_record, archived, confirmed, suspended
from tests.chassis.effects import RUNS, Effects, feed, parked_rows, received


@pytest.fixture
def effects() -> Effects:
    return Effects()


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


class TestRegistration:
    def test_one_handler_for_a_class(self, effects: Effects) -> None:
        with pytest.raises(ValueError, match="already handles"):
            effects.consumer.on(ClusterSuspended)(effects.take)

    def test_topics_are_those_of_the_handled_classes(self, effects: Effects) -> None:
        effects.consumer.on(ClusterArchived)(effects.take)

        assert effects.consumer.topics == ["registry.clusters", "registry.staff"]
