"""Another chance for parked records, or a reasoned end, on a real PostgreSQL."""

from uuid import UUID

import pytest
from sqlalchemy import select

from services.chassis import redrive
from services.chassis.database import Sessions
from services.chassis.errors import Conflict
from services.chassis.parking import dropped, parked
from services.chassis.redrive import NotTheFirstOfItsSubject, ParkedRecordNotFound
from tests.chassis.builders import a_record, suspended
from tests.chassis.effects import Effects, feed, parked_rows


@pytest.fixture
async def effects(sessions: Sessions) -> Effects:
    """A consumer that refused event 2 of `a`; events 3 and 4 wait behind it."""
    made = Effects()
    made.refused = {("a", 2)}
    await feed(
        sessions,
        made,
        *(a_record(suspended("a"), sequence=q, offset=q - 1) for q in (1, 2, 3, 4)),
    )
    return made


async def parked_id(sessions: Sessions, sequence: int | None) -> UUID:
    async with sessions() as session:
        [found] = await session.scalars(select(parked.c.id).where(parked.c.sequence == sequence))
    return UUID(str(found))


class TestRetry:
    async def test_c08_applies_what_waits_in_order_once_the_reason_is_gone(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        effects.refused.clear()

        async with sessions.begin() as session:
            left = await redrive.retry(session, effects.consumer, "a")

        assert left == 0
        assert effects.done == [("a", 1), ("a", 2), ("a", 3), ("a", 4)]
        assert await parked_rows(sessions) == []

    async def test_counts_the_attempts_while_the_reason_stands(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        first = await parked_id(sessions, 2)

        async with sessions.begin() as session:
            left = await redrive.retry_one(session, effects.consumer, first)

        async with sessions() as session:
            attempts = await session.scalar(select(parked.c.attempts).where(parked.c.id == first))
        assert (left, attempts, effects.done) == (3, 2, [("a", 1)])

    async def test_the_subject_goes_on_with_its_next_event(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        effects.refused.clear()
        async with sessions.begin() as session:
            await redrive.retry(session, effects.consumer, "a")

        await feed(sessions, effects, a_record(suspended("a"), sequence=5, offset=4))

        assert effects.done[-1] == ("a", 5)

    async def test_of_a_record_without_subject_is_refused(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(sessions, effects, a_record(suspended("b"), key=None, offset=4))
        lost = await parked_id(sessions, None)

        async with sessions() as session:
            with pytest.raises(Conflict, match="only be dropped"):
                await redrive.retry_one(session, effects.consumer, lost)


class TestDrop:
    async def test_c08_keeps_the_reason_and_applies_what_waited(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        bad = await parked_id(sessions, 2)

        async with sessions.begin() as session:
            left = await redrive.drop(
                session, effects.consumer, bad, why="posted by mistake", actor="staff:olena"
            )

        async with sessions() as session:
            [(why, actor)] = await session.execute(select(dropped.c.why, dropped.c.actor))
        assert (left, effects.done) == (0, [("a", 1), ("a", 3), ("a", 4)])
        assert (why, actor) == ("posted by mistake", "staff:olena")

    async def test_of_a_later_one_is_refused(self, sessions: Sessions, effects: Effects) -> None:
        later = await parked_id(sessions, 3)

        async with sessions() as session:
            with pytest.raises(NotTheFirstOfItsSubject):
                await redrive.drop(session, effects.consumer, later, why="x", actor="staff:olena")

    async def test_of_one_with_an_unreadable_sequence_lets_the_next_follow(
        self, sessions: Sessions, effects: Effects
    ) -> None:
        await feed(
            sessions,
            effects,
            a_record(suspended("b"), sequence=None, offset=4),
            a_record(suspended("b"), sequence=2, offset=5),
        )
        async with sessions() as session:
            bad = await session.scalar(
                select(parked.c.id).where(parked.c.subject == "b", parked.c.sequence.is_(None))
            )
        assert bad is not None

        async with sessions.begin() as session:
            await redrive.drop(session, effects.consumer, bad, why="x", actor="staff:olena")

        assert ("b", 2) in effects.done

    async def test_twice_says_that_it_is_gone(self, sessions: Sessions, effects: Effects) -> None:
        bad = await parked_id(sessions, 2)
        async with sessions.begin() as session:
            await redrive.drop(session, effects.consumer, bad, why="x", actor="staff:olena")

        async with sessions() as session:
            with pytest.raises(ParkedRecordNotFound):
                await redrive.drop(session, effects.consumer, bad, why="x", actor="staff:olena")
