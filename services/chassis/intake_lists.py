"""Divides a body that holds many declarations into the bytes of each, before any of them is read.

So they are counted before one is taken, and only one at a time becomes objects: a list costs its
own bytes in memory, whatever stands in it. One that cannot be read leaves its neighbours alone.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from services.chassis.errors import DomainError
from services.chassis.faults import mark
from services.chassis.intake import Item
from services.chassis.intake_envelope import Attributes
from services.chassis.intake_reading import Reader
from services.chassis.limits import MAX_BODY_BYTES
from services.chassis.reading import must_be_shallow, read_json
from services.chassis.refusals import BadRequest, TooLarge

MOST: Final = 5_000  # declarations in a request
_SPACE: Final = re.compile(rb"\s*")
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_PLAIN: Final = re.compile(rb'(?:[^"\[\]{},]++|' + _STRING + rb")*+", re.DOTALL)
_TO_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+[\[\]{}]", re.DOTALL)
_BOM: Final = b"\xef\xbb\xbf"


class Part(NamedTuple):
    """Where one declaration stands in the body, and in which line if each has its own."""

    begin: int
    end: int
    line: int | None = None


class Posted(NamedTuple):
    """One of many: by what its poster finds it again, who it says it is, and what was read."""

    place: dict[str, Any]
    envelope: Attributes  # as far as a refusal is kept under it
    found: Item | DomainError


def is_list(body: bytes) -> bool:
    """Whether a JSON list begins here."""
    return body.startswith(b"[", _begin(body))


def lines_of(body: bytes) -> list[Part]:
    """The declarations of a body with one a line; empty lines count, but say nothing.

    Raises:
        TooLarge: there are more than one request may hold.
    """
    parts: list[Part] = []
    line, at = 1, 0
    while (begin := _after_space(body, at)) < len(body):
        line += body.count(b"\n", at, begin)
        found = body.find(b"\n", begin)
        at = len(body) if found == -1 else found
        parts.append(Part(begin, at, line))
        _must_be_few(parts)
    return parts


def elements_of(body: bytes) -> list[Part]:
    """The declarations of a body that is one JSON list.

    Raises:
        TooLarge: there are more than one request may hold.
        BadRequest: it is no list, or nobody can tell where one declaration ends.
    """
    if not is_list(body):
        raise BadRequest(mark("a batch is a list in square brackets"))
    parts: list[Part] = []
    at = _after_space(body, _begin(body) + 1)
    more = body[at : at + 1] != b"]"
    while more:
        parts.append(Part(at, _end_of_value(body, at)))
        _must_be_few(parts)
        at = _after_space(body, parts[-1].end)
        more = body[at : at + 1] == b","
        at = _after_space(body, at + 1) if more else at
    if body[at : at + 1] != b"]" or _after_space(body, at + 1) != len(body):
        raise BadRequest(_ENDLESS)
    return parts


def read_each(reader: Reader, body: bytes, parts: Sequence[Part]) -> Iterator[Posted]:
    """Each declaration, when it is asked for, or why it is none."""
    for index, part in enumerate(parts):
        place = {"index": index} | ({} if part.line is None else {"line": part.line})
        try:
            document = _document(body[part.begin : part.end])
        except DomainError as refusal:
            yield Posted(place, {}, refusal)
            continue
        known = document if isinstance(document, dict) else {}
        envelope = {name: known.get(name) for name in ("id", "source", "type")}
        named = {"id": known["id"]} if isinstance(known.get("id"), str) else {}
        yield Posted(place | named, envelope, reader.try_document(document))


def _document(written: bytes) -> Any:
    if len(written) > MAX_BODY_BYTES:
        raise TooLarge(mark("one declaration holds at most 256 KiB; shorten this one"))
    must_be_shallow(written)
    return read_json(written)


def _end_of_value(body: bytes, begin: int) -> int:
    """Where the value ends that begins here, whether or not it can be read."""
    if body[begin : begin + 1] not in (b"[", b"{"):
        plain = _PLAIN.match(body, begin)
        if plain is None or plain.end() == begin:
            raise BadRequest(_ENDLESS)
        return plain.end()
    at, depth = begin, 0
    while bracket := _TO_BRACKET.match(body, at):
        at = bracket.end()
        depth += 1 if body[at - 1] in b"[{" else -1
        if depth == 0:
            return at
    raise BadRequest(_ENDLESS)


def _begin(body: bytes) -> int:
    return _after_space(body, len(_BOM) if body.startswith(_BOM) else 0)


def _after_space(body: bytes, at: int) -> int:
    found = _SPACE.match(body, at)
    return found.end() if found else at


def _must_be_few(parts: Sequence[Part]) -> None:
    if len(parts) > MOST:
        raise TooLarge(
            mark("a request holds at most {most} declarations; send them in several requests"),
            most=MOST,
        )


_ENDLESS: Final = mark(
    "where a declaration of this list ends cannot be told: a bracket, a quote or a comma is wrong"
)
