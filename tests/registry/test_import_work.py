from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.imports import (
    ImportFailed,
    ImportFinished,
    ImportNeedsAttention,
    ImportStarted,
)
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.registry.imports import commands, work
from services.registry.imports.correcting import Correction, correct_rows
from services.registry.imports.deciding import Choice
from services.registry.imports.fields import Kind
from services.registry.imports.model import Import
from services.registry.imports.refusals import BadRowsLeft, WrongImportState
from services.registry.imports.states import State
from services.registry.imports.views import Progress, progress
from services.registry.imports.work import Workshop, work_once
from tests.registry.builders import NOON
from tests.registry.import_room import (
    EXPECTED,
    HEADER,
    LISTS,
    POLES,
    SMOK,
    a_workshop,
    act,
    counts,
    judged,
    memberships,
    office_of,
    rows_of,
    seen,
    start,
)
from tests.registry.imports import DATA, a_csv
from tests.registry.recorded import events_of


class TestTheListOfPoland:
    async def test_r19_nothing_is_saved_before_somebody_confirms(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        found = await judged(workshop, (DATA / EXPECTED["file"]).read_bytes())

        assert found.state is State.WAITING
        assert (found.rows, found.bad) == (EXPECTED["rows"], EXPECTED["error_rows"])
        assert found.new == EXPECTED["good"] + EXPECTED["repairable_rows"]
        assert await memberships(sessions) == 0

    async def test_r19_the_good_rows_are_saved_and_the_counts_are_told_alike(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        found = await judged(workshop, (DATA / EXPECTED["file"]).read_bytes())
        await act(workshop, commands.confirm_import, found, only_good=True)

        await work_once(workshop)

        done = await seen(workshop, found)
        assert done.state is State.DONE
        assert counts(done) == counts(found) == (111, 0, 0, 29)
        assert await memberships(sessions) == 111
        told = await events_of(sessions, found.id)
        assert [type(each) for each in told] == [
            ImportStarted,
            ImportNeedsAttention,
            ImportFinished,
        ]
        finished = told[-1]
        assert isinstance(finished, ImportFinished)
        assert (finished.rows, finished.new, finished.bad) == (140, 111, 29)
        effects = Counter(row.effect for row in await rows_of(sessions, found))
        assert effects == {"new": 111, "bad": 29}


class TestTheThreeLists:
    @pytest.mark.parametrize("expected", LISTS, ids=lambda each: each["file"])
    async def test_r19_the_register_saves_the_rows_that_are_expected(
        self, app: FastAPI, sessions: Sessions, expected: dict[str, Any]
    ) -> None:
        country = expected["file"][:2].upper()
        workshop = await a_workshop(app, sessions, country)
        body = (DATA / expected["file"]).read_bytes()

        found = await judged(workshop, body, by=office_of(country))
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)

        ready = expected["good"] + expected["repairable_rows"]
        assert counts(found) == (ready, 0, 0, expected["error_rows"])
        assert counts(await seen(workshop, found)) == counts(found)
        assert await memberships(sessions) == ready
        bad = {row.row for row in await rows_of(sessions, found) if row.effect == "bad"}
        assert bad == {each["row"] for each in expected["bad"] if each["severity"] == "error"}


class TestOneFileTwice:
    async def test_r17_the_same_file_gives_the_same_import_and_answer(
        self, workshop: Workshop
    ) -> None:
        body = a_csv(HEADER, SMOK)
        found = await judged(workshop, body)
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)

        again = await start(workshop, body)

        assert again.number == found.number
        assert counts(again) == (1, 0, 0, 0)

    async def test_r17_the_same_rows_in_another_file_change_nothing(
        self, workshop: Workshop
    ) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK))
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)

        again = await judged(workshop, a_csv(HEADER, SMOK, separator=","))

        assert counts(again) == (0, 0, 1, 0)


