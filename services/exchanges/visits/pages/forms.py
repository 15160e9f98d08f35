"""From what was typed into a form to the shape a command takes; every fault at its field.

Fields are named like JSON pointers ("sessions/0/title"), so a fault finds its field by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from services.chassis.errors import Fault, Invalid
from services.chassis.faults import MISSING, VALUE, faults_of, mark
from services.exchanges.visits.pages.desk import nearest

M = TypeVar("M", bound=BaseModel)

CORRECT: Final = mark("please correct the fields named below")
NO_DAY: Final = ("TLK-D009", mark("Give a day that exists, like 2027-03-16."))
NO_TIME: Final = ("TLK-D009", mark("Give a time of day, like 09:30."))
NO_NUMBER: Final = mark("Give a whole number.")
NO_MAIL: Final = ("TLK-D005", mark("Give a mail address, like name@example.org."))

# stand where something is missing, so that the other fields can be read: it is refused anyway
NO_TEXT: Final = "–"
NO_WALL: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall time


@dataclass(slots=True)
class Form:
    """What somebody typed by the name of its field, and what was found wrong so far."""

    typed: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def text(self, name: str) -> str:
        """What stands in a field; nothing is nothing."""
        return self.typed.get(name, "").strip()

    def required(self, name: str) -> str:
        """What stands in a field that must not be empty."""
        text = self.text(name)
        if not text:
            self.faults.append(Fault(f"/{name}", *MISSING))
        return text or NO_TEXT

    def wall(self, day: str, clock_time: str) -> datetime:
        """The wall time that a field for the day and one for the time of day give together."""
        on, at = self._read(day, date, NO_DAY), self._read(clock_time, time, NO_TIME)
        return datetime.combine(on, at) if on and at is not None else NO_WALL

    def _read(self, name: str, kind: Any, wrong: tuple[str, str]) -> Any:
        text = self.text(name)
        try:
            return kind.fromisoformat(text)
        except ValueError:
            fault = Fault(f"/{name}", *(wrong if text else MISSING))
            if fault not in self.faults:  # the day of two times is named once
                self.faults.append(fault)
            return None

    def read(self, shape: type[M], raw: dict[str, Any]) -> M:
        """The shape, when nothing is wrong with any field.

        Raises:
            Invalid: naming every fault.
        """
        try:
            read = shape.model_validate(raw)
        except ValidationError as refused:
            found = faults_of(refused.errors(include_url=False, include_input=False))
            named = {fault.pointer for fault in self.faults}
            places = [(nearest(fault.pointer, list(self.typed)), fault) for fault in found]
            self.faults += [_told(at, fault) for at, fault in places if at not in named]
            raise Invalid(CORRECT, self.faults) from None
        if self.faults:
            raise Invalid(CORRECT, self.faults)
        return read

    def filled_rows(self, name: str, matters: Sequence[str]) -> list[str]:
        """The prefixes of rows in which one of the fields that matter is filled, in their order."""
        rows = dict.fromkeys(key.split("/")[1] for key in self.typed if key.startswith(f"{name}/"))
        prefixes = [f"{name}/{row}" for row in sorted(rows, key=lambda row: row.zfill(3))]
        return [p for p in prefixes if any(self.text(f"{p}/{each}") for each in matters)]


async def form_of(request: Request) -> Form:
    """The form that was sent; files and repeated fields are nothing to us."""
    sent = await request.form()
    return Form({name: value for name, value in sent.items() if isinstance(value, str)})


def closed_up(form: Form, name: str, matters: Sequence[str]) -> Form:
    """The same form with its filled rows first, so that a row's number is its place in the list."""
    renamed = {old: f"{name}/{n}" for n, old in enumerate(form.filled_rows(name, matters))}
    typed = {key: text for key, text in form.typed.items() if not key.startswith(f"{name}/")}
    for old, new in renamed.items():
        for key, text in form.typed.items():
            if key.startswith(f"{old}/"):
                typed[new + key.removeprefix(old)] = text
    return Form(typed)


def _told(pointer: str, fault: Fault) -> Fault:
    if pointer.endswith("/mail") and fault.code == VALUE[0]:
        return Fault(pointer, *NO_MAIL)
    if pointer.startswith("/minutes/") and fault.code == "TLK-D003":
        return Fault(pointer, fault.code, NO_NUMBER)  # a form needs no word of quotes
    return Fault(pointer, fault.code, fault.text, fault.rule, fault.values)
