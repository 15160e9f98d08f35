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
from services.chassis.reading import MAX_DEPTH, TOO_DEEP, must_be_shallow, read_json
from services.chassis.refusals import BadRequest, TooLarge

MOST: Final = 5_000  # declarations in a request
FAR_TOO_DEEP: Final = 10 * MAX_DEPTH  # no slip: nobody looks for where such a declaration ends
_SPACE: Final = re.compile(rb"\s*")
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_PLAIN: Final = re.compile(rb'(?:[^"\[\]{},]++|' + _STRING + rb")*+", re.DOTALL)
_TO_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+[\[\]{}]", re.DOTALL)
_BOM: Final = b"\xef\xbb\xbf"
_CONTINUED: Final = bytes(range(0x80, 0xC0))  # all bytes of a character in UTF-8 but its first


class Part(NamedTuple):
    """Where one declaration stands in the body: its bytes, its line, and what is before it there.

    `before` counts characters. `own_line` says whether each has a line of its own, by which its
    poster finds it again.
    """

    begin: int
    end: int
    line: int
    before: int
    own_line: bool


class Lines:
    """Tells the lines of places in a body that are asked for in their order; looks at it once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = len(_BOM) if body.startswith(_BOM) else 0  # which no editor counts
        self._line, self._before = 1, 0

    def place_of(self, at: int) -> tuple[int, int]:
        """The line, and how many characters of it stand before."""
        self._line += self._body.count(b"\n", self._at, at)
        if line_begins := self._body.rfind(b"\n", self._at, at) + 1:
            self._at, self._before = line_begins, 0
        self._before += len(self._body[self._at : at].translate(None, _CONTINUED))
        self._at = max(self._at, at)
        return self._line, self._before


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
    lines, at = Lines(body), 0
    while (begin := _after_space(body, at)) < len(body):
        found = body.find(b"\n", begin)
        at = len(body) if found == -1 else found
        parts.append(Part(begin, at, *lines.place_of(begin), own_line=True))
        _must_be_few(parts)
    return parts


def elements_of(body: bytes) -> list[Part]:
    """The declarations of a body that is one JSON list.

    Raises:
        TooLarge: there are more than one request may hold.
        BadRequest: it is no list, one is nested far too deep, or nobody can tell where one ends.
    """
    if not is_list(body):
        raise BadRequest(mark("a batch is a list in square brackets"))
    parts: list[Part] = []
    lines = Lines(body)
    at = _after_space(body, _begin(body) + 1)
    more = body[at : at + 1] != b"]"
    while more:
        place = lines.place_of(at)
        parts.append(Part(at, _end_of_value(body, at), *place, own_line=False))
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
        place = {"index": index} | ({"line": part.line} if part.own_line else {})
        try:
            document = _document(body, part)
        except DomainError as refusal:
            yield Posted(place, {}, refusal)
            continue
        known = document if isinstance(document, dict) else {}
        envelope = {name: known.get(name) for name in ("id", "source", "type")}
        named = {"id": known["id"]} if isinstance(known.get("id"), str) else {}
        yield Posted(place | named, envelope, reader.try_document(document))


def _document(body: bytes, part: Part) -> Any:
    written = body[part.begin : part.end]
    if len(written) > MAX_BODY_BYTES:
        raise TooLarge(mark("one declaration holds at most 256 KiB; shorten this one"))
    must_be_shallow(written)
    return read_json(written, line=part.line, before=part.before)


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
        if depth > FAR_TOO_DEEP:
            raise BadRequest(TOO_DEEP)
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
