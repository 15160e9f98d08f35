"""R-11: one mail that asks about several profiles, when it fails or when one is answered."""

from uuid import UUID

import pytest
from sqlalchemy import update

from contracts.registry import ClusterArchived
from contracts.vocabulary import DeliveryState
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.copies.model import ContactCopy
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.preparing import prepare
from tests.notifications.builders import CATALOGUES, NOON
from tests.notifications.events import LVIV_CLUSTER, cluster
from tests.notifications.ledger import deliveries
from tests.notifications.postman import a_postman, settle_acts
from tests.notifications.smtp import Inbox
from tests.notifications.story import Story
from tests.notifications.test_contacts import carry
from tests.notifications.test_dormant_profiles import (
    OKSANA,
    OTHER_CLUSTER,
    OTHER_LINK,
    a_contact,
    another_cluster,
    dormant,
    reinstated,
)

CARRIER, JOINED = OTHER_CLUSTER, LVIV_CLUSTER  # the first by name carries the mail
NAMES = {OTHER_CLUSTER: "Кластер верстатів", LVIV_CLUSTER: "Львівський кластер пластмас"}

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def scribe(settings: Settings) -> Scribe:
    return Scribe.of(settings, CATALOGUES)


@pytest.fixture
async def story(sessions: Sessions) -> Story:
    """Two profiles of one person went dormant; their mail can be written from now on."""
    told = Story(sessions, association="UA")
    await told.tell(cluster(), another_cluster(), a_contact(OKSANA, "oksana"))
    await told.tell(dormant(OKSANA), dormant(OKSANA, of=OTHER_CLUSTER, link=OTHER_LINK))
    await settle_acts(sessions)
    return told


async def write(sessions: Sessions, scribe: Scribe) -> int:
    async with sessions.begin() as session:
        return await prepare(session, scribe, at=NOON)


async def alter(sessions: Sessions, **values: str) -> None:
    async with sessions.begin() as session:
        await session.execute(update(ContactCopy).values(values))


async def states(sessions: Sessions) -> dict[UUID, DeliveryState]:
    return {each.about_id: each.state for each in await deliveries(sessions)}


@pytest.mark.parametrize(("back", "asked"), [(CARRIER, JOINED), (JOINED, CARRIER)])
@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.RETRY_WAIT])
async def test_r11_what_is_back_is_taken_out_of_a_mail_that_waits_to_be_sent(
    *,
    story: Story,
    sessions: Sessions,
    settings: Settings,
    scribe: Scribe,
    inbox: Inbox,
    state: DeliveryState,
    back: UUID,
    asked: UUID,
) -> None:
    postman = a_postman(sessions, settings, inbox.port)
    await write(sessions, scribe)
    if state is DeliveryState.RETRY_WAIT:
        inbox.on_content = lambda tries: "451 later" if tries == 1 else "250 taken"
        await postman.round()
    assert (await states(sessions))[CARRIER] is state

    await story.tell(reinstated(back))
    await carry(sessions, postman)

    [mail] = inbox.arrived
    body = mail.get_body(("plain",))
    assert body is not None
    assert NAMES[asked] in str(mail["Subject"])
    assert NAMES[back] not in body.get_content()
    assert await states(sessions) == {
        asked: DeliveryState.SENT,
        back: DeliveryState.SUPPRESSED,
    }
    assert [each.carrier_id for each in await deliveries(sessions)] == [None, None]


async def test_r11_nobody_is_asked_once_all_of_a_written_mail_are_back_or_archived(
    story: Story, sessions: Sessions, settings: Settings, scribe: Scribe, inbox: Inbox
) -> None:
    await write(sessions, scribe)
    archived = ClusterArchived(
        subject=str(JOINED), time=NOON, reason="It closed.", archived_day=NOON.date()
    )

    await story.tell(reinstated(CARRIER), archived)
    await carry(sessions, a_postman(sessions, settings, inbox.port))

    assert inbox.arrived == []
    assert set((await states(sessions)).values()) == {DeliveryState.SUPPRESSED}


@pytest.mark.usefixtures("story")
async def test_r11_profiles_of_one_mail_wait_together_when_it_cannot_be_written(
    sessions: Sessions, settings: Settings, scribe: Scribe, inbox: Inbox
) -> None:
    await alter(sessions, zone="Nowhere/Land")

    assert await write(sessions, scribe) == 2
    assert await write(sessions, scribe) == 0  # none is due for a minute: the worker rests

    await alter(sessions, zone="Europe/Kyiv")
    await carry(sessions, a_postman(sessions, settings, inbox.port))
    assert inbox.reached == ["oksana@example.org"]


@pytest.mark.usefixtures("story")
async def test_r11_profiles_of_one_mail_end_together_when_its_address_is_none(
    sessions: Sessions, scribe: Scribe
) -> None:
    await alter(sessions, mail="@")

    await write(sessions, scribe)

    assert set((await states(sessions)).values()) == {DeliveryState.SUPPRESSED}
