"""All links about one thing, which nobody but tests looks for."""

from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.links import Link, links


async def of_subject(session: AsyncSession, subject: str) -> list[Link]:
    """The links, the oldest first."""
    columns = [links.c[each.name] for each in fields(Link)]
    found = select(*columns).where(links.c.subject == subject).order_by(links.c.id)
    return [Link(*row) for row in await session.execute(found)]
