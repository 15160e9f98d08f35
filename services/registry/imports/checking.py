"""Judges the rows of a list without a database: good, good after a repair that is shown, or bad.

Each row becomes the declaration that any other door would get, and is refused for the same
reasons; a fault of the declaration is shown at the column that the value came from.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.declared.members import MemberDeclared
from contracts.vocabulary import LegalIdScheme
from services.chassis.errors import DomainError, Fault, Invalid
from services.chassis.faults import MISSING, mark
from services.chassis.folding import fold
from services.chassis.intake import Item
from services.chassis.intake_reading import Reader
from services.registry.imports import identifiers, values
from services.registry.imports.cells import Cells, read_as
from services.registry.imports.deciding import LEFT, STANDS, TOGETHER, Choice, Decision
from services.registry.imports.documents import TYPES, Place, document
from services.registry.imports.fields import Field, Kind, fields_of, schemes_of
from services.registry.imports.keeping import Stated, keep
from services.registry.memberships.model import Span

TRAILING: Final = ("trailing_spaces", mark("Spaces at the ends were taken off."))
HARD_SPACE: Final = ("hard_space", mark("Spaces that look like others were taken out."))
TWICE: Final = ("TLK-D055", mark("This row repeats row {other}."))
OTHER_NAME: Final = ("TLK-D056", mark("Row {other} has the same number under another name."))
OTHER_DATA: Final = ("TLK-D057", mark("Row {other} says something else of the same."))
LOST_ZEROS: Final = (
    "TLK-D016",
    mark("This number is too short. If zeros in front of it were lost, write {whole}."),
)
COLUMN: Final = ("TLK-D058", mark("Match a column with this field, or fill it in."))

MOST_TIMES: Final = 20  # that one member came back
_ODD_SPACES: Final = re.compile("[\xa0\u2007\u202f\u2009\u200b\ufeff]")
_CEDILLAS: Final = str.maketrans("şţŞŢ", "șțȘȚ")
_FREE: Final = frozenset(  # texts that people type: spoiled letters and formulas are looked for
    {"name", "name_en", "short_name", "legal_form", "settlement", "street", "person", "latin"}
    | {"given", "family"}
)
_SCHEMES: Final = frozenset(scheme.value for scheme in LegalIdScheme)


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of one cell. A repair needs nobody; everything else is an error.

    `field` tells the cell, also when no column was matched with it; `other` is the row that a
    duplicate is compared with.
    """

    field: str
    fault: Fault
    is_repair: bool = False
    other: int | None = None


@dataclass(slots=True)
class Checked:
    """One row as it was judged."""

    row: int
    cells: Sequence[str]
    notes: list[Note] = field(default_factory=list)
    item: Item | None = None
    said: str = ""  # what was read in it, as rows are compared
    left_out: bool = False  # somebody chose so
    decided: Decision | None = None

    def skip(self, why: tuple[str, str], **values: object) -> None:
        """Note why the row is not saved, which is no error."""
        self.notes.append(Note("", Fault("", *why, values=values), is_repair=True))

    @property
    def errors(self) -> list[Note]:
        return [note for note in self.notes if not note.is_repair]

    @property
    def is_good(self) -> bool:
        return not self.errors and self.item is not None and not self.left_out


