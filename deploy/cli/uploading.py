"""The work behind `talka import`: one spreadsheet through the five steps of an import over HTTP."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from deploy.cli.posting import AS_SAID, document_of, headers, refusal, unreachable
from deploy.local.faults import Exit, Fault

IMPORTS: Final = "/registry/v1/imports"
AT_WORK: Final = frozenset({"queued", "reading", "checking", "saving", "undoing"})
ASK_SECONDS: Final = 0.3
PAGE: Final = 200
MATCHING: Final = (
    "Name the columns with --map FILE; of people who all agreed to one text, --consent VERSION."
    " There are these fields: {fields}. "
    f"{AS_SAID}"
)

Found = dict[str, Any]  # an import as the registry tells it


class Office:
    """Somebody's desk at a running registry; `watch` is told how far a job is."""

    def __init__(
        self, url: str, key: str, *, timeout: float, watch: Callable[[Found], None]
    ) -> None:
        self._url = url
        self._watch = watch
        self._client = httpx.Client(base_url=url, timeout=timeout, headers=headers(key))

    def upload(self, file: Path, *, kind: str, cluster: str | None) -> tuple[Found, bool]:
        """Hand the file in, and wait until it is read; also tells whether it came before.

        Raises:
            Fault: it cannot be read here, is refused there, or nobody answers.
        """
        try:
            body = file.read_bytes()
        except OSError as fault:
            raise Fault(
                "TLK-E118",
                f"{file} cannot be read: {fault.strerror or fault}.",
                "Name a spreadsheet that is there, .xlsx, .xls, .ods or .csv:",
                "talka import members.xlsx",
                exit_code=Exit.WRONG_USE,
            ) from None
        about = {"kind": kind} | ({"cluster": cluster} if cluster else {})
        found = self._ask("POST", IMPORTS, params=about, files={"file": (file.name, body)})
        came_before = found.status_code == httpx.codes.OK
        return self._ready(document_of(found, self._url, "state")), came_before

    def read_again(self, found: Found, *, sheet: str) -> Found:
        """Read another sheet of the same file."""
        if sheet not in found["sheets"]:
            raise Fault(
                "TLK-E115",
                f"The file has no sheet {sheet}.",
                f"Name one of {', '.join(found['sheets']) or 'none'}, or leave it to Talka:",
                "talka import FILE",
                exit_code=Exit.WRONG_USE,
            )
        return self._act(found, "reading", sheet=sheet)

    def match(
        self, found: Found, columns: Mapping[str, str] | None, consent: str | None = None
    ) -> Found:
        """Match the columns as guessed, but those that `columns` names; waits for the judgement.

        `consent` is the version of the text that all people of the list agreed to.
        """
        matched = columns and numbers_of(columns, found)
        path = f"{IMPORTS}/{found['number']}/columns"
        body = {"matched": matched, "consent": consent}
        repair = MATCHING.format(fields=", ".join(found["fields"]))
        return self._ready(self._ask("POST", path, repair, json=body).json())

    def confirm(self, found: Found, *, only_good: bool) -> Found:
        """Save the rows, and wait until that is done."""
        return self._act(found, "confirmation", only_good=only_good)

    def discard(self, found: Found) -> Found:
        """End an import of which nothing was saved."""
        return self._act(found, "cancellation")

    def bad_rows(self, found: Found) -> Iterator[dict[str, Any]]:
        """Each fault of each bad row: its row, field, code and sentence."""
        cursor: str | None = None
        while True:
            asked = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            answer = self._ask("GET", f"{IMPORTS}/{found['number']}/bad-rows", params=asked)
            page = answer.json()
            for row in page["items"]:
                for fault in row["faults"]:
                    yield {"row": row["row"], **fault}
            cursor = page.get("next")
            if cursor is None:
                return

    def save_bad_rows(self, found: Found, file: Path) -> None:
        """Write the bad rows with what to fix, in the form that the name of the file asks for."""
        path = f"{IMPORTS}/{found['number']}/bad-rows.{form_of(file)}"
        content = self._ask("GET", path).content
        try:
            file.write_bytes(content)
        except OSError as fault:
            raise Fault(
                "TLK-E117",
                f"{file} cannot be written: {fault.strerror or fault}.",
                "The list is kept: look at it in the browser, or name another file:",
                self.address(found),
            ) from None

    def address(self, found: Found) -> str:
        """Where the import is in a browser."""
        return f"{self._url.rstrip('/')}/registry/imports/{found['number']}"

    def _act(self, found: Found, act: str, **body: Any) -> Found:
        return self._ready(
            self._ask("POST", f"{IMPORTS}/{found['number']}/{act}", json=body).json()
        )

    def _ready(self, found: Found) -> Found:
        while found["state"] in AT_WORK:
            self._watch(found)
            time.sleep(ASK_SECONDS)
            found = self._ask("GET", f"{IMPORTS}/{found['number']}").json()
        self._watch(found)
        return found

    def _ask(self, method: str, path: str, advice: str = AS_SAID, **given: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **given)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise unreachable(self._url, fault) from None
        if not answer.is_success:
            raise refusal(answer, "registry", advice)
        return answer


def columns_of(file: Path | None) -> dict[str, str] | None:
    """The field of each column by the column's name, from a file of JSON.

    Raises:
        Fault: it is something else.
    """
    if file is None:
        return None
    try:
        found = json.loads(file.read_text("utf-8-sig"))
    except OSError as fault:
        raise _no_map(f"{file} cannot be read: {fault.strerror}") from None
    except ValueError as fault:
        raise _no_map(f"{file} is no JSON in UTF-8: {fault}.") from None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise _no_map(f"{file} does not name a field for each column.")
    return found


def numbers_of(columns: Mapping[str, str], found: Found) -> dict[str, int]:
    """The number of the column of each field; one that is not named stays as it was guessed.

    A column that holds nothing (`""`) is left out.

    Raises:
        Fault: the file has no such column, or lists have no such field.
    """
    unknown = [name for name in columns if name not in found["columns"]]
    if unknown:
        raise _no_map(f"The list has no column {', '.join(unknown)}.")
    fields = {field: found["columns"].index(name) for name, field in columns.items() if field}
    odd = sorted(set(fields) - set(found["fields"]))
    if odd:
        raise _no_map(f"There is no field {', '.join(odd)}, only {', '.join(found['fields'])}.")
    named = {found["columns"].index(name) for name in columns}
    guessed = {field: at for field, at in found["matched"].items() if at not in named}
    return guessed | fields


def _no_map(what: str) -> Fault:
    return Fault(
        "TLK-E096",
        what,
        'Give JSON with the field of each column, like {"Nazwa": "name", "NIP": "pl_nip"}:',
        "talka import FILE --map columns.json",
        exit_code=Exit.WRONG_USE,
    )


def form_of(bad_rows: Path) -> str:
    """As which kind of file bad rows are written.

    Raises:
        Fault: the name of the file asks for none of them.
    """
    form = bad_rows.suffix.removeprefix(".").lower()
    if form not in {"xlsx", "csv"}:
        raise Fault(
            "TLK-E114",
            f"--bad-rows {bad_rows} would be neither a workbook nor a text file.",
            "Give it a name that ends in .xlsx or .csv:",
            "talka import FILE --bad-rows bad-rows.xlsx",
            exit_code=Exit.WRONG_USE,
        )
    return form
