"""The import: one uploaded file on its way into the register, and the only writer of its state.

Nothing is saved before somebody confirms; from then on it cannot be cancelled, but for a day be
undone. The counts are those of its rows, and the same wherever they are told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.imports import (
    ImportEvent,
    ImportFailed,
    ImportFinished,
    ImportNeedsAttention,
    ImportStarted,
    ImportUndone,
)
from services.registry.database import Base
from services.registry.imports.fields import Kind
from services.registry.imports.refusals import TooLateToUndo, WrongImportState
from services.registry.imports.states import NEXT, State

UNDO_WITHIN: Final = timedelta(hours=24)

E = TypeVar("E", bound=ImportEvent)


class Import(Base):
    """The aggregate. Each act hands back the fact it makes true, where others are told of it.

    An act that does not follow from the present state raises `WrongImportState`.
    """

    __tablename__ = "imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    number: Mapped[str]
    kind: Mapped[Kind]
    state: Mapped[State]
    cluster_id: Mapped[UUID | None]  # the one cluster that all rows are about
    cluster_number: Mapped[str | None]
    file_name: Mapped[str]
    file: Mapped[bytes] = mapped_column(deferred=True)
    digest: Mapped[bytes]
    encoding: Mapped[str] = mapped_column(default="")
    separator: Mapped[str] = mapped_column(default="")
    sheet: Mapped[str] = mapped_column(default="")
    sheets: Mapped[list[str]] = mapped_column(default=list)
    header_row: Mapped[int] = mapped_column(default=0)
    columns: Mapped[list[str]] = mapped_column(default=list)
    matched: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the column of each field
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # rows around the list
    consent: Mapped[str | None]  # the version of the text that all its people agreed to
    rows: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    skipped: Mapped[int]
    bad: Mapped[int]
    done: Mapped[int]  # rows of the present phase
    taken_back: Mapped[int] = mapped_column(default=0)  # rows that were saved and are undone
    problem: Mapped[str | None]  # why it failed, or was undone
    problem_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dual_use: Mapped[bool]  # something in it may be about dual use
    started_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    started_at: Mapped[datetime]
    phase_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    lock: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def start(
        cls,
        *,
        import_id: UUID,
        association: str,
        number: str,
        kind: Kind,
        cluster: tuple[UUID, str] | None,
        file_name: str,
        file: bytes,
        digest: bytes,
        dual_use: bool,
        by: str,
        at: datetime,
    ) -> tuple[Self, ImportStarted]:
        """Take a file; a worker reads it as soon as it can."""
        made = cls(
            id=import_id,
            association=association,
            number=number,
            kind=kind,
            state=State.QUEUED,
            cluster_id=cluster[0] if cluster else None,
            cluster_number=cluster[1] if cluster else None,
            file_name=file_name,
            file=file,
            digest=digest,
            dual_use=dual_use,
            started_by=by,
            started_at=at,
            phase_at=at,
            changed_at=at,
            done=0,
        )
        made._count({})
        return made, made._fact(ImportStarted, at)

    def read(self, *, at: datetime) -> None:
        """Begin to read the file."""
        self._move_to(State.READING, at=at)

    def read_again(self, *, encoding: str, separator: str, sheet: str, at: datetime) -> None:
        """Read the file another way, because what was found out about it is wrong."""
        self._move_to(State.QUEUED, at=at)
        self.encoding, self.separator, self.sheet = encoding, separator, sheet

    def found(
        self,
        *,
        encoding: str,
        separator: str,
        sheet: str,
        sheets: Sequence[str],
        header_row: int,
        columns: Sequence[str],
        matched: Mapping[str, int],
        left_out: Sequence[dict[str, Any]],
        rows: int,
        at: datetime,
    ) -> None:
        """The file was read; its columns wait to be matched."""
        self._move_to(State.MATCHING, at=at)
        self.encoding, self.separator = encoding, separator
        self.sheet, self.sheets = sheet, list(sheets)
        self.header_row, self.columns, self.matched = header_row, list(columns), dict(matched)
        self.left_out = list(left_out)
        self._count({})
        self.rows = rows

    def fail(self, problem: str, values: Mapping[str, Any], *, at: datetime) -> ImportFailed:
        """Give the file up: it cannot be read; nothing was saved."""
        self._move_to(State.FAILED, at=at)
        self.problem, self.problem_values = problem, dict(values)
        return self._fact(ImportFailed, at, reason=problem.format_map(values))

    def match(self, matched: Mapping[str, int], *, consent: str | None, at: datetime) -> None:
        """Say which column holds which field, and to what all people agreed; judge the rows."""
        self.check(at=at)
        self.matched, self.consent = dict(matched), consent

    def check(self, *, at: datetime) -> None:
        """Judge all rows, again if they were judged before."""
        self._move_to(State.CHECKING, at=at)

    def match_again(self, *, at: datetime) -> None:
        """Go back to the columns."""
        self._move_to(State.MATCHING, at=at)

    def judged(
        self, counts: Mapping[str, int], *, dual_use: bool, at: datetime
    ) -> ImportNeedsAttention:
        """All rows are judged; somebody corrects and confirms."""
        self._move_to(State.WAITING, at=at)
        self._count(counts)
        self.dual_use = dual_use
        return self._fact(ImportNeedsAttention, at)

    def save(self, *, by: str, at: datetime) -> None:
        """Begin to save the good rows; there is no way back but to undo it."""
        self._move_to(State.SAVING, at=at)
        self.confirmed_by = by

    def finish(self, counts: Mapping[str, int], *, at: datetime) -> ImportFinished:
        """The good rows are saved."""
        self._move_to(State.DONE, at=at)
        self._count(counts)
        self.saved_at = at
        return self._fact(ImportFinished, at)

    def cancel(self, *, at: datetime) -> ImportFailed:
        """Discard the import before anything was saved."""
        self._move_to(State.CANCELLED, at=at)
        return self._fact(ImportFailed, at, reason="cancelled")

    def undo(self, *, by: str, reason: str, at: datetime) -> None:
        """Begin to take back what was saved, or what of it stayed the last time.

        Raises:
            TooLateToUndo: it was saved more than a day ago.
        """
        if self.undo_until is not None and at > self.undo_until:
            raise TooLateToUndo
        self._move_to(State.UNDOING, at=at)
        self.confirmed_by, self.problem = by, reason

    def undone(self, counts: Mapping[str, int], *, at: datetime) -> ImportUndone:
        """What could be taken back is taken back, and counts as skipped; the rest stays."""
        saved = self.ready
        self._count(counts)
        self._move_to(State.PARTLY_UNDONE if self.ready else State.UNDONE, at=at)
        self.taken_back += saved - self.ready
        return self._fact(ImportUndone, at, reason=self.problem)

    @property
    def undo_until(self) -> datetime | None:
        """The end of the day in which it can be undone; None before it is saved."""
        return self.saved_at + UNDO_WITHIN if self.saved_at else None

    @property
    def ready(self) -> int:
        """The rows that will be, or were, saved."""
        return self.new + self.changed

    def must_be(self, *states: State) -> None:
        """Let pass what the state allows.

        Raises:
            WrongImportState: it is in another.
        """
        if self.state not in states:
            raise WrongImportState(self.number, self.state)

    def _count(self, counts: Mapping[str, int]) -> None:
        self.new, self.changed = counts.get("new", 0), counts.get("changed", 0)
        self.skipped, self.bad = counts.get("skipped", 0), counts.get("bad", 0)
        self.rows = self.new + self.changed + self.skipped + self.bad

    def _fact(self, fact: type[E], at: datetime, *, reason: str | None = None) -> E:
        judged = self.new + self.changed + self.skipped + self.bad
        return fact(
            subject=str(self.id),
            time=at,
            number=self.number,
            kind=self.kind,
            cluster_id=self.cluster_id,
            rows=judged,
            new=self.new,
            changed=self.changed,
            skipped=self.skipped,
            bad=self.bad,
            reason=reason,
        )

    def _move_to(self, state: State, *, at: datetime) -> None:
        if state not in NEXT[self.state]:
            raise WrongImportState(self.number, self.state)
        self.state, self.changed_at, self.phase_at, self.done = state, at, at, 0


class ImportRow(Base):
    """One row of the file, with what is wrong with it and what becomes of it.

    `effect` is none until it is judged, then new, changed, skipped or bad.
    """

    __tablename__ = "import_rows"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]]
    notes: Mapped[list[dict[str, Any]]]
    choice: Mapped[str | None]
    effect: Mapped[str | None]
    events: Mapped[list[UUID]]
    differences: Mapped[list[dict[str, Any]]]  # from what the register knows, field by field
    decided: Mapped[str | None]  # what becomes of a row about something known


class Habit(Base):
    """How columns of these names were matched the last time."""

    __tablename__ = "import_habits"

    association: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    cluster_number: Mapped[str] = mapped_column(primary_key=True)  # empty: of all clusters
    columns_key: Mapped[bytes] = mapped_column(primary_key=True)
    matched: Mapped[dict[str, Any]]
