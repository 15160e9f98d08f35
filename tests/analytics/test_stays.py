from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from contracts.event import uuid7
from contracts.vocabulary import Mode, VisitClass
from services.analytics.facts.stays import Presence, stay_days, stay_of_visit

MONDAY = date(2027, 3, 15)
EASTER_MONDAY = date(2027, 3, 29)  # free in Košice, ordinary in Kyiv
ANN = uuid7()


def present(day: date, minutes: int, *, mode: Mode = Mode.ON_SITE, person: UUID = ANN) -> Presence:
    return Presence(person, day, mode, minutes)


def days(*presences: Presence, agreed: frozenset[date] = frozenset()) -> dict[date, Decimal]:
    found = stay_days(presences, host="SK", visitor="UA", agreed=agreed)
    return {one.day: one.days for one in found}


class TestStayDays:
    def test_minutes_of_several_sessions_of_a_day_add_up(self) -> None:
        assert days(present(MONDAY, 100), present(MONDAY, 140)) == {MONDAY: 1}

    def test_less_than_two_hours_are_worth_nothing(self) -> None:
        assert days(present(MONDAY, 119)) == {}

    def test_h13_a_public_holiday_at_the_host_counts_only_when_agreed(self) -> None:
        attended = present(EASTER_MONDAY, 240)

        assert days(attended) == {}
        assert days(attended, agreed=frozenset({EASTER_MONDAY})) == {EASTER_MONDAY: 1}

    def test_online_days_follow_the_calendar_of_the_delegate(self) -> None:
        assert days(present(EASTER_MONDAY, 240, mode=Mode.ONLINE)) == {EASTER_MONDAY: 1}

    def test_a_weekend_online_counts_for_nobody(self) -> None:
        saturday = MONDAY + timedelta(days=5)

        online = present(saturday, 240, mode=Mode.ONLINE)

        assert days(online, agreed=frozenset({saturday})) == {}


class TestStayOfVisit:
    def test_is_the_stay_of_the_delegate_who_stayed_longest(self) -> None:
        found = stay_days(
            [
                present(MONDAY, 240),
                present(MONDAY + timedelta(days=1), 240, mode=Mode.ONLINE),
                present(MONDAY, 240, person=uuid7()),
            ],
            host="SK",
            visitor="UA",
            agreed=frozenset(),
        )

        stay = stay_of_visit(found)

        assert stay.days_on_site == stay.days_online == 1
        assert stay.visit_class is VisitClass.HYBRID

    def test_of_nobody_is_empty(self) -> None:
        assert stay_of_visit([]).days == 0