class TestCorrecting:
    async def test_r19_one_fix_for_all_equal_values(self, workshop: Workshop) -> None:
        others = [
            ["Smocza Jama", "Smok", "9997953680", "2020-01-05"],
            ["Smocza Jama", "Żmij", "9996469309", "2020-01-05"],
        ]
        found = await judged(workshop, a_csv(HEADER, *others))
        assert counts(found) == (0, 0, 0, 2)
        corrections = [Correction(row=2, column=0, value="KOVO", everywhere=True)]

        await act(workshop, correct_rows, found, corrections=corrections, choices={})
        await work_once(workshop)

        assert counts(await seen(workshop, found)) == (2, 0, 0, 0)

    async def test_r19_two_fixes_for_all_rows_take_each_value_once(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        values = ["one", "two", "one", "two", "three"]
        rows = [[value, *SMOK[1:]] for value in values]
        found = await judged(workshop, a_csv(HEADER, *rows))
        corrections = [
            Correction(row=3, column=0, value="three", everywhere=False),
            Correction(row=2, column=0, value="two", everywhere=True),
            Correction(row=5, column=0, value="one", everywhere=True),
            Correction(row=4, column=0, value="one", everywhere=True),
        ]

        await act(workshop, correct_rows, found, corrections=corrections, choices={})

        kept = [row.cells[0] for row in await rows_of(sessions, found)]
        assert kept == ["two", "three", "two", "one", "three"]

    async def test_r19_a_duplicate_is_decided_by_a_choice(self, workshop: Workshop) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK, SMOK))
        assert counts(found) == (1, 0, 0, 1)

        await act(workshop, correct_rows, found, corrections=[], choices={3: Choice.KEEP})
        await work_once(workshop)

        assert counts(await seen(workshop, found)) == (1, 0, 1, 0)

    async def test_r19_all_rows_are_saved_only_if_all_are_good(self, workshop: Workshop) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK, SMOK))

        with pytest.raises(BadRowsLeft):
            await act(workshop, commands.confirm_import, found, only_good=False)


class TestJobs:
    async def test_r19_a_job_tells_its_rows_its_rate_and_the_time_that_is_left(
        self, workshop: Workshop
    ) -> None:
        found = await start(workshop, a_csv(HEADER, SMOK))
        found.rows, found.done, found.phase_at = 1_000, 200, NOON

        after_two_seconds = progress(found, at=NOON + timedelta(seconds=2))

        assert after_two_seconds == Progress(200, 1_000, 100, 9)

    async def test_r19_a_file_that_cannot_be_read_fails_with_its_reason(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        started = await start(workshop, b"one\ntwo\n")

        await work_once(workshop)

        found = await seen(workshop, started)
        assert found.state is State.FAILED
        assert isinstance((await events_of(sessions, found.id))[-1], ImportFailed)

    async def test_r19_it_is_discarded_until_it_is_saved(self, workshop: Workshop) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK))
        await act(workshop, commands.cancel_import, found)

        with pytest.raises(WrongImportState):
            await act(workshop, commands.confirm_import, found, only_good=True)

        assert not await work_once(workshop)

    async def test_r19_a_worker_that_died_while_saving_is_followed_by_one_that_goes_on(
        self, workshop: Workshop, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = await judged(workshop, (DATA / EXPECTED["file"]).read_bytes())
        await act(workshop, commands.confirm_import, found, only_good=True)

        async def die(name: str) -> None:
            if name == "import.row_done":
                raise ConnectionResetError(name)

        with monkeypatch.context() as patched:
            patched.setattr("services.chassis.failpoints.hit", die)
            with pytest.raises(ConnectionResetError):
                await work_once(workshop)
        assert await memberships(sessions) > 0

        await work_once(workshop)

        assert counts(await seen(workshop, found)) == (111, 0, 0, 29)
        assert await memberships(sessions) == 111

    async def test_r19_an_import_that_fails_holds_up_no_other(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        broken = await start(workshop, a_csv(HEADER, SMOK))
        await work_once(workshop)
        async with sessions.begin() as session:
            kept = await session.get_one(Import, broken.id)
            kept.state, kept.matched = State.CHECKING, {"cluster": "no number"}
        sound = await start(workshop, a_csv(HEADER, SMOK, SMOK))

        assert await work_once(workshop)

        assert (await seen(workshop, sound)).state is State.MATCHING
        with pytest.raises(ValueError, match="no number"):
            await work_once(workshop)

    async def test_r19_two_workers_never_work_on_one_import(self, workshop: Workshop) -> None:
        found = await start(workshop, a_csv(HEADER, SMOK))
        async with workshop.engine.connect() as other:
            await other.execute(work.LOCK, {"id": str(found.id)})

            assert not await work_once(workshop)

            await other.execute(work.UNLOCK, {"id": str(found.id)})

    async def test_r14_the_import_of_a_vetted_person_is_hidden_until_its_rows_are_known(
        self, workshop: Workshop
    ) -> None:
        vetted = replace(POLES, marks=frozenset({"dual_use_vetted"}))
        async with workshop.sessions.begin() as session:
            await tenancy.enter(session, vetted)
            started = await commands.start_import(
                session,
                vetted,
                kind=Kind.MEMBERS,
                cluster=None,
                file_name="x.csv",
                file=a_csv(HEADER, SMOK),
                at=NOON,
            )

        assert started.dual_use
