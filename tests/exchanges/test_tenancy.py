"""Row-level security alone: what the database hides when no command asks who is acting."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from services.chassis import tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.chassis.staff import StaffCopy
from services.exchanges.commitments.challenges import Challenge
from services.exchanges.commitments.model import Commitment, Signature
from services.exchanges.participants.model import Participant
from services.exchanges.visits.access import visit_of
from services.exchanges.visits.attendance import Attendance, AttendanceList
from services.exchanges.visits.commands import holding
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import VisitSession
from tests.exchanges.builders import a_coordinator
from tests.exchanges.stories import TARAS, ZUZANA, planned, the_copies, under_way
from tests.office import in_office

TABLES: Final[tuple[Any, ...]] = (
    Visit,
    VisitSession,
    Delegate,
    Attendance,
    Commitment,
    Signature,
    Participant,
    Challenge,
)
OFFICE = Actor("staff:office", "ECA", frozenset({"support_office"}))
STRANGER = a_coordinator("PL")


@pytest.fixture(autouse=True)
async def visit(sessions: Sessions) -> Visit:
    """A visit between UA and SK with rows in every table."""
    await the_copies(sessions)
    visit = await planned(sessions)
    [oksana] = await under_way(sessions, visit)
    first = visit.programme[0]
    async with sessions.begin() as session:
        await holding.record_attendance(
            session,
            ZUZANA,
            key=visit.number,
            kept=AttendanceList(first.id, {oksana: 60}),
            at=first.ends_at,
        )
    return visit


async def seen_by(app_sessions: Sessions, actor: Actor | None) -> dict[str, int]:
    """How many rows of each table the actor sees; nobody when the transaction never entered."""
    async with app_sessions.begin() as session:
        if actor is not None:
            await tenancy.enter(session, actor)
        return {
            table.__tablename__: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in TABLES
        }


class TestRows:
    async def test_are_there_for_both_sides(self, app_sessions: Sessions) -> None:
        visiting = await seen_by(app_sessions, TARAS)
        host = await seen_by(app_sessions, ZUZANA)

        assert all(visiting.values())
        assert visiting == host

    async def test_are_nowhere_for_others(self, app_sessions: Sessions) -> None:
        for actor in (STRANGER, None):
            assert not any((await seen_by(app_sessions, actor)).values())

    async def test_the_support_office_reads_all_but_people(self, app_sessions: Sessions) -> None:
        seen = await seen_by(app_sessions, OFFICE)

        assert {table for table, rows in seen.items() if not rows} == {"participants", "challenges"}

    async def test_x05_of_the_other_sides_staff_are_those_of_signers_alone(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        signer, colleague = (UUID(each.id.removeprefix("staff:")) for each in (ZUZANA, STRANGER))
        async with sessions.begin() as session:
            for staff_id in (signer, colleague):
                session.add(in_office(staff_id, of="SK", roles=["coordinator"]))

        for actor, seen in ((TARAS, [signer]), (STRANGER, [])):
            async with app_sessions.begin() as session:
                await tenancy.enter(session, actor)
                assert (await session.scalars(select(StaffCopy.staff_id))).all() == seen

    async def test_r14_who_signed_a_dual_use_visit_alone_is_named_to_vetted_people(
        self, sessions: Sessions, app_sessions: Sessions, visit: Visit
    ) -> None:
        signer = UUID(ZUZANA.id.removeprefix("staff:"))
        async with sessions.begin() as session:
            session.add(in_office(signer, of="SK", roles=["coordinator"]))
            (await session.get_one(Visit, visit.id)).dual_use = True
        vetted = replace(TARAS, marks=frozenset({"dual_use_vetted"}))

        for actor, seen in ((TARAS, []), (vetted, [signer])):
            async with app_sessions.begin() as session:
                await tenancy.enter(session, actor)
                assert (await session.scalars(select(StaffCopy.staff_id))).all() == seen

    async def test_are_changed_by_neither_stranger_nor_office(self, app_sessions: Sessions) -> None:
        for actor in (STRANGER, OFFICE):
            async with app_sessions.begin() as session:
                await tenancy.enter(session, actor)
                for table in TABLES:
                    change = update(table).values(host_association="PL")
                    changed = await session.execute(change.returning(table.host_association))
                    assert changed.all() == [], table.__tablename__

    async def test_are_handed_to_nobody_else(self, app_sessions: Sessions) -> None:
        for table in TABLES:
            stolen = update(table).values(host_association="PL", visitor_association="PL")
            async with app_sessions() as session:
                await tenancy.enter(session, ZUZANA)
                with pytest.raises(DBAPIError, match="row-level security"):
                    await session.execute(stolen)


class TestCommandsWithoutTheirChecks:
    """The same acts as a stranger who calls him- or herself a coordinator of the host side."""

    async def test_the_wall_hides_the_visit(self, app_sessions: Sessions, visit: Visit) -> None:
        async with app_sessions.begin() as session:
            await tenancy.enter(session, STRANGER)
            with pytest.raises(Exception, match="there is no visit"):
                await visit_of(session, ZUZANA, visit.number)
            with pytest.raises(Exception, match="there is no visit"):
                await holding.end_visit(session, ZUZANA, key=visit.number, at=visit.opened_at)

    async def test_history_is_hidden_too(self, app_sessions: Sessions, visit: Visit) -> None:
        count = text("select count(*) from history where subject = :subject")
        async with app_sessions.begin() as session:
            await tenancy.enter(session, STRANGER)
            seen = await session.scalar(count, {"subject": str(visit.id)})

        assert seen == 0


async def test_every_table_about_a_visit_is_behind_the_wall(sessions: Sessions) -> None:
    query = text("""
      select relname from pg_class join information_schema.columns on table_name = relname
      where column_name = 'visitor_association' and not (relrowsecurity and relforcerowsecurity)
    """)
    async with sessions.begin() as session:
        assert (await session.scalars(query)).all() == []
