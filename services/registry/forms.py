"""Reads a form as the declaration it stands for: a page refuses what every other door refuses.

A field is named by its place in the declaration: `place/settlement` is the settlement of the place.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from fastapi import Request
from pydantic import ValidationError

from contracts.declarations import Declaration
from contracts.reference import ecosystems
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import faults_of, mark
from services.chassis.ui.i18n import Translator
from services.registry.lists import joined, several

D = TypeVar("D", bound=Declaration)

NO_ECOSYSTEM = "TLK-D015"
CORRECT = mark("please correct the fields named below")
WHICH_DAY = mark("Give a day that exists, like 2027-03-16.")


class Form:
    """What somebody typed, by the names of the fields; an empty field was not given."""

    def __init__(self, given: Mapping[str, list[str]]) -> None:
        self._given = given

    @classmethod
    async def of(cls, request: Request) -> "Form":
        """The form that was posted."""
        sent = await request.form()
        return cls({name: [_as_typed(str(each)) for each in sent.getlist(name)] for name in sent})

    @classmethod
    def filled(cls, **values: str) -> "Form":
        """A form in which these fields are filled; `__` in a name stands for the slash."""
        return cls({name.replace("__", "/"): [value] for name, value in values.items()})

    def one(self, name: str) -> str:
        """What was typed into a field, as it was typed."""
        return next(iter(self._given.get(name, ())), "")

    def lock(self) -> int:
        """The version that the person looked at; without one, none that there can be."""
        text = self.one("lock")
        return int(text) if text.isascii() and text.isdigit() else -1

    def many(self, name: str) -> list[str]:
        """The boxes that were ticked, or the words that were typed between commas."""
        return [word for each in self._given.get(name, ()) for word in several(each)]

    def words(self, name: str) -> str:
        """The same words in one field."""
        return joined(self.many(name))

    def holder(self) -> dict[str, Any]:
        """The holder that was chosen, as a declaration names it: by the number it has."""
        number = self.one("holder").strip()
        kind = "organisation" if number.startswith("OR-") else "cluster"
        return {"holder": {kind: {"number": number}}} if number else {}

    def declared(
        self,
        kind: type[D],
        *,
        lists: Collection[str] = (),
        flags: Collection[str] = (),
        more: Mapping[str, Any] | None = None,
    ) -> D:
        """The declaration that the form stands for; `lists` and `flags` name such fields.

        Raises:
            Invalid: with every fault, its pointer being the field's name behind a slash.
        """
        data: dict[str, Any] = {flag: bool(self.one(flag)) for flag in flags}
        for name in self._given:
            if name in lists:
                data[name] = self.many(name)
            elif name not in flags and name != "csrf" and self.one(name).strip():
                _put(data, name.split("/"), self.one(name).strip())
        data |= more or {}
        try:
            return kind.model_validate(data | {"time": clock.now()}, extra="ignore")
        except ValidationError as fault:
            found = faults_of(fault.errors(include_url=False, include_input=False))
            raise Invalid(CORRECT, found) from None


def _as_typed(text: str) -> str:
    """The text without the line ends that browsers send for those that people type."""
    return text.replace("\r\n", "\n")


def day_of(text: str) -> date | None:
    """The day that was typed; none when there is no such day, or none beside it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min < day < date.max else None


def day_in(field: str, text: str) -> date:
    """The day that was typed into a field that needs one.

    Raises:
        Invalid: there is no such day.
    """
    day = day_of(text)
    if day is None:
        raise Invalid(CORRECT, [Fault(f"/{field}", "TLK-D009", WHICH_DAY)])
    return day


def said(
    faults: Collection[Fault], t: Translator, near: Mapping[str, str] | None = None
) -> list[Fault]:
    """The faults in the reader's language; `near` tells the field to show one at that has none."""
    shown = {"/holder/cluster": "/holder", "/holder/organisation": "/holder", **(near or {})}
    return [
        Fault(shown.get(each.pointer, each.pointer), each.code, sentence(each, t))
        for each in faults
    ]


def sentence(fault: Fault, t: Translator) -> str:
    """What a page says of a fault: names of ecosystems and words, not the codes of other doors."""
    if fault.code != NO_ECOSYSTEM:
        return fault.on_a_page().said(t.gettext)
    names = "; ".join(each.names[t.language] for each in ecosystems().values())
    return replace(fault, values={"known": names}).said(t.gettext)


def _put(data: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        data = data.setdefault(step, {})
    data[steps[-1]] = value
