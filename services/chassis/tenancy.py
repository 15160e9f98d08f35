"""Tells PostgreSQL for whom a transaction works, so that row-level security can hide the rest.

The settings are local to the transaction. One that never enters sees and writes no tenant's row.
"""

import hashlib
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor

ENTER: Final = text("""
  select set_config('talka.association', :association, true),
         set_config('talka.across', :across, true),
         set_config('talka.vetted', :vetted, true),
         set_config('talka.link', :link, true)
""")


async def enter(session: AsyncSession, actor: Actor, *, link: str = "") -> None:
    """Work for `actor` until the transaction ends; `link` is the secret token of a link in hand."""
    settings = {
        "association": actor.association,
        "across": "on" if actor.reads_across else "",
        "vetted": "on" if actor.is_vetted or actor.is_guest else "",
        "link": hashlib.sha256(link.encode()).hexdigest() if link else "",
    }
    await session.execute(ENTER, settings)
