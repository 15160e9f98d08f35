"""The texts of one row by field, with what was wrong with them and what was mended in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.registry.imports import days

READ_AS: Final = ("read_as", mark("Read as {value}."))


@dataclass(slots=True)
class Cells:
    """What stands in a row; a text that Talka itself `gave_out` is mended nowhere."""

    texts: Mapping[str, str]
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    repairs: list[tuple[str, Fault]] = field(default_factory=list)
    gave_out: bool = False

    def text(self, name: str) -> str | None:
        """The text of a field; None when it is empty or there is no such column."""
        return self.texts.get(name) or None

    def read(self, name: str, reader: Callable[[str], Any]) -> Any:
        """What `reader` makes of the text; None when it is empty, or notes the fault."""
        text = self.text(name)
        found = None if text is None else reader(text)
        if isinstance(found, Fault):
            self.faults.append((name, found))
            return None
        return found

    def mended(self, name: str, mender: Callable[[str], str]) -> str | None:
        """The text as `mender` writes it; what it changed is noted, to be shown."""
        text = self.text(name)
        if text is None or self.gave_out:
            return text
        mended = mender(text)
        if mended != text:
            self.repairs.append((name, read_as(mended)))
        return mended

    def day(self, name: str, country: str, today: date) -> str | None:
        """The day that a text means; one of a spreadsheet's number or a short year is noted."""
        found: str | None = self.read(name, lambda text: days.day(text, country, today))
        text = self.texts.get(name, "")
        if found is not None and (days.serial(text) or days.shortened(text)):
            self.repairs.append((name, read_as(found)))
        return found


def read_as(value: str) -> Fault:
    """What a text was taken for, where that is not what stands there."""
    return Fault("", *READ_AS, values={"value": value})
