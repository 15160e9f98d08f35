"""The pictures in the documents are the literals in the code."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from services.exchanges.visits.states import DELEGATE_NEXT, NEXT

TEXT = (Path(__file__).parents[2] / "docs" / "architecture" / "visits.md").read_text()
PICTURES = re.findall(r"```mermaid\n(.+?)```", TEXT, re.DOTALL)
MOVE = re.compile(r"^  (\w+) --> (\w+): \w+$", re.MULTILINE)


@pytest.mark.parametrize(
    ("picture", "literal"), list(zip(PICTURES, (NEXT, DELEGATE_NEXT), strict=True))
)
def test_draws_every_move_and_no_other(
    picture: str, literal: dict[StrEnum, frozenset[StrEnum]]
) -> None:
    drawn = set(MOVE.findall(picture))

    assert drawn == {(str(before), str(after)) for before in literal for after in literal[before]}
