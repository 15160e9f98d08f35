"""`talka import` against a registry that works on imports meanwhile."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from deploy.local.faults import Exit
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.app import registry
from services.registry.imports.work import imports
from tests.browser.served import served
from tests.chassis.site import issue
from tests.deploy.command import talka
from tests.office import running
from tests.registry.import_room import EXPECTED, HEADER, SMOK, a_workshop, memberships
from tests.registry.imports import DATA, a_csv

LIST = DATA / EXPECTED["file"]


@dataclass(frozen=True)
class Desk:
    """Where the command is run: Talka's address, a key, and the register behind it."""

    url: str
    key: str
    sessions: Sessions

    async def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        given = {"TALKA_API_KEY": self.key, "TALKA_URL": self.url, "LANG": "en_GB.UTF-8"}
        return await asyncio.to_thread(talka, "import", *arguments, **given)


@pytest.fixture
def service() -> str:
    return "registry"


@pytest.fixture
async def desk(settings: Settings, sessions: Sessions) -> AsyncIterator[Desk]:
    only_web = settings.model_copy(update={"role": "web"})
    key = await issue(sessions, of="PL")
    async with running(registry(settings)) as app, served(registry(only_web)) as url:
        await a_workshop(app, sessions)
        worker = asyncio.create_task(imports(app))
        yield Desk(url, key.secret, sessions)
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def test_r19_a_dry_run_tells_every_fault_and_saves_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xlsx"

    done = await desk.run(str(LIST), "--dry-run", "--bad-rows", str(bad), "-o", "jsonl")

    assert done.returncode == Exit.PARTLY_DONE, done.stderr
    assert "111 ready (111 new, 0 changed) · 0 skipped · 29 need attention" in done.stderr
    assert f"Nothing was saved. See it in the browser: {desk.url}/registry/imports/IM-" in (
        done.stderr
    )
    faults = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({each["row"] for each in faults}) == EXPECTED["error_rows"]
    assert faults[0].keys() == {"row", "field", "code", "text"}
    sheet = CalamineWorkbook.from_path(str(bad)).get_sheet_by_index(0)
    assert len(sheet.to_python()) == 1 + EXPECTED["error_rows"]
    assert await memberships(desk.sessions) == 0


async def test_r19_good_rows_are_saved_when_they_are_to_be(desk: Desk) -> None:
    held = await desk.run(str(LIST))
    done = await desk.run(str(LIST), "--good-rows-only")

    assert held.returncode == done.returncode == Exit.PARTLY_DONE
    assert "or save the good rows: the same command with --accept-good" in held.stderr
    assert "Row  Field" in held.stdout
    assert "Saved: 111 new, 0 changed, 0 skipped. It can be undone until" in done.stderr
    assert "under the name" not in held.stderr
    assert f"under the name {LIST.name}.\nThis is its import. It goes on here" in done.stderr
    assert await memberships(desk.sessions) == 111


async def test_r19_a_list_without_faults_is_saved_once(desk: Desk, tmp_path: Path) -> None:
    first, second, columns = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "map.json"
    odd = ["Gdzie", "Kto", "Numer", "Kiedy"]
    first.write_bytes(a_csv(odd, SMOK))
    second.write_bytes(a_csv(HEADER, SMOK))
    fields = ["cluster", "name", "pl_nip", "joined"]
    columns.write_text(json.dumps(dict(zip(odd, fields, strict=True))))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"Kto": "who"}))

    unmatched = await desk.run(str(first))
    unknown = await desk.run(str(first), "--map", str(wrong))
    saved = await desk.run(str(first), "--map", str(columns))
    again = await desk.run(str(second))

    assert unmatched.returncode == Exit.REFUSED
    assert "/match/cluster  Choose the column with this" in unmatched.stderr
    assert "There is no field who, only cluster, name, pl_nip," in unknown.stderr
    assert saved.returncode == again.returncode == Exit.DONE, saved.stderr + again.stderr
    assert "Saved: 1 new" in saved.stderr
    assert "The register has all of it already." in again.stderr
    assert await memberships(desk.sessions) == 1


async def test_r19_a_column_that_is_not_read_is_told_and_can_be_named(
    desk: Desk, tmp_path: Path
) -> None:
    file, columns = tmp_path / "a.csv", tmp_path / "map.json"
    file.write_bytes(a_csv(["Lp.", *HEADER, "Kiedy odszedł"], ["1", *SMOK, "2024-12-31"]))
    columns.write_text(json.dumps({"Kiedy odszedł": "left"}))

    told = await desk.run(str(file), "--dry-run")
    saved = await desk.run(str(file), "--map", str(columns))

    assert "a.csv: 1 row\n" in told.stderr
    assert "1 column is not read: Kiedy odszedł\n" in told.stderr
    assert 'Say what they hold with --map FILE, like {"Kiedy odszedł": "FIELD"}' in told.stderr
    assert ", joined, left, reason, size, kind," in told.stderr
    assert "No column says what kind of member each is: a new one counts as" in told.stderr
    assert "not read" not in saved.stderr
    assert "Saved: 1 new" in saved.stderr
    assert await memberships(desk.sessions) == 0  # none that goes on


async def test_r19_people_who_agreed_to_one_text_need_no_column_of_it(
    desk: Desk, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_bytes(a_csv(["Imię i nazwisko", "E-mail"], ["Zofia Bajka", "z@example.org"]))

    asked = await desk.run(str(people), "--kind", "people")
    taken = await desk.run(str(people), "--kind", "people", "--consent", "2027-01", "--dry-run")

    assert (asked.returncode, taken.returncode) == (Exit.REFUSED, Exit.DONE), taken.stderr
    assert "or state one version for the whole list" in asked.stderr
    assert "--consent VERSION" in asked.stderr
    assert "1 ready (1 new, 0 changed)" in taken.stderr


async def test_r19_a_file_that_is_none_is_refused_in_the_registrys_words(
    desk: Desk, tmp_path: Path
) -> None:
    picture = tmp_path / "list.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" * 9)

    refused = await desk.run(str(picture))
    away = await desk.run(str(tmp_path / "none.csv"))

    assert (refused.returncode, away.returncode) == (Exit.REFUSED, Exit.WRONG_USE)
    assert "TLK-R120" in refused.stderr
    assert "This is no spreadsheet" in refused.stderr
    assert "none.csv cannot be read" in away.stderr
