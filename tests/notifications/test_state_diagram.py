"""The picture in the documents is the literal in the code."""

import re
from pathlib import Path

from services.notifications.deliveries.states import NEXT

TEXT = (Path(__file__).parents[2] / "docs" / "architecture" / "deliveries.md").read_text()
MOVE = re.compile(r"^  (\w+) --> (\w+): .+$", re.MULTILINE)


def test_draws_every_move_and_no_other() -> None:
    drawn = set(MOVE.findall(TEXT))

    assert drawn == {(str(before), str(after)) for before in NEXT for after in NEXT[before]}
