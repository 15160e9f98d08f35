"""`talka import`: a spreadsheet of members, clusters or people, as the pages of imports take it."""

import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from deploy.cli.output import Form, FormOption, put_rows
from deploy.cli.terminal import many, say
from deploy.local.faults import Exit, Fault

if TYPE_CHECKING:
    from deploy.cli.uploading import Found, Office

TELL_SECONDS: Final = 10.0
COLUMNS: Final = ("row", "field", "code", "text")


class Kind(StrEnum):
    MEMBERS = "members"
    CLUSTERS = "clusters"
    PEOPLE = "people"


Spreadsheet = Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx, .xls, .ods or .csv")]
OneCluster = Annotated[
    str | None, typer.Option("--cluster", help="The one cluster of all rows, like CL-1091.")
]
Sheet = Annotated[str | None, typer.Option("--sheet", help="Read this sheet of a workbook.")]
Columns = Annotated[
    Path | None, typer.Option("--map", help="JSON with the field of columns that are not known.")
]
Consent = Annotated[
    str | None,
    typer.Option("--consent", help="The text that all people agreed to, like 2027-01."),
]
OnlyGood = Annotated[
    bool,
    typer.Option("--accept-good", "--good-rows-only", help="Save the good rows beside bad ones."),
]
BadRows = Annotated[
    Path | None, typer.Option("--bad-rows", help="Write the rows to fix there (.xlsx or .csv).")
]
Address = Annotated[
    str | None,
    typer.Option("--url", envvar="TALKA_URL", help="Talka's address; else what runs here."),
]


def import_file(
    file: Spreadsheet,
    *,
    kind: Annotated[Kind, typer.Option(help="What the rows are.")] = Kind.MEMBERS,
    cluster: OneCluster = None,
    sheet: Sheet = None,
    columns: Columns = None,
    consent: Consent = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all, save nothing.")] = False,
    only_good: OnlyGood = False,
    bad_rows: BadRows = None,
    url: Address = None,
    output: FormOption = Form.TABLE,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for an answer.")] = 30.0,
) -> None:
    """Import a spreadsheet with the key in TALKA_API_KEY: it is checked first, then saved."""
    from deploy.cli import posting, uploading  # noqa: PLC0415

    matched = uploading.columns_of(columns)
    if bad_rows is not None:
        uploading.form_of(bad_rows)
    office = uploading.Office(
        url or posting.of_running(), posting.key(), timeout=timeout, watch=Watch()
    )
    found, again = office.upload(file, kind=kind, cluster=cluster)
    _tell_begin(office, file, found, again=again)
    open_ = found["state"] in {"matching", "waiting"}
    if open_ and sheet and sheet != found["sheet"]:
        found = office.read_again(found, sheet=sheet)
    if found["state"] == "matching" or (open_ and (matched or consent)):
        found = office.match(found, matched, consent)
    _must_not_have_ended(office, found)
    for row in found["left_out"]:
        say(f"Row {row['row']} was left out. {row['why'].rstrip('.')}: {row['text']}")
    _tell_unread(found)
    _tell_assumed(found)
    _tell_faults(office, found, output, bad_rows)
    if found["state"] == "waiting" and not dry_run:
        found = _saved(office, found, only_good=only_good)
    _tell_end(office, found)
    raise typer.Exit(Exit.PARTLY_DONE if found["bad"] else Exit.DONE)


class Watch:
    """Tells how far a job is: at a terminal in one line, else now and then."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()

    def __call__(self, found: dict[str, Any]) -> None:
        """Tell it, if it is time."""
        if time.monotonic() - self._told_at < (1.0 if sys.stderr.isatty() else TELL_SECONDS):
            return
        self._told_at = time.monotonic()
        left = found["seconds_left"]
        rest = f", about {left} s left" if left else ""
        say(
            f"{found['state']}: {found['done']} of {many(found['rows'], 'row')},"
            f" {many(found['rows_a_second'], 'row')} a second{rest}"
        )


def _tell_begin(office: "Office", file: Path, found: "Found", *, again: bool) -> None:
    of_sheet = f' of the sheet "{found["sheet"]}"' if found["sheet"] else ""
    say(f"{file.name}: {many(found['rows'], 'row')}{of_sheet}")
    if not again:
        return
    say(f"This file came already on {found['started_at']}, under the name {found['file_name']}.")
    if found["state"] == "done":
        say(f"This is its import. It can be imported again from here: {office.address(found)}")
    else:
        say("This is its import. It goes on here; nothing is read twice.")


def _tell_unread(found: "Found") -> None:
    """Name the columns that no field is matched with, and how to say what they hold."""
    names = found["unread"]
    if not names:
        return
    told = many(len(names), "column is not read", "columns are not read")
    say(f"{told}: {', '.join(names)}")
    example = json.dumps({names[0]: "FIELD"}, ensure_ascii=False)
    say(f"  Say what they hold with --map FILE, like {example}; the others stay as they are.")
    say(f"  There are these fields: {', '.join(found['fields'])}")


def _tell_assumed(found: "Found") -> None:
    """Say what will be taken for true where no column says it, before it is saved."""
    for sentence in found["assumed"] if found["state"] == "waiting" else ():
        say(sentence)


def _must_not_have_ended(office: "Office", found: "Found") -> None:
    if found["state"] in {"failed", "cancelled", "undone"}:
        raise Fault(
            "TLK-E116",
            f"{found['number']} has ended, {found['state']}: {found['problem'] or 'nothing saved'}",
            "See it in the browser:",
            office.address(found),
            exit_code=Exit.REFUSED,
        )


def _tell_faults(office: "Office", found: "Found", output: Form, file: Path | None) -> None:
    say(
        f"{found['new'] + found['changed']} ready ({found['new']} new, {found['changed']} changed)"
        f" · {found['skipped']} skipped · {found['bad']} need{'s' * (found['bad'] == 1)} attention"
    )
    if found["bad"] or output is not Form.TABLE:
        put_rows(office.bad_rows(found), COLUMNS, output)
    if file is not None and found["bad"]:
        office.save_bad_rows(found, file)
        rows = many(found["bad"], "row to fix is", "rows to fix are")
        say(f"{rows} in {file}")


def _saved(office: "Office", found: "Found", *, only_good: bool) -> "Found":
    """Save what may be saved; a list of which the register has everything waits for nobody."""
    ready = found["new"] + found["changed"]
    if ready and (only_good or not found["bad"]):
        return office.confirm(found, only_good=only_good)
    if ready or found["bad"]:
        return found
    say("The register has all of it already.")
    return office.discard(found)


def _tell_end(office: "Office", found: "Found") -> None:
    if found["state"] == "done":
        say(
            f"Saved: {found['new']} new, {found['changed']} changed, {found['skipped']} skipped."
            f" It can be undone until {found['undo_until']}: {office.address(found)}"
        )
        return
    say(f"Nothing was saved. See it in the browser: {office.address(found)}")
    if found["bad"] and found["new"] + found["changed"]:
        say("or save the good rows: the same command with --accept-good")
