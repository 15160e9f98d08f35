"""Lists that state who left: the last day is shown before, entered, and taken back with them."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.declared.members import MemberDeclared
from services.chassis.database import Sessions
from services.chassis.intake import Intake
from services.registry.imports import commands
from services.registry.imports.reading import read
from services.registry.imports.states import State
from services.registry.imports.work import Workshop, work_once
from services.registry.memberships.model import Membership
from tests.registry.import_room import HEADER, SMOK, act, counts, done, judged, seen
from tests.registry.imports import a_csv, a_door, codes, declared
from tests.registry.imports import judged as checked
from tests.registry.test_pages import get

WITH_LEFT = [*HEADER, "Data wystąpienia"]
GONE = [*SMOK, "31.12.2024"]


@pytest.fixture
def intake() -> Intake:
    return a_door()


async def days(sessions: Sessions) -> list[tuple[str, str, str | None]]:
    async with sessions() as session:
        rows = await session.scalars(select(Membership).order_by(Membership.joined_day))
        return [(str(each.joined_day), str(each.ended_day), each.reason) for each in rows]


class TestRead:
    @pytest.mark.parametrize(
        ("left", "day"),
        [
            ("", None),
            ("–", None),
            ("în prezent", None),
            ("nu", None),
            ("01.02.2023", "2023-02-01"),
            ("2023-02-01", "2023-02-01"),
        ],
    )
    async def test_r19_a_last_day_or_a_word_that_it_goes_on(
        self, left: str, day: str | None, intake: Intake
    ) -> None:
        header = ["Cluster", "Denumirea firmei", "CUI", "Data aderării", "Data ieșirii"]
        row = ["K", "Mobilă S.R.L.", "RO 1590082", "05.03.2021", left]
        sheet = await read(a_csv(header, row), country="RO")

        [found] = checked(sheet, intake, country="RO", clusters={"K": "CL-7"})

        event = declared(found)
        assert isinstance(event, MemberDeclared)
        assert (event.ended_day and str(event.ended_day)) == day
        assert event.reason == ("IM-1" if day else None)

    async def test_r19_the_reason_is_that_of_the_list_if_it_has_one(self, intake: Intake) -> None:
        header = ["Klaster", "Firma", "IČO", "Dátum vstupu", "Dátum ukončenia členstva"]
        header.append("Dôvod ukončenia členstva")
        row = ["K", "Plast s.r.o.", "35700017", "2018-01-05", "31.12.2024", "zánik firmy"]
        sheet = await read(a_csv(header, row), country="SK")

        [found] = checked(sheet, intake, country="SK", clusters={"K": "CL-7"})

        event = declared(found)
        assert isinstance(event, MemberDeclared)
        assert event.reason == "zánik firmy"

    async def test_r19_who_left_and_came_back_is_no_duplicate(self, intake: Intake) -> None:
        rows = [
            ["K", "Smok S.A.", "9997953680", "2018-01-05", "2019-12-31"],
            ["K", "Smok S.A.", "9997953680", "2022-01-05", ""],
            ["K", "Smok S.A.", "9997953680", "2019-01-05", "2020-12-31"],
        ]
        sheet = await read(a_csv(WITH_LEFT, *rows), country="PL")

        found = checked(sheet, intake, country="PL", clusters={"K": "CL-7"})

        assert [codes(each) for each in found] == [[], [], [("pl_nip", "TLK-D057")]]

    async def test_r19_nobody_comes_back_without_end(self, intake: Intake) -> None:
        years = [(f"{1990 + n}-01-01", f"{1990 + n}-06-30") for n in range(22)]
        rows = [["K", "Smok S.A.", "9997953680", *span] for span in years]
        sheet = await read(a_csv(WITH_LEFT, *rows), country="PL")

        found = checked(sheet, intake, country="PL", clusters={"K": "CL-7"})

        assert [len(each.errors) for each in found] == [0] * 20 + [1, 1]

    async def test_r19_a_last_day_before_the_first_is_refused_at_its_cell(
        self, intake: Intake
    ) -> None:
        sheet = await read(a_csv(WITH_LEFT, [*SMOK, "2019-12-31"]), country="PL")

        [found] = checked(sheet, intake, country="PL", clusters={"KOVO": "CL-7"})

        assert codes(found) == [("left", "TLK-R112")]


class TestSaved:
    async def test_r19_a_list_ends_memberships_and_its_undoing_gives_them_back(
        self, workshop: Workshop, sessions: Sessions, zofia: AsyncClient
    ) -> None:
        await done(workshop, a_csv(HEADER, SMOK))
        found = await judged(workshop, a_csv(WITH_LEFT, GONE))
        assert counts(found) == (0, 1, 0, 0)
        shown = await get(zofia, f"/registry/imports/{found.number}/differences")
        assert "Left on" in shown.text
        assert "<ins>2024-12-31</ins>" in shown.text

        await act(workshop, commands.confirm_import, found, only_good=False)
        await work_once(workshop)
        assert await days(sessions) == [("2020-01-05", "2024-12-31", found.number)]
        same = await judged(workshop, a_csv(WITH_LEFT, GONE, separator=","))
        assert counts(same) == (0, 0, 1, 0)

        await act(workshop, commands.undo_import, found, reason="the wrong list")
        await work_once(workshop)
        assert (await seen(workshop, found)).state is State.UNDONE
        assert await days(sessions) == [("2020-01-05", "None", None)]

    async def test_r19_who_came_back_is_entered_for_both_times_and_taken_back(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        back = [*SMOK[:3], "2025-02-01", ""]
        found = await done(workshop, a_csv(WITH_LEFT, back, GONE))
        assert [each[:2] for each in await days(sessions)] == [
            ("2020-01-05", "2024-12-31"),
            ("2025-02-01", "None"),
        ]

        await act(workshop, commands.undo_import, found, reason="the wrong list")
        await work_once(workshop)

        assert (await seen(workshop, found)).state is State.UNDONE
        assert all(last < first for first, last, _ in await days(sessions))
