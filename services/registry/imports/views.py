"""What the pages of an import show: its steps, its progress, and rows with problems as forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.errors import Fault
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.registry.imports import finding, naming, queries, words
from services.registry.imports.documents import NO_CLUSTER
from services.registry.imports.fields import Kind, fields_of
from services.registry.imports.files import LISTS, sentence
from services.registry.imports.headers import title, words_of, words_of_field
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.states import State
from services.registry.imports.values import NO_WORD

STEP: Final = {
    State.QUEUED: 1,
    State.READING: 1,
    State.MATCHING: 2,
    State.CHECKING: 3,
    State.WAITING: 3,
    State.SAVING: 5,
    State.DONE: 0,
    State.UNDOING: 0,
    State.UNDONE: 0,
    State.PARTLY_UNDONE: 0,
    State.FAILED: 1,
    State.CANCELLED: 1,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to correct: a field of a form, with how many bad rows hold the same."""

    name: str
    label: str
    value: str
    faults: Sequence[Fault]
    equal: int
    near: Sequence[tuple[str, str]] = ()  # numbers and names that may be meant
    options: Sequence[tuple[str, str]] = ()  # what stands there, and the words of a closed list


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad row: cells to correct, a choice to make, or what only other columns can mend."""

    row: int
    title: str
    cells: Sequence[Cell]
    other: int | None
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Repair:
    """What was repaired in one cell without being asked."""

    row: int
    label: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is; the rate and the rest are those of its present phase."""

    done: int
    rows: int
    per_second: int
    seconds_left: int | None


def steps(found: Import, t: Translator) -> list[dict[str, str]]:
    """The five steps with their details."""
    rows = t.ngettext("%(num)s row", "%(num)s rows", found.rows) % {"num": t.number(found.rows)}
    matched = t.gettext("%(some)s of %(all)s matched") % {
        "some": len(found.matched),
        "all": len(found.columns),
    }
    saved = found.saved_at is not None
    details = [
        rows if found.rows else "",
        matched if found.columns else "",
        _problems_of(found, t),
        "" if saved else t.gettext("nothing saved yet"),
        "",
    ]
    return [
        {"label": t.word(word), "detail": detail}
        for word, detail in zip(words.STEPS, details, strict=True)
    ]


def _problems_of(found: Import, t: Translator) -> str:
    """How many rows are still to be put right; once it is saved, how many were left out."""
    number = {"num": t.number(found.bad)}
    if found.state is State.WAITING:
        return t.ngettext("%(num)s left", "%(num)s left", found.bad) % number
    if found.bad and found.state in {State.SAVING, State.DONE}:
        return t.ngettext("%(num)s left out", "%(num)s left out", found.bad) % number
    return ""


def step(found: Import, *, on_confirmation: bool) -> int:
    """The step at which an import stands; of one that waits, the step that is shown."""
    if found.state is State.WAITING and on_confirmation:
        return 4
    return STEP[found.state]


def progress(found: Import, *, at: datetime) -> Progress:
    """How far the job is, how fast it goes and how long it will still take."""
    seconds = max((at - found.phase_at).total_seconds(), 0.001)
    rate = found.done / seconds
    left = int((found.rows - found.done) / rate) + 1 if rate and found.rows > found.done else None
    return Progress(found.done, found.rows, int(rate), left)


async def problems(
    session: AsyncSession, actor: Actor, found: Import, rows: Sequence[ImportRow], t: Translator
) -> list[Problem]:
    """The bad rows as they are corrected."""
    columns = finding.matched_of(found)
    wrong = {
        (columns[note["field"]], row.cells[columns[note["field"]]])
        for row in rows
        for note in row.notes
        if not note["repair"] and _is_in(row, columns, note)
    }
    equal = await queries.equal_values(session, found, {cell for cell in wrong if cell[1]})
    unknown = any(note["code"] == NO_CLUSTER[0] for row in rows for note in row.notes)
    own = await naming.own_clusters(session, actor, found.association) if unknown else []
    names = naming.names_of(own)
    return [_problem(found, row, equal, names, t) for row in rows]


def summary(shown: Sequence[Problem], t: Translator) -> list[Fault]:
    """One line for each row, leading to what is to be done in it first."""
    lines = []
    for problem in shown:
        said = [
            f"{cell.label}. {' '.join(fault.text for fault in cell.faults)}"
            for cell in problem.cells
            if problem.other is None or len(problem.cells) > 1
        ]
        at = f"/{problem.cells[0].name}" if problem.cells else ""
        if problem.other is not None:
            at = f"/choice/{problem.row}"
            said.append(t.gettext("choose what to do with the row that is there twice"))
        row = t.gettext("Row %(row)s") % {"row": problem.row}
        lines.append(Fault(at, "", f"{row}: {' '.join([*said, *problem.remarks])}"))
    return lines


