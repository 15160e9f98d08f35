"""H-11: whatever is done, on every day somebody of the back office acts."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.vocabulary import Role
from services.chassis.database import Sessions
from services.registry.staff import commands as staff
from services.registry.staff.back_office import Span, cover
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import LastBackOffice
from tests.registry.builders import LESIA, NOON, TARAS, TODAY, a_member, a_person, saved

NEXT_WEEK = TODAY + timedelta(days=7)
OFFICE = frozenset({Role.BACK_OFFICE})


class TestCover:
    @pytest.mark.parametrize(
        ("spans", "covered"),
        [
            ([], False),
            ([(date(2020, 1, 1), None)], True),
            ([(NEXT_WEEK, None)], False),
            ([(date(2020, 1, 1), NEXT_WEEK)], False),
            ([(date(2020, 1, 1), NEXT_WEEK), (NEXT_WEEK + timedelta(days=1), None)], True),
            ([(NEXT_WEEK + timedelta(days=2), None), (date(2020, 1, 1), NEXT_WEEK)], False),
        ],
    )
    def test_means_every_day_from_today_on(
        self, spans: list[tuple[date, date | None]], *, covered: bool
    ) -> None:
        assert cover([Span(*each) for each in spans], today=TODAY) is covered


async def set_until(sessions: Sessions, who: UUID, until: date | None) -> None:
    async with sessions.begin() as session:
        await staff.set_roles(
            session,
            a_person(),
            staff_id=who,
            roles=OFFICE,
            marks=frozenset(),
            until_day=until,
            at=NOON,
        )


async def test_h11_the_last_one_gets_no_last_day(sessions: Sessions) -> None:
    await saved(sessions, a_member(LESIA), a_member(TARAS, roles=(Role.COORDINATOR,)))

    with pytest.raises(LastBackOffice):
        await set_until(sessions, LESIA, NEXT_WEEK)


async def test_h11_a_successor_who_begins_later_leaves_a_gap(sessions: Sessions) -> None:
    await saved(sessions, a_member(LESIA), a_member(TARAS, from_day=NEXT_WEEK))

    async with sessions.begin() as session:
        with pytest.raises(LastBackOffice):
            await staff.dismiss_staff(session, a_person(), staff_id=LESIA, on=TODAY, at=NOON)
    await set_until(sessions, LESIA, NEXT_WEEK - timedelta(days=1))


async def test_h11_two_who_get_a_last_day_at_once_do_not_both_get_it(sessions: Sessions) -> None:
    await saved(sessions, a_member(LESIA), a_member(TARAS))

    outcomes = await asyncio.gather(
        set_until(sessions, LESIA, NEXT_WEEK),
        set_until(sessions, TARAS, NEXT_WEEK),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastBackOffice", "NoneType"]


async def test_who_stays_longer_is_never_refused(sessions: Sessions) -> None:
    await saved(sessions, a_member(LESIA, until_day=NEXT_WEEK))

    await set_until(sessions, LESIA, NEXT_WEEK + timedelta(days=30))
    await set_until(sessions, LESIA, None)

    async with sessions() as session:
        assert (await session.get_one(StaffMember, LESIA)).until_day is None
