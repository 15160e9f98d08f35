"""The pictures in the documents are the literals in the code."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import EVENTS
from services.registry.clusters import states as clusters
from services.registry.data_requests import states as data_requests
from services.registry.imports import states as imports
from services.registry.imports.model import Import

DOCUMENTS = Path(__file__).parents[2] / "docs" / "architecture"
MOVE = re.compile(r"^  (\w+) --> (\w+): (\w+)$", re.MULTILINE)
DRAWN = [("clusters", clusters.NEXT), ("data-requests", data_requests.NEXT)]


@pytest.mark.parametrize(("name", "literal"), [*DRAWN, ("imports", imports.NEXT)])
def test_draws_every_move_and_no_other(name: str, literal: Mapping[Any, Any]) -> None:
    moves = MOVE.findall((DOCUMENTS / f"{name}.md").read_text())

    drawn = {(before, after) for before, after, _ in moves}

    assert drawn == {(str(before), str(after)) for before in literal for after in literal[before]}


@pytest.mark.parametrize("name", [name for name, _ in DRAWN])
def test_names_events_that_exist(name: str) -> None:
    classes = {event_class.__name__ for event_class in EVENTS.values()}

    moves = MOVE.findall((DOCUMENTS / f"{name}.md").read_text())

    assert {event for _, _, event in moves} <= classes


def test_names_methods_of_an_import_that_exist() -> None:
    moves = MOVE.findall((DOCUMENTS / "imports.md").read_text())

    assert [method for _, _, method in moves if not hasattr(Import, method)] == []
