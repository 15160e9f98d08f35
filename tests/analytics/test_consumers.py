"""Facts from events: once each, in the order of a subject, rebuilt equal from offset zero."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from contracts.vocabulary import DelegateAnswer, Mode
from services.analytics.facts.consumers import analytics
from services.analytics.facts.model import AttendanceFact, TouchedDay, VisitFact
from services.analytics.kpis.counting import figures_of
from services.analytics.kpis.definitions import KPIS
from services.analytics.kpis.figures import Cell
from services.analytics.kpis.periods import period
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.chassis.received import Record
from tests.analytics.cluster_stories import ClusterStory
from tests.analytics.stories import MONDAY, Story, Told, VisitStory, a_held_visit
from tests.analytics.topics import Topics, feed, forget, tell


def a_season() -> list[Story]:
    """Visits and clusters of all kinds: held, moved, corrected, cancelled, revised."""
    moved = VisitStory(visitor="CZ", host="PL", zone="Europe/Warsaw")
    person = moved.invite(answer=DelegateAnswer.DECLINED)
    moved.answer(person, DelegateAnswer.ACCEPTED)
    session_id = moved.session(MONDAY)
    moved.commit()
    moved.attend(session_id, {person: 480})
    moved.move(session_id, MONDAY + timedelta(days=20), mode=Mode.ONLINE)
    moved.attend(session_id, {person: 200})
    moved.end()
    cancelled = a_held_visit(delegates=1)
    del cancelled.told[-1]
    cancelled.cancel()
    first, second = ClusterStory("SK"), ClusterStory("UA")
    first.publish(on=date(2027, 1, 10))
    first.suspend(on=date(2027, 1, 5))  # a fact that comes late
    first.reinstate(on=date(2027, 3, 1))
    second.publish(on=date(2027, 2, 10))
    second.revise(on=date(2027, 2, 12))
    return [a_held_visit(delegates=1), moved, cancelled, first, second]


async def all_figures(sessions: Sessions) -> dict[tuple[str, str, Cell], Any]:
    found: dict[tuple[str, str, Cell], Any] = {}
    async with sessions() as session:
        for code, kpi in KPIS.items():
            for of in ("2027-01", "2027-02", "2027-03", "2027-04", "season-2026", "programme"):
                for figure in await figures_of(session, kpi, period(of)):
                    found[code, of, figure.cell] = (figure.numerator, figure.denominator)
    return found


@st.composite
def deliveries(draw: st.DrawFn, stories: list[Story]) -> list[list[Record]]:
    """The stories interleaved, with repetitions, cut into batches: what a broker may hand over."""
    waiting = [list(story.told) for story in stories]
    topics, records, sent = Topics(), list[Record](), list[Told]()
    while any(waiting):
        row = draw(st.sampled_from([told for told in waiting if told]))
        sent.append(row.pop(0))
        records.append(topics.append(sent[-1]))
        if draw(st.integers(0, 4)) == 0:  # a chunk of the relay comes twice
            start = draw(st.integers(0, len(sent) - 1))
            records += [topics.append(told) for told in sent[start : start + 4]]
    batches: list[list[Record]] = []
    while records:
        size = draw(st.integers(1, 30))
        batches.append(records[:size])
        records = records[size:]
    return batches


class TestA02Rebuild:
    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(data=st.data())
    async def test_a02_any_delivery_gives_equal_numbers(
        self, sessions: Sessions, data: st.DataObject
    ) -> None:
        stories = a_season()
        await forget(sessions)
        await tell(sessions, *stories)
        expected = await all_figures(sessions)
        await forget(sessions)

        for batch in data.draw(deliveries(stories)):
            await feed(sessions, batch)

        assert await all_figures(sessions) == expected


class TestOnce:
    async def test_h07_a_redelivery_changes_nothing(self, sessions: Sessions) -> None:
        visit, topics = a_held_visit(), Topics()
        await feed(sessions, [topics.append(told) for told in visit.told])
        before = await all_figures(sessions)

        await feed(sessions, [topics.append(told) for told in visit.told])

        assert await all_figures(sessions) == before

    async def test_a_newer_version_with_more_fields_is_read(self, sessions: Sessions) -> None:
        visit, topics = a_held_visit(), Topics()
        records = [topics.append(told) for told in visit.told]
        newer = [_with_field(record) for record in records]

        await feed(sessions, newer)

        assert (await all_figures(sessions))["K-01", "2027-03", Cell()] == (1, None)

    async def test_several_events_of_one_visit_may_come_in_one_batch(
        self, sessions: Sessions
    ) -> None:
        visit = VisitStory()
        person, session_id = visit.invite(), visit.session(MONDAY)
        for minutes in (60, 240, 120):
            visit.attend(session_id, {person: minutes})

        await tell(sessions, visit)

        async with sessions() as session:
            kept = (await session.scalars(select(AttendanceFact.minutes))).all()
        assert kept == [120]


def _with_field(record: Record) -> Record:
    value = (record.value or b"{}")[:-1] + b',"weather":"snow"}'
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=value,
        headers=record.headers,
        timestamp_ms=record.timestamp_ms,
    )


class TestTenancy:
    @pytest.mark.parametrize(
        ("association", "roles", "seen"),
        [
            ("UA", {"coordinator"}, 1),
            ("SK", {"back_office"}, 1),
            ("CZ", {"coordinator"}, 0),
            ("ECA", {"support_office"}, 1),
            ("ECA", {"analyst"}, 0),
        ],
    )
    async def test_visit_facts_are_seen_by_both_sides_and_the_support_office(
        self,
        sessions: Sessions,
        app_sessions: Sessions,
        association: str,
        roles: set[str],
        seen: int,
    ) -> None:
        await tell(sessions, a_held_visit(visitor="UA", host="SK"))

        async with app_sessions.begin() as session:
            await tenancy.enter(session, Actor("staff:x", association, frozenset(roles)))
            found = [
                len((await session.execute(text(f"select 1 from {table}"))).all())  # noqa: S608
                for table in ("visit_facts", "attendance_facts", "stay_facts", "invitation_facts")
            ]

        assert [rows > 0 for rows in found] == [seen > 0] * 4

    async def test_nobody_who_answers_requests_writes_a_fact(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await tell(sessions, a_held_visit())

        async with app_sessions.begin() as session:
            await tenancy.enter(session, Actor("staff:x", "SK", frozenset({"back_office"})))
            gone = await session.execute(delete(VisitFact).returning(VisitFact.visit_id))
            assert gone.all() == []
            with pytest.raises(DBAPIError, match="row-level security"):
                await session.execute(insert(TouchedDay).values(day=MONDAY))

    async def test_counting_views_cannot_be_written(self, app_sessions: Sessions) -> None:
        async with app_sessions() as session:
            with pytest.raises(DBAPIError, match="never written"):
                await session.execute(
                    text("insert into counted_stays (days, day) values (5, '2027-01-01')")
                )

    async def test_figures_are_the_same_for_everybody(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        cluster = ClusterStory("PL")
        cluster.publish(on=date(2027, 1, 10))
        await tell(sessions, a_held_visit(), cluster)
        everything = await all_figures(sessions)

        assert await all_figures(app_sessions) == everything


def test_the_consumer_keeps_its_name_and_reads_what_it_counts() -> None:
    assert analytics.name == "analytics"
    assert {"exchanges.visits", "registry.clusters", "registry.staff"} <= set(analytics.topics)