class Checker:
    """Judges rows one after the other; it remembers those before, to find what stands twice."""

    def __init__(
        self,
        kind: Kind,
        columns: Mapping[str, int],
        place: Place,
        reader: Reader,
        source: str,
        *,
        stated: Mapping[str, Stated] | None = None,
    ) -> None:
        self._kind = kind
        self._stated = stated or {}  # what the register has, by legal ids without signs
        self._columns = columns
        self._place = place
        self._reader = reader
        self._source = source
        self._fields = fields_of(kind, place.country)
        self._seen: dict[tuple[str, ...], list[Checked]] = {}
        self._names: dict[str, Checked] = {}

    def check(
        self,
        row: int,
        cells: Sequence[str],
        choice: Choice | None = None,
        decided: Decision | None = None,
    ) -> Checked:
        """Judge one row, in the order of the file."""
        checked = Checked(row, cells, left_out=decided is Decision.LEAVE, decided=decided)
        texts = self._tidy(checked)
        read = Cells(texts)
        if checked.left_out:
            checked.skip(LEFT)
        data = stated = document(self._kind, read, self._place)
        known = self._stated.get(bare(texts.get(self._number_in(texts), "")))
        if known is not None:
            data = keep(self._kind, data, known, fields=self._fields, columns=self._columns)
        if decided is Decision.BOTH:
            data.setdefault("ref", f"{self._source.rpartition('/')[2]}-{row}")
        self._note(checked, read.faults)
        checked.said = self._said(checked, texts, stated)
        checked.notes += [Note(name, each, is_repair=True) for name, each in read.repairs]
        envelope = {
            "specversion": "1.0",
            "id": f"row-{row}",
            "source": self._source,
            "type": TYPES[self._kind],
            "data": data,
        }
        found = self._reader.try_document(envelope)
        if isinstance(found, DomainError):
            self._note(checked, [(self._field_of(each), each) for each in faults_of(found)])
        else:
            checked.item = found
        self._compare(checked, texts, choice)
        return checked

    def field_of(self, fault: Fault) -> str:
        """The field whose value a fault of the declaration is about."""
        return self._field_of(fault)

    def _tidy(self, checked: Checked) -> dict[str, str]:
        """The texts by field, repaired where that is certain; notes what was done."""
        texts = {}
        for name, column in self._columns.items():
            raw = checked.cells[column] if column < len(checked.cells) else ""
            if name in _FREE and (note := values.spoiled(raw)) is not None:
                checked.notes.append(Note(name, note))
                continue
            text = _ODD_SPACES.sub("" if name in _SCHEMES else " ", raw)
            if text != raw:
                checked.notes.append(Note(name, Fault("", *HARD_SPACE), is_repair=True))
            if text != text.strip():
                if text.strip():
                    checked.notes.append(Note(name, Fault("", *TRAILING), is_repair=True))
                text = text.strip()
            texts[name] = text.translate(_CEDILLAS) if self._place.country == "RO" else text
            if name in _SCHEMES:
                texts[name] = self._number(checked, LegalIdScheme(name), text)
        return texts

    def _number(self, checked: Checked, scheme: LegalIdScheme, text: str) -> str:
        """The number of a register as the register writes it.

        Zeros that a number cell lost are put back and noted; of a text it is asked.
        """
        number = identifiers.undressed(scheme, text)
        whole = identifiers.with_zeros(scheme, number)
        if whole is None:
            return number
        if self._place.from_workbook:
            checked.notes.append(Note(scheme.value, read_as(whole), is_repair=True))
            return whole
        checked.notes.append(Note(scheme.value, values.fault(LOST_ZEROS, whole=whole)))
        return number

    def _note(self, checked: Checked, faults: Sequence[tuple[str, Fault]]) -> None:
        """Add faults, the first of each cell only: the others follow from it."""
        told = {note.field for note in checked.errors}
        for name, fault in faults:
            if name in told:
                continue
            told.add(name)
            checked.notes.append(Note(name, self._worded(name, fault)))

    def _worded(self, name: str, fault: Fault) -> Fault:
        if fault.code == MISSING[0] and name not in self._columns:
            return Fault(fault.pointer, *COLUMN)
        return fault

    def _field_of(self, fault: Fault) -> str:
        """The field with the longest pointer that the fault lies at, or below."""
        best, length = self._fields[0].name, -1
        for each in self._fields:
            for pointer in each.pointers:
                lies = fault.pointer == pointer or fault.pointer.startswith(f"{pointer}/")
                if lies and len(pointer) > length and self._may_hold(each):
                    best, length = each.name, len(pointer)
        return best

    def _may_hold(self, each: Field) -> bool:
        """Of several registers only the one that has a column; any other field."""
        mine = [scheme.value for scheme in schemes_of(self._place.country)]
        if each.name not in mine:
            return True
        matched = [name for name in mine if name in self._columns]
        return each.name == (matched or mine)[0]

    def _compare(self, checked: Checked, texts: Mapping[str, str], choice: Choice | None) -> None:
        """Look whether a row before this one is about the same."""
        number = self._number_in(texts)
        identity = bare(texts.get(number, ""))
        if not identity:
            return
        same = self._seen.setdefault((identity, fold(texts.get("cluster", ""))), [])
        far = len(same) >= MOST_TIMES
        first = next((each for each in same if far or not _apart(each, checked)), None)
        if first is None:
            same.append(checked)
        holder = self._names.setdefault(identity, checked)
        if first is not None:
            self._decide(checked, first, number, self._difference(first, checked), choice)
        elif self._name_of(holder) != self._name_of(checked):
            self._decide(checked, holder, number, OTHER_NAME, choice)

    def _number_in(self, texts: Mapping[str, str]) -> str:
        """The field by which the things of this list are told apart."""
        if self._kind is Kind.PEOPLE:
            return "mail"
        own = (scheme.value for scheme in schemes_of(self._place.country))
        return next((name for name in own if name in texts), "ref")

    def _difference(self, first: Checked, checked: Checked) -> tuple[str, str]:
        if self._name_of(first) != self._name_of(checked):
            return OTHER_NAME
        return TWICE if first.said == checked.said else OTHER_DATA

    def _said(self, checked: Checked, texts: Mapping[str, str], data: Mapping[str, Any]) -> str:
        """What was read in the row; of cells that nothing could be read in, what stands there."""
        bare_of = {note.field for note in checked.errors} | _SCHEMES  # of registers data has one
        columns = sorted((name, at) for name, at in self._columns.items() if name in bare_of)
        cells = [
            texts.get(name) or checked.cells[at] for name, at in columns if at < len(checked.cells)
        ]
        return bare(json.dumps([data, cells], sort_keys=True, ensure_ascii=False))

    def _name_of(self, checked: Checked) -> str:
        at = self._columns.get("person" if self._kind is Kind.PEOPLE else "name", -1)
        return fold(checked.cells[at]) if 0 <= at < len(checked.cells) else ""

    def _decide(
        self,
        checked: Checked,
        first: Checked,
        number: str,
        why: tuple[str, str],
        choice: Choice | None,
    ) -> None:
        if choice is not None:
            reason = TOGETHER if choice is Choice.SKIP else STANDS
            for each, other, stays in (
                (checked, first, Choice.TAKE),
                (first, checked, Choice.KEEP),
            ):
                if choice is not stays and not each.left_out:
                    each.left_out = True
                    each.skip(reason, other=other.row)
        elif number not in {note.field for note in checked.errors}:
            fault = Fault("", *why, values={"other": first.row})
            checked.notes.append(Note(number, fault, other=first.row))


def faults_of(refusal: DomainError) -> list[Fault]:
    """The faults of a refusal; one without any is a single fault of the whole."""
    if isinstance(refusal, Invalid) and refusal.faults:
        return refusal.faults
    return [Fault("", refusal.code, refusal.text or refusal.title, values=refusal.values)]


def bare(text: str) -> str:
    """The text as it is compared: without marks, spaces and signs."""
    return fold(text).replace(" ", "")


def _apart(one: Checked, other: Checked) -> bool:
    """Whether both tell of one member in different days: it left, and came back."""
    events = [each.item.declared.event for each in (one, other) if each.item is not None]
    days = [Span(e.joined_day, e.ended_day) for e in events if isinstance(e, MemberDeclared)]
    return len(days) == len((one, other)) and not days[0].meets(days[1])
