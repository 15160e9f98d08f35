"""Pages of notifications as a browser holds them, and two people who have mail."""

import re

from tests.notifications.events import MAREK, OLENA, invited, marek, opened, person, session_planned
from tests.notifications.story import Story


async def two_invitations(story: Story) -> None:
    await story.tell(person(), marek(), opened(), session_planned(1), session_planned(2))
    await story.tell(invited(OLENA), invited(MAREK))


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]
