"""What a log may hold: what failed and where, never whose it was and never a secret."""

import sys
from collections.abc import Callable

import pytest
import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Sessions
from services.chassis.links import token
from services.chassis.logs import readable, tracebacks, without_secrets
from tests.chassis.test_links import KEY, LINK_ID

MAIL = "oksana@example.org"


class Person(BaseModel):
    mail: int


@pytest.fixture(params=[str, readable], ids=["json", "lines"])
def told(request: pytest.FixtureRequest) -> Callable[[], str]:
    """What the log would say of the exception that is being handled."""

    def tell() -> str:
        exc_info: structlog.typing.ExcInfo = sys.exc_info()  # type: ignore[assignment]
        return str(tracebacks(exc_info)) if request.param is str else readable(exc_info)

    return tell


class TestFailure:
    async def test_of_the_database_names_no_values(
        self, told: Callable[[], str], sessions: Sessions
    ) -> None:
        add = text("insert into staff_copy (mail) values (:mail)")
        said = ""

        async with sessions() as session:
            try:
                await session.execute(add, {"mail": MAIL})
            except DBAPIError:
                said = told()

        assert "NotNullViolation" in said
        assert MAIL not in said

    def test_of_a_validator_names_no_values(self, told: Callable[[], str]) -> None:
        said = ""

        try:
            Person.model_validate({"mail": MAIL})
        except ValidationError:
            said = told()

        assert "1 validation error for Person" in said
        assert MAIL not in said

    def test_says_where_it_happened_and_what_led_to_it(self, told: Callable[[], str]) -> None:
        said = ""

        try:
            _begin()
        except RuntimeError:
            said = told()

        assert "test_logs.py" in said
        assert "nothing begins" in said
        assert "ZeroDivisionError" in said


class TestPath:
    def test_loses_the_token_of_a_link(self) -> None:
        secret = token(KEY, LINK_ID)

        assert without_secrets(f"/exchanges/calendar/{secret}.ics") == "/exchanges/calendar/….ics"

    def test_keeps_ids_and_numbers(self) -> None:
        path = f"/exchanges/visits/EX-2027-031/sessions/{LINK_ID}/drop"

        assert without_secrets(path) == path


def _begin() -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError as fault:
        raise RuntimeError("nothing begins") from fault
