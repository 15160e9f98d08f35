"""What stands in the ledger after facts came, and a visit that many hear of."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from contracts.vocabulary import DeliveryState
from services.chassis.database import Sessions
from services.notifications.deliveries.model import Delivery
from tests.notifications.events import JANA, MAREK, OLENA, invited, opened, session_planned
from tests.notifications.story import Story


async def deliveries(sessions: Sessions, template: str | None = None) -> Sequence[Delivery]:
    async with sessions() as session:
        found = await session.scalars(select(Delivery).order_by(Delivery.position))
    return [d for d in found.all() if template in (None, d.template)]


async def told(sessions: Sessions, template: str) -> list[UUID]:
    return [delivery.recipient_id for delivery in await deliveries(sessions, template)]


async def reach_everybody(sessions: Sessions) -> None:
    """Let all mails planned so far have arrived."""
    async with sessions.begin() as session:
        for delivery in (await session.scalars(select(Delivery))).all():
            if delivery.state is DeliveryState.PLANNED:
                delivery.state = DeliveryState.SENT


async def a_visit_with_three_delegates(story: Story) -> None:
    await story.tell(opened(), session_planned(1), session_planned(2))
    await story.tell(invited(OLENA), invited(MAREK), invited(JANA))
