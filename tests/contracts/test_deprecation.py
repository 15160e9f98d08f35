"""C-05: a type ends with notice: active, deprecated, taken no more, then gone."""

from datetime import date

import pytest

from contracts.deprecation import Deprecation, Stage, stage_of

ENDING = Deprecation(date(2027, 1, 1), date(2027, 7, 1), "talka.registry.cluster.halted.v2")


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2026, 12, 31), Stage.ACTIVE),
        (date(2027, 1, 1), Stage.DEPRECATED),
        (date(2027, 6, 30), Stage.DEPRECATED),
        (date(2027, 7, 1), Stage.SUNSET),
    ],
)
def test_c05_a_type_ends_by_its_days(on: date, stage: Stage) -> None:
    assert stage_of(ENDING, on) is stage


def test_c05_a_type_without_a_deprecation_is_active() -> None:
    assert stage_of(None, date(2099, 1, 1)) is Stage.ACTIVE


def test_c05_readers_get_half_a_year_of_notice() -> None:
    with pytest.raises(ValueError, match="180 days"):
        Deprecation(date(2027, 1, 1), date(2027, 6, 29), "talka.registry.cluster.halted.v2")
