import asyncio

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from contracts.event import Event
from contracts.exchanges import VisitReady
from contracts.registry import StaffDismissed
from contracts.vocabulary import HostSide, PersonNames, VisitorSide, VisitState
from deploy.local.databases import Addresses
from services.chassis import history, tenancy
from services.chassis.database import Sessions
from services.chassis.errors import Invalid
from services.chassis.history import history as rows
from services.chassis.identity import Actor
from services.chassis.received import Received
from tests.chassis.builders import NOON, TARAS, ZUZANA, a_record, an_envelope, suspended


async def recorded(sessions: Sessions, *events: Event, actor: Actor = ZUZANA) -> None:
    async with sessions.begin() as session:
        for event in events:
            await history.record(session, event, actor=actor)


def a_visit_made_ready(subject: str = "v-1") -> VisitReady:
    return VisitReady(
        subject=subject,
        time=NOON,
        number="EX-2027-031",
        state=VisitState.READY,
        visitor_side=VisitorSide.LIVE,
        host_side=HostSide.VERIFIED,
        visitor_association="UA",
        host_association="SK",
        share=1,
        missing=(),
    )


class TestRecord:
    async def test_c06_counts_one_two_three_for_one_subject(self, sessions: Sessions) -> None:
        await recorded(sessions, suspended("a"), suspended("b"), suspended("a"))
        await recorded(sessions, suspended("a"))

        async with sessions() as session:
            found = await history.rows_of(session, "a")

        assert [row["sequence"] for row in found] == [1, 2, 3]

    async def test_c06_counts_many_that_are_recorded_at_once(self, sessions: Sessions) -> None:
        events = [(suspended(subject), ZUZANA, None) for subject in ("a", "b", "a", "a")]

        async with sessions.begin() as session:
            ids = await history.record_all(session, events)

        async with sessions() as session:
            found = await history.rows_of(session, "a")
        assert [row["sequence"] for row in found] == [1, 2, 3]
        assert [row["event_id"] for row in found] == [ids[0], ids[2], ids[3]]

    async def test_leaves_nothing_after_a_rollback(self, sessions: Sessions) -> None:
        async with sessions() as session:
            await history.record(session, suspended("a"), actor=ZUZANA)
            await session.rollback()

        await recorded(sessions, suspended("a"))
        async with sessions() as session:
            assert [row["sequence"] for row in await history.rows_of(session, "a")] == [1]

    async def test_c06_eight_writers_at_once_leave_no_hole_and_no_double(
        self, sessions: Sessions
    ) -> None:
        async def insist() -> None:
            while True:
                try:
                    await recorded(sessions, suspended("a"))
                except IntegrityError:
                    continue
                return

        await asyncio.gather(*(insist() for _ in range(8)))

        async with sessions() as session:
            found = await history.rows_of(session, "a")
        assert [row["sequence"] for row in found] == list(range(1, 9))

    async def test_is_read_back_by_its_class(self, sessions: Sessions) -> None:
        await recorded(sessions, suspended("a", reason="in liquidation"))

        async with sessions() as session:
            [row] = await history.rows_of(session, "a")

        assert history.event_of(row) == suspended("a", reason="in liquidation")

    async def test_one_act_has_one_correlation(self, sessions: Sessions) -> None:
        await recorded(sessions, suspended("a"), suspended("b"))
        await recorded(sessions, suspended("c"))

        async with sessions() as session:
            acts = (await session.scalars(select(rows.c.correlation_id))).all()

        assert acts[0] == acts[1] != acts[2]

    async def test_names_the_event_that_led_to_it(self, sessions: Sessions) -> None:
        record = a_record(suspended("a"))
        cause = Received(suspended("a"), an_envelope(suspended("a"), id="e-1"), record)

        async with sessions.begin() as session:
            await history.record(session, suspended("b"), actor=ZUZANA, cause=cause)

        async with sessions() as session:
            [row] = await history.rows_of(session, "b")
        assert row["causation_id"] == "e-1"
        assert row["correlation_id"] == cause.envelope.correlation_id

    async def test_refuses_what_no_topic_would_take(self, sessions: Sessions) -> None:
        with pytest.raises(Invalid, match="900000 is the most"):
            await recorded(sessions, suspended("a", reason="x" * 900_000))


class TestWall:
    async def test_both_associations_of_a_visit_read_it_and_a_third_does_not(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await recorded(sessions, a_visit_made_ready(), actor=ZUZANA)

        seen = {}
        for association in ("SK", "UA", "PL"):
            async with app_sessions.begin() as session:
                await tenancy.enter(session, Actor("staff:x", association))
                seen[association] = len(await history.rows_of(session, "v-1"))

        assert seen == {"SK": 1, "UA": 1, "PL": 0}

    async def test_the_sequence_counts_the_rows_that_the_writer_cannot_see(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await recorded(sessions, suspended("a"), actor=TARAS)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, ZUZANA)
            await history.record(session, suspended("a"), actor=ZUZANA)

        async with sessions() as session:
            assert [row["sequence"] for row in await history.rows_of(session, "a")] == [1, 2]

    async def test_a02_nobody_writes_for_another_association(self, app_sessions: Sessions) -> None:
        async with app_sessions() as session:
            await tenancy.enter(session, ZUZANA)

            with pytest.raises(DBAPIError, match="row-level security"):
                await history.record(session, suspended("a"), actor=TARAS)


class TestAppendOnly:
    @pytest.mark.parametrize("statement", ["delete from history", "update history set actor = 'x'"])
    async def test_d09_no_role_of_a_service_changes_a_row(
        self, sessions: Sessions, statement: str
    ) -> None:
        await recorded(sessions, suspended("a"))

        with pytest.raises(DBAPIError, match="permission denied"):
            async with sessions.begin() as session:
                await session.execute(text(statement))

    @pytest.mark.parametrize("statement", ["delete from history", "update history set actor = 'x'"])
    async def test_d09_the_owner_is_stopped_by_the_trigger(
        self, sessions: Sessions, database: Addresses, statement: str
    ) -> None:
        await recorded(sessions, suspended("a"))
        owner = await asyncpg.connect(database.owner.replace("+asyncpg", ""))

        try:
            with pytest.raises(asyncpg.RaiseError, match="never changed"):
                await owner.execute(statement)
        finally:
            await owner.close()

    async def test_d02_only_the_data_of_a_personal_row_can_be_emptied(
        self, sessions: Sessions
    ) -> None:
        await recorded(sessions, a_dismissal("s-1"), suspended("a"))

        async with sessions.begin() as session:
            for subject in ("s-1", "a"):
                await session.execute(text("select empty_history(:of)"), {"of": subject})

        async with sessions() as session:
            [personal] = await history.rows_of(session, "s-1")
            [other] = await history.rows_of(session, "a")
        assert (personal["data"], personal["salt"]) == (None, None)
        assert other["data"] is not None


def a_dismissal(subject: str) -> StaffDismissed:
    return StaffDismissed(
        subject=subject,
        time=NOON,
        login="zuzana",
        names=PersonNames(original="Zuzana Kováčová", preferred="Zuzana"),
        mail="zuzana@example.org",
        language="sk",
        zone="Europe/Bratislava",
        roles=(),
        marks=(),
        from_day=NOON.date(),
        until_day=NOON.date(),
    )
