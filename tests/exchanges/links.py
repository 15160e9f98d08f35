"""The links of a visit's people, as their mails would give them."""

from uuid import UUID

from pydantic import SecretStr

from contracts.vocabulary import ParticipantRole
from services.chassis import links
from services.chassis.database import Sessions
from services.exchanges.visits.model import Visit
from tests.exchanges.stories import (
    LINK_KEY,
    contact_of,
)
from tests.links import of_subject


def address(link_id: UUID, key: SecretStr = LINK_KEY) -> str:
    return f"/exchanges/i/{links.token(key, link_id)}"


async def link_of(sessions: Sessions, participant_id: UUID) -> str:
    async with sessions.begin() as session:
        [link] = await of_subject(session, str(participant_id))
    return address(link.id)


async def contact(sessions: Sessions, visit: Visit, role: ParticipantRole) -> str:
    return address((await contact_of(sessions, visit, role)).link_id)
