"""R-17: a body is divided into its declarations before any of them is read."""

import json
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.identity import Actor
from services.chassis.intake_lists import FAR_TOO_DEEP, MOST, Part, elements_of, lines_of, read_each
from services.chassis.intake_reading import Reader
from services.chassis.refusals import BadRequest, TooLarge
from tests.chassis.set_by_set import Registry

TEXTS = st.text('a"\\,[]{}\u0456\n', max_size=4)
JSON = st.recursive(
    st.sampled_from([None, True, -1.5]) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)


def texts(body: bytes, parts: Sequence[Part]) -> list[bytes]:
    return [body[part.begin : part.end] for part in parts]


class TestDividing:
    @given(st.lists(JSON, max_size=3), st.sampled_from([None, 0, 3]))
    def test_finds_the_elements_of_any_list(self, values: list[Any], indent: int | None) -> None:
        body = f" {json.dumps(values, indent=indent, ensure_ascii=False)}\n".encode()

        assert [json.loads(each) for each in texts(body, elements_of(body))] == values

    @given(st.lists(st.sampled_from(["", " ", "\t\r", "{}", ' {"a": 1}\r', "[", '"'])))
    def test_finds_every_line_that_says_something(self, lines: list[str]) -> None:
        body = "\n".join(lines).encode()

        parts = lines_of(body)

        assert [
            (each.line, said.strip()) for each, said in zip(parts, texts(body, parts), strict=True)
        ] == [
            (number, line.strip().encode())
            for number, line in enumerate(lines, start=1)
            if line.strip()
        ]

    @pytest.mark.parametrize(
        "body",
        ["[", "[{}", "[{},", "[{},]", "[,]", "[{}{}]", '["a]', "[{]", "[] []", "[}]"],
    )
    def test_refuses_a_list_whose_declarations_cannot_be_told_apart(self, body: str) -> None:
        with pytest.raises(BadRequest):
            elements_of(body.encode())

    @pytest.mark.parametrize(
        ("divide", "body", "place"),
        [
            (lines_of, '{}\n\n {"a" 1}', "line 3 at column 7"),
            (elements_of, '[{}, {"a" 1}]', "line 1 at column 11"),
            (elements_of, '[{},\n {},\n  {"a": 1,\n "b" 2}]', "line 4 at column 6"),
            (elements_of, '[{"a":"Привіт Привіт"},{"b":}]', "line 1 at column 29"),
            (elements_of, '[{"a":"Привіт"},\n "Привіт", {"ї":}]', "line 2 at column 17"),
            (elements_of, '\ufeff[{}, {"a" 1}]', "line 1 at column 11"),
            (lines_of, '"Привіт"\n {"ї":}', "line 2 at column 7"),
        ],
    )
    def test_tells_where_in_the_body_json_breaks_off(
        self, divide: Callable[[bytes], list[Part]], body: str, place: str
    ) -> None:
        *_, last = read_each(a_reader(), body.encode(), divide(body.encode()))

        assert str(last.found) == f"this is no JSON: it breaks off in {place}"

    @pytest.mark.parametrize("rest", [b"", b"]" * (FAR_TOO_DEEP + 1) + b", {}]"])
    def test_a19_refuses_a_list_that_goes_far_too_deep_where_it_does(self, rest: bytes) -> None:
        """Nobody looks at the rest, whatever it is."""
        with pytest.raises(BadRequest, match="deeper than 32 levels"):
            elements_of(b"[{}, " + b"[" * (FAR_TOO_DEEP + 1) + rest)

    def test_a19_one_that_is_nested_too_deep_ends_where_it_ends(self) -> None:
        deep = b"[" * FAR_TOO_DEEP + b"]" * FAR_TOO_DEEP
        body = b"[{}," + deep + b",1]"

        assert texts(body, elements_of(body)) == [b"{}", deep, b"1"]

    def test_r17_counts_before_anything_is_read(self) -> None:
        """Neither one is JSON; nobody got so far as to notice."""
        for divide, body in ((lines_of, b"x\n" * MOST), (elements_of, b"[x" + b",x" * (MOST - 1))):
            with pytest.raises(TooLarge, match="at most 5000 declarations; send them in several"):
                divide(body + (b"x" if divide is lines_of else b",x]"))

    def test_a19_makes_one_at_a_time_into_objects(self) -> None:
        """As objects all of them together need 40 MB."""
        declaration = b"[" + b"0.5," * 60_000 + b"0.5]"
        body = b"[" + b",".join([declaration] * 20) + b"]"
        tracemalloc.start()
        try:
            found = [each.found for each in read_each(a_reader(), body, elements_of(body))]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert {str(each) for each in found} == {"a declaration is an object in braces"}
        assert peak < 8_000_000


def a_reader() -> Reader:
    return Reader(Registry().intake, Actor("key:1", "UA"), datetime(2027, 1, 1, tzinfo=UTC))
