"""What programs are told of an import, and of its rows."""

from datetime import datetime

from pydantic import BaseModel

from services.chassis import clock
from services.chassis.ui.i18n import Translator
from services.registry.imports import files, known_rows, showing, views
from services.registry.imports.deciding import Decision
from services.registry.imports.fields import Kind
from services.registry.imports.finding import matched_of
from services.registry.imports.headers import title
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.states import State


class LeftOutOut(BaseModel):
    """One row of the file that is none of the list, and why it was left out."""

    row: int
    text: str
    why: str


class ImportOut(BaseModel):
    """One file on its way. `matched` is the number of the column of each field, from 0.

    `unread` names the columns that no field is matched with; `fields` are those that there are.
    `assumed` says in sentences what is taken for true where the list has no column for it.

    The counts are those of the rows that are judged; `done` those of the present phase. Once it is
    undone, `taken_back` rows are out of the register again, and `kept` ones stay with a reason.
    """

    number: str
    kind: Kind
    state: State
    cluster_number: str | None
    file_name: str
    sheet: str
    sheets: list[str]
    encoding: str
    separator: str
    columns: list[str]
    matched: dict[str, int]
    unread: list[str]
    fields: list[str]
    assumed: list[str]
    left_out: list[LeftOutOut]
    consent: str | None
    rows: int
    new: int
    changed: int
    skipped: int
    bad: int
    done: int
    rows_a_second: int
    seconds_left: int | None
    lock: int
    started_at: datetime
    saved_at: datetime | None
    undo_until: datetime | None
    taken_back: int
    kept: int
    problem: str | None

    @classmethod
    def of(cls, found: Import, t: Translator) -> "ImportOut":
        """The import as it stands now."""
        progress = views.progress(found, at=clock.now())
        fields = {name: getattr(found, name) for name in cls.model_fields if hasattr(found, name)}
        told = {
            "matched": matched_of(found),
            "assumed": views.assumed(found.kind, matched_of(found), t),
            "unread": views.unread(found.columns, matched_of(found), t),
            "left_out": [LeftOutOut(**each) for each in views.left_out(found, t)],
            "fields": [name for name, _ in views.choices_of_fields(found, t)],
            "kept": found.ready if found.state is State.PARTLY_UNDONE else 0,
            "problem": showing.why(found, t) or None,
        }
        return cls(
            **fields | told,
            rows_a_second=progress.per_second,
            seconds_left=progress.seconds_left,
        )


class FaultOut(BaseModel):
    """What is wrong in one cell; `row` is the number that the spreadsheet shows."""

    field: str
    label: str
    code: str
    text: str
    other: int | None


class RowOut(BaseModel):
    """One row with what is wrong with it, or why it stays; of a skipped one, why it is."""

    row: int
    cells: list[str]
    faults: list[FaultOut]
    skipped: str | None = None

    @classmethod
    def of(cls, row: ImportRow, kind: Kind, t: Translator) -> "RowOut":
        """The row in the reader's language."""
        faults = [
            FaultOut(
                field=note["field"],
                label=title(note["field"], t.language, kind) if note["field"] else "",
                code=note["code"],
                text=files.sentence(note, t),
                other=note["other"],
            )
            for note in row.notes
            if not note["repair"]
        ]
        why = files.why_skipped(row, t) if row.effect == "skipped" else None
        return cls(row=row.row, cells=row.cells, faults=faults, skipped=why)


class DifferenceOut(BaseModel):
    """One field that the register knows otherwise; values in the reader's words."""

    field: str
    label: str
    known: str
    said: str


class DifferingOut(BaseModel):
    """One row that would change something known, and what becomes of it."""

    row: int
    title: str
    effect: str
    decision: Decision
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, found: Import, row: ImportRow, t: Translator) -> "DifferingOut":
        """The row in the reader's language."""
        shown = known_rows.shown(found, row, t)
        named = zip(shown.names, shown.fields, strict=True)
        return cls(
            row=shown.row,
            title=shown.title,
            effect=shown.effect,
            decision=shown.decided,
            differences=[
                DifferenceOut(field=name, label=label, known=known, said=said)
                for name, (label, known, said) in named
            ],
        )
