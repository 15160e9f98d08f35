"""Lines below a list that say something of the list, and of no thing in it."""

import pytest

from services.registry.imports.reading import read
from tests.registry.imports import a_csv


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("LT", ["Parengė: R. Kazlauskaitė"]),
        ("LT", ["", "Parengė R. Kazlauskaitė"]),
        ("LT", ["", "", "", "Vilnius, 2026-03-01"]),
        ("SK", ["", "Vypracoval:", "J. Novák"]),
        ("PL", ["", "Sporządził: A. Kowalski"]),
        ("CZ", ["", "Vypracoval J. Novák"]),
        ("RO", ["", "Întocmit: I. Popescu"]),
        ("UA", ["", "Склав: Т. Коваль"]),
    ],
)
async def test_r19_who_made_a_list_is_no_member_of_it(country: str, line: list[str]) -> None:
    header, member = ["Nr.", "Narys", "Kodas", "Įstojo"], ["1", "A", "1", "2020"]

    sheet = await read(a_csv(header, member, line), country=country)

    assert [row for row, _ in sheet.rows] == [2]
    assert [(each.row, each.why) for each in sheet.left_out] == [(3, "remark")]


async def test_r19_a_last_row_with_nothing_but_a_name_or_number_stays_one() -> None:
    header, member = ["Nr.", "Narys", "Kodas", "Įstojo"], ["1", "A", "1", "2020"]

    sheet = await read(a_csv(header, member, ["", "", "305700116"], ["", "B"]), country="LT")

    assert [row for row, _ in sheet.rows] == [2, 3, 4]
