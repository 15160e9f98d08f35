"""What the acts on an import refuse, each with a stable code."""

from collections.abc import Mapping

from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.faults import mark
from services.registry.imports.deciding import Decision
from services.registry.imports.names import STATE
from services.registry.imports.states import State


class ImportNotFound(NotFound):
    """No import of this number is there for the actor."""

    code = "TLK-R121"
    title = "No such import"


class WrongImportState(Conflict):
    """The act does not follow from where the import stands."""

    code = "TLK-R122"
    title = "Not possible now"

    def __init__(self, number: str, state: State) -> None:
        super().__init__(
            mark("import {number} is {state}: look at its page"),
            number=number,
            state=STATE[state],
        )


class TooLateToUndo(Conflict):
    """More than a day has passed since it was saved."""

    code = "TLK-R123"
    title = "Too late to undo"

    def __init__(self) -> None:
        super().__init__(mark("an import can be undone for 24 hours; correct single records now"))


class BadRowsLeft(Conflict):
    """All rows were to be saved, and some are bad."""

    code = "TLK-R124"
    title = "Some rows are not good"

    def __init__(self, bad: int) -> None:
        super().__init__(
            mark("{bad} rows have problems: correct them, or save the good rows only"), bad=bad
        )


class ColumnsMissing(Invalid):
    """A field that every row needs has no column."""

    code = "TLK-R125"
    title = "Please match the columns"


class NothingToSave(Conflict):
    """No row would change anything."""

    code = "TLK-R126"
    title = "Nothing to save"

    def __init__(self) -> None:
        super().__init__(mark("no row would change anything: there is nothing to save"))


class BothNotKept(Conflict):
    """A second one was asked for where the rules allow only one."""

    code = "TLK-R127"
    title = "Only one is allowed"

    def __init__(self) -> None:
        super().__init__(
            mark("a legal number stands in the register once: update the known one, or leave it")
        )


class DecidedMeanwhile(Conflict):
    """Somebody decided otherwise about rows since they were looked at."""

    code = "TLK-R128"
    title = "Somebody decided otherwise"

    def __init__(self, others: Mapping[int, Decision]) -> None:
        rows = ", ".join(map(str, sorted(others)))
        super().__init__(
            mark("somebody decided otherwise about these rows: {rows}; look again"), rows=rows
        )
        self.others = others


class ImportChanged(Conflict):
    """Rows are others than those that were looked at."""

    code = "TLK-R133"
    title = "Somebody was faster"

    def __init__(self) -> None:
        super().__init__(
            mark("somebody corrected or decided something since: look at the rows as they are now")
        )


class ListForgotten(Conflict):
    """The file is not kept any more."""

    code = "TLK-R134"
    title = "The list was forgotten"

    def __init__(self) -> None:
        super().__init__(mark("lists are forgotten after a day: upload the file again"))
