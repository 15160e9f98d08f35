"""Filters of lists: a word that is none of a closed list is refused, not answered with nothing."""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator

from contracts.rules import BrokenRule
from contracts.vocabulary import COUNTRIES
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark

EVERYTHING: Final = ("", "all")
CODE: Final = "TLK-D006"
ONE_OF: Final = mark("Choose one of: {expected}.")
CORRECT: Final = mark("please correct the fields named below")

E = TypeVar("E", bound=StrEnum)


def chosen(kind: type[E], given: str, parameter: str) -> E | None:
    """The value that a page's filter names; None where all are wanted.

    Raises:
        Invalid: naming the parameter and what it may be.
    """
    if given in EVERYTHING:
        return None
    if given in {each.value for each in kind}:
        return kind(given)
    fault = Fault(f"/query/{parameter}", CODE, ONE_OF, values={"expected": list(kind)})
    raise Invalid(CORRECT, [fault])


def listed(known: Callable[[], Collection[str]]) -> Any:
    """What holds a parameter to a list; empty lets everything through."""

    def must_be_listed(given: str) -> str:
        if given and given not in known():
            raise BrokenRule(CODE, ONE_OF, expected=", ".join(known()))
        return given

    return AfterValidator(must_be_listed)


Country = Annotated[str, listed(lambda: COUNTRIES)]
