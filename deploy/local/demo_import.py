"""A list of members that waits in the demo for somebody to correct three of its rows."""

import csv
import io
import re
from collections.abc import Awaitable, Iterator
from itertools import islice
from typing import Final

import httpx

from contracts.legal_ids import LegalIdScheme, check_digit_of
from contracts.reference import clusters
from deploy.local import demo_doors as doors

HOME: Final = "UA"
FILE: Final = "demo-members.csv"
IMPORTS: Final = "/registry/imports"
# the headings as a back office has them, and the fields they stand for
COLUMNS: Final = {
    "Кластер": "cluster",
    "Назва члена": "name",
    "Код ЄДРПОУ": LegalIdScheme.UA_EDRPOU.value,
    "Область": "region",
    "Розмір": "size",
    "Дата вступу": "joined",
}
CSRF: Final = re.compile(r'name="csrf" value="([^"]+)"')
ROWS: Final = 12
NAMELESS, MISTYPED, NO_SUCH_DAY = 3, 6, 9  # the rows to correct


def file() -> bytes:
    """The list: one row names nobody, one has a wrong check digit, one a day that there is not."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([[*COLUMNS], *_rows()])
    return text.getvalue().encode()


async def leave_waiting(client: httpx.AsyncClient) -> None:
    """Upload the list and match its columns, as a person would, unless that was done before."""
    page = await _page(client, IMPORTS)
    if FILE in page:
        return
    form = await _page(client, f"{IMPORTS}/new")
    at = await _send(client, f"{IMPORTS}/new", form, {"kind": "members"}, file())
    matching = await _read(client, at)
    columns = {f"column/{number}": field for number, field in enumerate(COLUMNS.values())}
    await _send(client, f"{at}/columns", matching, columns)


def _rows() -> Iterator[list[str]]:
    own = [each.name for each in clusters() if each.country == HOME]
    stems = (stem for stem in map(str, range(9_910_000, 9_920_000)) if _digit(stem) is not None)
    for number, stem in enumerate(islice(stems, ROWS), start=1):
        name, digit = f"Демо-підприємство {number}", _digit(stem)
        joined = f"{number:02}.03.2024"
        if number == NAMELESS:
            name = ""
        elif number == MISTYPED:
            digit = (int(digit or 0) + 1) % 10
        elif number == NO_SUCH_DAY:
            joined = "31.02.2024"
        yield [own[number % 3], name, f"{stem}{digit}", "Львівська", "мале", joined]


def _digit(stem: str) -> int | None:
    return check_digit_of(LegalIdScheme.UA_EDRPOU, stem)


async def _read(client: httpx.AsyncClient, at: str) -> str:
    """The page of the import once its file is read."""

    def ask() -> Awaitable[httpx.Response]:
        return client.get(at, headers={"Accept": "text/html"})

    return (await doors.when(ask, lambda answer: "column/0" in answer.text)).text


async def _page(client: httpx.AsyncClient, address: str) -> str:
    answer = await client.get(address, headers={"Accept": "text/html"})
    answer.raise_for_status()
    return answer.text


async def _send(
    client: httpx.AsyncClient,
    address: str,
    page: str,
    form: dict[str, str],
    upload: bytes | None = None,
) -> str:
    """Send the form of a page; gives the address it leads to."""
    found = CSRF.search(page)
    answer = await client.post(
        address,
        data={"csrf": found[1] if found else "", **form},
        files={"file": (FILE, upload, "text/csv")} if upload else None,
        headers={"Accept": "text/html"},
    )
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise doors.failed(f"{address} answers {answer.status_code}")
    return answer.headers["location"]
