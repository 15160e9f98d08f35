"""Bad records on a real PostgreSQL: set aside with a reason, and the others go on."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import (
    ClusterSuspended,
    StaffErased,
)
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.parked import is_dual_use, parked_record
from services.chassis.parking import parked
from services.chassis.received import Received
from tests.chassis.builders import NOON, a_record, suspended
from tests.chassis.effects import Effects, feed, parked_rows


@pytest.fixture
def effects() -> Effects:
    return Effects()


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


class TestWhatIsShown:
    async def test_r14_data_that_say_they_are_dual_use_are_not_for_everybody(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        value = b'{"profile": {"dual_use": true, "names": {"en": "Dual Works"}}}'
        await feed(sessions, effects, a_record(suspended("a"), sequence=1, offset=0, value=value))
        async with sessions() as session:
            [parked_id] = await session.scalars(select(parked.c.id))
            vetted = await parked_record(session, parked_id, openly=True)
            others = await parked_record(session, parked_id)
            hidden = await is_dual_use(session, parked_id)

        assert hidden
        assert "Dual Works" in vetted.data
        assert others.data == "profile"

    async def test_r14_so_are_those_of_the_same_subject(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        first, second = b'{"profile": {"dual_use": true', b'{"reason": "Dual Works"}'
        await feed(sessions, effects, a_record(suspended("a"), sequence=1, offset=0, value=first))
        await feed(sessions, effects, a_record(suspended("a"), sequence=2, offset=1, value=second))
        await feed(sessions, effects, a_record(suspended("b"), sequence=1, offset=2, value=b"{}"))

        async with sessions() as session:
            ids = await session.execute(select(parked.c.id, parked.c.subject))
            hidden = {(each.subject, await is_dual_use(session, each.id)) for each in ids}

        assert hidden == {("a", True), ("b", False)}

    async def test_r14_so_is_one_with_hundreds_before_it(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        records = [
            a_record(suspended("a"), sequence=at + 1, offset=at, value=b"{}") for at in range(201)
        ]
        says_so = a_record(suspended("a"), sequence=202, offset=201, value=b'{"dual_use": true}')
        await feed(sessions, effects, *records, says_so)

        async with sessions() as session:
            last = select(parked.c.id).where(parked.c.sequence == 202)
            [parked_id] = await session.scalars(last)
            hidden = await is_dual_use(session, parked_id)

        assert hidden
