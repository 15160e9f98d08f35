"""R-14: messages and tasks of a dual-use visit are there for vetted people only, by every door.

Each test runs twice: as it is, and with the checks of the queries switched off, so that row-level
security has to hold by itself.
"""

import pytest
from sqlalchemy import false

from contracts.vocabulary import Mark
from services.chassis import clock
from services.chassis.database import Sessions
from services.notifications.deliveries import queries as deliveries
from services.notifications.deliveries.model import Delivery
from services.notifications.today import queries as today
from tests.notifications.builders import NOON
from tests.notifications.conftest import SignIn, fail_the_first, rows
from tests.notifications.events import (
    LESIA,
    OLENA,
    ZUZANA,
    cancelled,
    cluster,
    committed,
    drafted,
    invited,
    opened,
    person,
    session_planned,
    staff,
)
from tests.notifications.story import Story
from tests.notifications.test_dormant_profiles import dormant

VETTED = (Mark.DUAL_USE_VETTED,)
NUMBER, TITLE = "EX-2027-031", "Plastics in Nitra"
API = "/notifications/v1/deliveries"


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    if request.param != "both walls":
        for module in (deliveries, today):
            monkeypatch.setattr(module, "is_hidden_from", lambda *_: false())


@pytest.fixture
async def failed(story: Story, sessions: Sessions) -> str:
    """A dual-use visit with an invitation that failed, and a commitment that waits."""
    await story.tell(person(), opened(dual_use=True), session_planned(1), invited(OLENA), drafted())
    return str(await fail_the_first(sessions))


def doors_of(failed: str) -> dict[str, str]:
    """What would tell of it behind each door."""
    return {
        "/notifications/today": TITLE,
        "/notifications/deliveries": NUMBER,
        f"/notifications/deliveries?search={NUMBER}&state=dead": failed,
        f"/notifications/deliveries/{failed}": failed,
        API: NUMBER,
        f"{API}/{failed}": failed,
    }


async def test_r14_nothing_of_it_is_behind_a_door_for_who_is_not_vetted(
    failed: str, sign_in: SignIn
) -> None:
    unvetted = [await sign_in("SK"), await sign_in("UA"), await sign_in("ECA", "support_office")]

    for client in unvetted:
        for door, telling in doors_of(failed).items():
            answer = await client.get(door)
            shown = answer.text.replace(door, "").replace(f'value="{NUMBER}"', "")
            assert answer.status_code in {200, 303, 404}, door
            assert telling not in shown, door
        again = await client.put(f"{API}/{failed}/redrive", json={"reason": "because"})
        assert again.status_code in {403, 404}


async def test_r14_it_is_there_for_who_is_vetted(failed: str, sign_in: SignIn) -> None:
    vetted = await sign_in("SK", marks=VETTED)

    for door, telling in doors_of(failed).items():
        answer = await vetted.get(door)
        assert (door, answer.status_code) == (door, 200)
        assert telling in answer.text, door


async def test_r14_only_vetted_coordinators_get_mail_about_it(
    failed: str, story: Story, sessions: Sessions
) -> None:
    del failed
    await story.tell(staff(ZUZANA))
    in_ukraine = Story(sessions, association="UA", offsets={"registry.staff": 1})
    await in_ukraine.tell(staff(LESIA, marks=(Mark.DUAL_USE_VETTED,)))
    story.actor = "system"

    await story.tell(committed(), cancelled())

    told = {each.recipient_id for each in await rows(sessions, Delivery)}
    assert LESIA in told
    assert ZUZANA not in told


async def test_r14_mail_about_a_dual_use_cluster_is_there_for_who_is_vetted(
    story: Story, sign_in: SignIn
) -> None:
    in_ukraine = Story(story.sessions, association="UA")
    await in_ukraine.tell(cluster().model_copy(update={"dual_use": True}), dormant(OLENA))
    vetted = await sign_in("UA", "back_office", marks=VETTED)
    unvetted = [await sign_in("UA", "back_office"), await sign_in("ECA", "support_office")]

    assert "Dormant profile" in (await vetted.get("/notifications/deliveries?search=lviv")).text
    for client in unvetted:
        assert (await client.get(API)).json()["items"] == []
