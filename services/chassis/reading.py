"""Reads JSON that strangers send: one parser, no coercion, nothing that means two things.

Whole numbers that no column can hold (2⁶³ and more, minus zero) become floats, so that strict
validation refuses them where they stand.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from services.chassis.faults import mark
from services.chassis.refusals import BadRequest

MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 20  # of the least bigint, with its sign
TOO_LARGE: Final = 1e19
TOO_DEEP: Final = mark("lists and objects are nested deeper than 32 levels")
_TOKENS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_STEPS: Final = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def read_json(body: bytes, *, line: int = 1, before: int = 0) -> Any:
    """The value that `body` stands for; it begins in this line, behind `before` characters.

    Raises:
        BadRequest: empty, not JSON, a name that stands twice in one object, NaN or infinity.
    """
    if not body.strip() and (line, before) == (1, 0):  # else a part of a list
        raise BadRequest(mark("the body is empty: send JSON"))
    try:
        return json.loads(
            body, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=_once_each
        )
    except json.JSONDecodeError as fault:
        raise BadRequest(
            mark("this is no JSON: it breaks off in line {line} at column {column}"),
            line=fault.lineno + line - 1,
            column=fault.colno + (before if fault.lineno == 1 else 0),
        ) from fault
    except UnicodeDecodeError as fault:
        raise BadRequest(mark("send JSON in UTF-8: this is in another encoding")) from fault
    except (ValueError, RecursionError) as fault:
        raise BadRequest(mark("this is not JSON that can be read")) from fault


def canonical(value: Any) -> bytes:
    """The same bytes for the same value, however it was spelled.

    Raises:
        BadRequest: a number too large, or a text with a character that cannot be kept.
    """
    try:
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        written = text.encode()
    except ValueError as fault:
        raise BadRequest(mark("a number is too large, or a text is not Unicode")) from fault
    if b"\\u0000" in written:
        raise BadRequest(mark("a text holds the character U+0000, which cannot be kept"))
    return written


def must_be_shallow(body: bytes) -> None:
    """Refuse what is nested deeper than anything that is read here.

    Raises:
        BadRequest: it is.
    """
    if depth(body) > MAX_DEPTH:
        raise BadRequest(TOO_DEEP)


def depth(body: bytes) -> int:
    """How deep lists and objects are nested in `body`; cheap for all that is shallow."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return 0
    deepest = now = 0
    for token in _TOKENS.finditer(body):
        now += _STEPS.get(token[0], 0)
        deepest = max(deepest, now)
    return deepest


def _whole(digits: str) -> int | float:
    if digits == "-0":
        return -0.0
    if len(digits) > MAX_DIGITS:
        return TOO_LARGE
    value = int(digits)
    return value if -(2**63) <= value < 2**63 else TOO_LARGE


def _refuse(_: str) -> None:
    raise BadRequest(mark("NaN and Infinity are no JSON: give a number, or null"))


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest(mark("a name stands twice in one object: keep it once"))
    return found