def repairs(found: Import, rows: Sequence[ImportRow], t: Translator) -> list[Repair]:
    """Every cell that was repaired, of rows that are otherwise good."""
    columns = finding.matched_of(found)
    return [
        Repair(
            row.row,
            title(note["field"], t.language, found.kind),
            row.cells[columns[note["field"]]],
            sentence(note, t),
        )
        for row in rows
        for note in row.notes
        if note["repair"] and _is_in(row, columns, note)
    ]


def left_out(found: Import, t: Translator) -> list[dict[str, Any]]:
    """The rows of the file that are none of the list, each with why."""
    return [each | {"why": t.word(words.LEFT_OUT[each["why"]])} for each in found.left_out]


def unread(columns: Sequence[str], matched: Mapping[str, int], t: Translator) -> list[str]:
    """The names of the columns that no field is matched with; one that counts rows needs none."""
    held, counting = set(matched.values()), words_of_field("ordinal")
    return [
        name or t.gettext("Column %(number)s") % {"number": at + 1}
        for at, name in enumerate(columns)
        if at not in held and fold(name) not in counting
    ]


def not_read(columns: Sequence[str], matched: Mapping[str, int], t: Translator) -> str:
    """The sentence that names them; empty when every column is read."""
    names = unread(columns, matched, t)
    if not names:
        return ""
    return t.ngettext(
        "%(num)s column is not read: %(names)s.",
        "%(num)s columns are not read: %(names)s.",
        len(names),
    ) % {"num": t.number(len(names)), "names": t.list(names)}


def assumed(kind: Kind, matched: Mapping[str, int], t: Translator) -> list[str]:
    """What is taken for true of members where their list has no column that says it."""
    if kind is not Kind.MEMBERS:
        return []
    told = []
    if "kind" not in matched:
        told.append(
            t.gettext(
                "No column says what kind of member each is: a new one counts as a large company"
                " if its size is large, otherwise as an SME; known ones keep their kind."
            )
        )
    if "size" in matched:
        told.append(
            t.gettext(
                "A list does not say on which day the sizes were true: they are saved as those of"
                " 31 December of the year before the upload."
            )
        )
    return told


def choices_of_fields(found: Import, t: Translator) -> list[tuple[str, str]]:
    """The fields that columns can be matched with: name and label."""
    fields = fields_of(found.kind, found.association)
    return [(field.name, title(field.name, t.language, found.kind)) for field in fields]


def _is_in(row: ImportRow, columns: Mapping[str, int], note: Mapping[str, Any]) -> bool:
    """Whether a note is about a cell; columns may have been matched anew since it was written."""
    return 0 <= columns.get(note["field"], -1) < len(row.cells)


def _problem(
    found: Import,
    row: ImportRow,
    equal: Mapping[tuple[int, str], int],
    names: naming.Names,
    t: Translator,
) -> Problem:
    columns = finding.matched_of(found)
    errors = [note for note in row.notes if not note["repair"]]
    cells: dict[str, Cell] = {}  # one field of the form each, whatever is wrong with it
    remarks = []
    for note in errors:
        label = title(note["field"], t.language, found.kind)
        if not _is_in(row, columns, note):
            remarks.append(f"{label}. {sentence(note, t)}")
            continue
        column = columns[note["field"]]
        name, value = f"cell/{row.row}/{column}", row.cells[column]
        fault = Fault(f"/{name}", note["code"], sentence(note, t))
        before = cells[name].faults if name in cells else []
        same = equal.get((column, value), 0)
        near = naming.nearest(value, names) if note["code"] == NO_CLUSTER[0] else ()
        options = options_of(note, value, t)
        cells[name] = Cell(name, label, value, [*before, fault], same, near, options)
    other = next((note["other"] for note in errors if note["other"] is not None), None)
    return Problem(row.row, name_of(found, row), list(cells.values()), other, remarks)


def options_of(note: Mapping[str, Any], value: str, t: Translator) -> list[tuple[str, str]]:
    """The words to choose from where a cell holds none of a closed list."""
    if note["code"] != NO_WORD[0] or note["field"] not in LISTS:
        return []
    words = words_of(LISTS[note["field"]], t.language)
    codes = {each.get("code") for each in note["values"]["expected"]} - {None}
    fit = [word for code, word in words.items() if not codes or code in codes]
    return [(each, each) for each in (value, *fit)]


def name_of(found: Import, row: ImportRow) -> str:
    """By what people recognise a row."""
    columns: dict[str, Any] = found.matched
    named = next((name for name in ("name", "person") if name in columns), "")
    places = [int(columns.get(part, -1)) for part in ([named] if named else ["given", "family"])]
    return " ".join(row.cells[at].strip() for at in places if 0 <= at < len(row.cells)).strip()
