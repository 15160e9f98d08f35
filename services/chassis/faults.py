"""From what pydantic finds wrong to faults: a JSON pointer, a stable code, a sentence for people.

The sentences are keys of the gettext catalogues; none of them quotes a value that was sent.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from contracts.rules import BrokenRule
from services.chassis.counting import counted
from services.chassis.errors import Fault
from services.chassis.words import enumeration


def mark(text: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return text


MISSING: Final = ("TLK-D001", mark("This field is missing."))
UNKNOWN: Final = ("TLK-D002", mark("There is no field of this name. Check the spelling."))
VALUE: Final = ("TLK-D000", mark("This value is not allowed here."))

# codes that say a kind of fault, each with the sentence that fits the field
GENERAL: Final[dict[str, str]] = {
    "TLK-D000": "A value breaks a rule of its field; the sentence names the rule.",
    "TLK-D001": "Something that is needed was not given.",
    "TLK-D003": "A value is of another kind than its field: number, text, list, object.",
    "TLK-D004": "A text is too short or too long.",
    "TLK-D005": "A text is not in the form that its field expects.",
    "TLK-D006": "A value is not one of those to choose from.",
    "TLK-D007": "A number is too small or too large.",
    "TLK-D008": "There are too few or too many entries.",
    "TLK-D009": "A day, an instant or a time of day is none, or is written in another form.",
    "TLK-D016": "A number of a register has too few or too many digits.",
    "TLK-D062": "A day has not come yet.",
    "TLK-D181": "What is to be taken back has others built on it, which go first.",
    "TLK-R112": "A last day is before the first.",
}

# the beginning of pydantic's error type → code and sentence; the first that fits is taken
SENTENCES: Final[tuple[tuple[str, str, str], ...]] = (
    ("missing", *MISSING),
    ("extra_forbidden", *UNKNOWN),
    ("int_", "TLK-D003", mark("Give a whole number, without quotes.")),
    ("float_", "TLK-D003", mark("Give a number, without quotes.")),
    ("decimal_", "TLK-D003", mark("Give a number with few enough digits.")),
    ("finite_number", "TLK-D003", mark("Give a finite number.")),
    ("bool_", "TLK-D003", mark("Give true or false, without quotes.")),
    ("string_type", "TLK-D003", mark("Give a text in quotes.")),
    (
        "string_too_short",
        "TLK-D004",
        counted(
            "Give at least {min_length} character.",
            "Give at least {min_length} characters.",
            by="min_length",
        ),
    ),
    (
        "string_too_long",
        "TLK-D004",
        counted(
            "Give at most {max_length} character.",
            "Give at most {max_length} characters.",
            by="max_length",
        ),
    ),
    ("string_pattern", "TLK-D005", mark("This is not written in the form that is expected here.")),
    ("string_", "TLK-D005", mark("This text holds characters that cannot be kept.")),
    ("enum", "TLK-D006", mark("Choose one of: {expected}.")),
    ("literal_error", "TLK-D006", mark("Choose one of: {expected}.")),
    ("greater_than_equal", "TLK-D007", mark("Give {ge} or more.")),
    ("greater_than", "TLK-D007", mark("Give more than {gt}.")),
    ("less_than_equal", "TLK-D007", mark("Give {le} or less.")),
    ("less_than", "TLK-D007", mark("Give less than {lt}.")),
    (
        "too_short",
        "TLK-D008",
        counted(
            "Give at least {min_length} entry.",
            "Give at least {min_length} entries.",
            by="min_length",
        ),
    ),
    (
        "too_long",
        "TLK-D008",
        counted(
            "Give at most {max_length} entry.",
            "Give at most {max_length} entries.",
            by="max_length",
        ),
    ),
    ("date_", "TLK-D009", mark("Give a day that exists, like 2027-03-16.")),
    ("datetime_", "TLK-D009", mark("Give an instant with its zone, like 2027-03-16T09:00:00Z.")),
    ("timezone_", "TLK-D009", mark("Give an instant with its zone, like 2027-03-16T09:00:00Z.")),
    ("time_", "TLK-D009", mark("Give a time of day, like 09:30.")),
    ("uuid_", "TLK-D005", mark("Give an id as Talka gave it, 36 characters long.")),
    ("list_", "TLK-D003", mark("Give a list in square brackets.")),
    ("tuple_", "TLK-D003", mark("Give a list in square brackets.")),
    ("set_", "TLK-D003", mark("Give a list in square brackets.")),
    ("dict_", "TLK-D003", mark("Give an object in braces.")),
    ("model_", "TLK-D003", mark("Give an object in braces.")),
    ("url_", "TLK-D005", mark("Give a web address that begins with https://.")),
)


def faults_of(errors: Iterable[Mapping[str, Any]], *, below: str = "") -> list[Fault]:
    """All that pydantic found, in its order; pointers begin with `below`."""
    return [_fault(error, below) for error in errors]


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _fault(error: Mapping[str, Any], below: str) -> Fault:
    at = below + pointer(*(step for step in error["loc"] if not _is_internal(step)))
    kind: str = error["type"]
    if kind in ("value_error", "assertion_error"):
        broken = error.get("ctx", {}).get("error")
        if isinstance(broken, BrokenRule):
            return Fault(at, broken.code, broken.text, values=broken.values)
        return Fault(at, VALUE[0], str(broken or VALUE[1]))
    for beginning, code, text in SENTENCES:
        if kind.startswith(beginning):
            context = error.get("ctx", {})
            if context.get("min_length") == 1:
                return Fault(at, code, NOTHING[kind])
            names = [name for name in _PLACEHOLDER.findall(text) if name in context]
            return Fault(at, code, text, values={name: _told(context[name]) for name in names})
    return Fault(at, *VALUE)


# at least one is needed, and there is none
NOTHING: Final[dict[str, str]] = {
    "string_too_short": mark("Write something here."),
    "too_short": mark("Give at least one."),
}


def _told(value: object) -> object:
    """What pydantic lists as 'a', 'b' or 'c' as values, for the sentence to word each."""
    codes = _QUOTED.findall(value) if isinstance(value, str) else []
    return enumeration(codes) if codes else value


_QUOTED: Final = re.compile(r"'([^']*)'")
_PLACEHOLDER: Final = re.compile(r"{(\w+)}")


def _is_internal(step: str | int) -> bool:
    """Whether a step names a branch of a union or a function, and nothing that was sent."""
    return isinstance(step, str) and ("[" in step or "(" in step)
