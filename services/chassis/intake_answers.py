"""What the door says of declarations: of one as data, of many as bytes, one after the other.

So an answer about thousands needs no more memory than it has bytes.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic_core import to_json

from contracts.declarations import Declaration
from services.chassis.errors import DomainError, Invalid
from services.chassis.intake import Item, Outcome
from services.chassis.intake_lists import Posted
from services.chassis.problems import field_fault

Gettext = Callable[[str], str]


class Answers:
    """The answer to a list, as it grows; its sentences in the language of `gettext`."""

    def __init__(self, gettext: Gettext) -> None:
        self._gettext = gettext
        self._told: list[bytes] = []
        self.refused = 0
        self.kinds: set[type[Declaration]] = set()

    def __len__(self) -> int:
        return len(self._told)

    def add(self, posted: Sequence[Posted], outcomes: Sequence[Outcome | None]) -> None:
        """Tell what became of the next ones."""
        for (place, _, found), outcome in zip(posted, outcomes, strict=True):
            self._told.append(to_json(place | told(outcome, self._gettext)))
            self.refused += isinstance(outcome, DomainError)
            if isinstance(found, Item):
                self.kinds.add(type(found.declared.event))

    def body(self) -> bytes:
        """How many were accepted and refused, and what became of each."""
        counts = b'{"accepted":%d,"refused":%d,"items":[' % (
            len(self._told) - self.refused,
            self.refused,
        )
        return counts + b",".join(self._told) + b"]}"


def told(outcome: Outcome | None, gettext: Gettext) -> dict[str, Any]:
    """What became of one declaration; nothing did where it was only to be checked."""
    if outcome is None:
        return {"status": "checked"}
    if isinstance(outcome, DomainError):
        return _refused(outcome, gettext)
    return {"status": "accepted", "events": [str(event) for event in outcome.events]}


def _refused(refusal: DomainError, gettext: Gettext) -> dict[str, Any]:
    """Why one of several was refused; `http_status` is what it would have got alone."""
    faults = refusal.faults if isinstance(refusal, Invalid) else []
    return {
        "status": "refused",
        "http_status": refusal.status,
        "code": refusal.code,
        "detail": refusal.said(gettext),
        "errors": [field_fault(each, gettext).model_dump(exclude_none=True) for each in faults],
    }
