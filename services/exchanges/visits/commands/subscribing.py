"""Give people a secret address under which their calendar follows the association's visits."""

from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import links
from services.chassis.identity import Actor
from services.chassis.links import Link

KIND: Final = "calendar"
LASTS: Final = timedelta(days=400)


async def subscribe(
    session: AsyncSession, actor: Actor, *, link_key: SecretStr, at: datetime
) -> Link:
    """A new subscription; earlier ones of the same person end."""
    subject = f"{KIND}:{actor.id}"
    await links.withdraw(session, subject=subject, at=at)
    return await links.issue(
        session,
        link_key,
        kind=KIND,
        subject=subject,
        association=actor.association,
        expires_at=at + LASTS,
    )
