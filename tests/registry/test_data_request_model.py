"""D-04: a request about data by itself: its deadline, its states, and who asked."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from contracts.data_requests import ExtensionReason, RefusalReason
from services.registry.data_requests.model import DataRequest, months_after
from services.registry.data_requests.refusals import TooLateToExtend, WrongRequestState
from services.registry.data_requests.states import NEXT, DataRequestState
from tests.registry.builders import NOON, TODAY
from tests.registry.test_data_requests import TOLD, a_request


class TestDeadline:
    @pytest.mark.parametrize(
        ("received", "months", "due"),
        [
            (date(2027, 3, 16), 1, date(2027, 4, 16)),
            (date(2027, 1, 31), 1, date(2027, 2, 28)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2027, 12, 5), 1, date(2028, 1, 5)),
        ],
    )
    def test_d04_is_the_same_date_a_month_later_or_the_last_one_of_it(
        self, received: date, months: int, due: date
    ) -> None:
        assert months_after(received, months) == due

    def test_d04_is_two_months_later_once_extended(self) -> None:
        request = a_request()

        event = request.extend(
            reason=ExtensionReason.COMPLEXITY, told=TOLD, today=request.due_day, at=NOON
        )

        assert event.due_day == request.due_day == months_after(TODAY, 3)
        assert event.number == request.number

    def test_d04_is_not_extended_after_the_first_month(self) -> None:
        request = a_request()

        with pytest.raises(TooLateToExtend):
            request.extend(
                reason=ExtensionReason.NUMBER,
                told=TOLD,
                today=request.due_day + timedelta(days=1),
                at=NOON,
            )

    def test_d04_is_reminded_of_at_seven_days_at_one_and_when_it_is_late(self) -> None:
        request = a_request()
        first = request.due_day - timedelta(days=8)

        said = [request.remind(today=first + timedelta(days=n), at=NOON) for n in range(12)]

        assert [each.days_left for each in said if each] == [7, 1, -1]


class TestStates:
    @pytest.mark.parametrize("state", DataRequestState)
    def test_d04_nothing_follows_that_is_not_drawn(self, state: DataRequestState) -> None:
        acts: dict[DataRequestState, Callable[[DataRequest], object]] = {
            DataRequestState.EXTENDED: lambda each: each.extend(
                reason=ExtensionReason.NUMBER, told=TOLD, today=TODAY, at=NOON
            ),
            DataRequestState.ANSWERED: lambda each: each.answered(person_id=None, at=NOON),
            DataRequestState.REFUSED: lambda each: each.refuse(
                reason=RefusalReason.IDENTITY, told=TOLD, at=NOON
            ),
        }

        for following, act in acts.items():
            request = a_request(state=state)
            if following in NEXT[state]:
                act(request)
                assert request.state is following
            else:
                with pytest.raises(WrongRequestState):
                    act(request)

    def test_d04_who_asked_is_kept_until_the_answer_only(self) -> None:
        request = a_request()

        request.answered(person_id=None, at=NOON)

        assert (request.name, request.mail, request.words, request.folded) == ("", "", "", "")
