"""The picture in the documents is the literal in the code."""

import re
from pathlib import Path

from contracts.catalogue import EVENTS
from services.registry.clusters.states import NEXT

TEXT = (Path(__file__).parents[2] / "docs" / "architecture" / "clusters.md").read_text()
MOVE = re.compile(r"^  (\w+) --> (\w+): (\w+)$", re.MULTILINE)


def test_draws_every_move_and_no_other() -> None:
    drawn = {(before, after) for before, after, _ in MOVE.findall(TEXT)}

    assert drawn == {(str(before), str(after)) for before in NEXT for after in NEXT[before]}


def test_names_events_that_exist() -> None:
    classes = {event_class.__name__ for event_class in EVENTS.values()}

    assert {name for _, _, name in MOVE.findall(TEXT)} <= classes
