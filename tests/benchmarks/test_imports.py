"""R-19: 20,000 rows of members read from a workbook and checked against the register."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fastapi import FastAPI

from contracts.legal_ids import check_digit_of
from contracts.vocabulary import LegalIdScheme
from services.chassis.app import collect_rarely
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.app import registry
from services.registry.imports import commands, finding
from services.registry.imports.reading import CHILD
from services.registry.imports.work import work_once
from tests.benchmarks.conftest import Report
from tests.office import running
from tests.registry.import_room import HEADER, a_workshop, act, counts, seen, start
from tests.registry.imports import a_workbook

ROWS = 20_000
GOAL_SECONDS = 20.0
GOAL_MIB = 300
MORE = ["Miejscowość", "Ulica", "Kod pocztowy", "Wielkość przedsiębiorstwa", "Numer własny"]

pytestmark = pytest.mark.benchmark


@pytest.fixture
def service() -> str:
    return "registry"


def nips() -> Iterator[str]:
    """Tax numbers that may be real: with their check digits."""
    for stem in map(str, range(100_000_000, 999_999_999)):
        digit = check_digit_of(LegalIdScheme.PL_NIP, stem)
        if digit is not None:
            yield f"{stem}{digit}"


def a_list() -> bytes:
    numbers = nips()
    rows = [
        ["KOVO", f"Spółka nr {at} S.A.", next(numbers), f"20{20 + at % 5}-03-{at % 28 + 1:02}"]
        + ["Rzeszów", f"Lwowska {at}", "35-301", "mała", f"OR/{at}"]
        + [f"uwaga {column} do {at}" for column in range(11)]
        for at in range(ROWS)
    ]
    notes = [f"Uwagi {column}" for column in range(11)]
    return a_workbook([*HEADER, *MORE, *notes], *rows)


def peak_mib(*, forget: bool = False) -> float:
    """The most memory that this process held since that was last forgotten."""
    if forget:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    return held_mib("self", "VmHWM")


def held_mib(process: str, line: str) -> float:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = [each for each in status.splitlines() if each.startswith(line)]
    return int(found[0].split()[1]) / 1024 if found else 0.0


def reader_mib() -> float:
    """What the process holds that reads the file now; nothing when there is none."""
    most = 0.0
    for children in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for child in children.read_text("ascii").split():
            with suppress(OSError):
                if CHILD in Path(f"/proc/{child}/cmdline").read_text("ascii"):
                    most = max(most, held_mib(child, "VmRSS"))
    return most


async def watched(most: list[float]) -> None:
    while True:
        most.append(reader_mib())
        await asyncio.sleep(0.02)


async def timed(report: Report, what: str, app: FastAPI, sessions: Sessions) -> None:
    workshop = await a_workshop(app, sessions)
    body = a_list()
    started = await start(workshop, body, name="lista.xlsx")
    idle, cpu = peak_mib(forget=True), time.process_time()
    reader = [0.0]
    watching = asyncio.create_task(watched(reader))
    begun = time.perf_counter()
    await work_once(workshop)
    read = time.perf_counter() - begun
    watching.cancel()
    found = await seen(workshop, started)
    await act(workshop, commands.match_columns, found, matched=finding.matched_of(found))
    begun = time.perf_counter()
    await work_once(workshop)
    checked = time.perf_counter() - begun
    found = await seen(workshop, started)
    assert counts(found) == (ROWS, 0, 0, 0)
    report.line(
        f"{what}: read {read:.1f} s, checked {checked:.1f} s, together {read + checked:.1f} s"
        f" (goal {GOAL_SECONDS:.0f}); {peak_mib() - idle:.0f} MiB above idle (goal {GOAL_MIB}),"
        f" the reading process at most {max(reader):.0f} MiB;"
        f" {time.process_time() - cpu:.1f} s of this process's own work"
    )


async def test_r19_an_import_of_20000_rows(
    report: Report, settings: Settings, sessions: Sessions
) -> None:
    async with running(registry(settings)) as app:
        collect_rarely()
        await timed(report, "20,000 rows of 20 columns", app, sessions)
