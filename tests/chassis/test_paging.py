"""Cursors: they come back as they went out, or are refused in a sentence."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis import paging
from services.chassis.errors import Invalid

KINDS: dict[type[Any], st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    int: st.integers(-(2**63), 2**63 - 1),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    UUID: st.uuids(),
}


class TestCursor:
    @given(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4), st.data())
    def test_holds_the_keys_of_a_row(self, kinds: list[type[Any]], data: st.DataObject) -> None:
        keys = tuple(data.draw(KINDS[kind]) for kind in kinds)

        assert paging.values_of(paging.cursor_of(*keys), *kinds) == keys

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "x",
            "????",
            "ключ",
            "' or 1=1 --",
            paging.cursor_of("a"),
            paging.cursor_of("a", "b", "c"),
            paging.cursor_of(1, 2),
            paging.cursor_of("a", "no id"),
            paging.cursor_of("a\0", UUID(int=7)),
        ],
    )
    def test_a17_is_refused_when_it_is_of_no_page_of_this_list(self, cursor: str) -> None:
        with pytest.raises(Invalid) as refusal:
            paging.values_of(cursor, str, UUID)

        assert [fault.pointer for fault in refusal.value.faults] == ["/query/cursor"]
