"""Links without an account: one person, one thing, until a day.

The secret part of an address is worked out from the link's id, so the service that mails it needs
the id alone and no event carries a secret; the database keeps only its hash.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from services.chassis.errors import Gone, NotFound
from services.chassis.faults import mark
from services.chassis.identity import Actor

metadata = MetaData()

links = Table(
    "links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("association", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
)

# the token stands in the address: no other site and no cache may get to know it
SECRET: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
IN_HAND: Final = text("select set_config('talka.link', :sha256, true)")


class LinkUnknown(NotFound):
    """No link has this token; it was cut off in the mail, or never ours."""

    code = "TLK-E432"
    title = "This link is not known"


class LinkEnded(Gone):
    """The link was valid once: its time is over, it was withdrawn, or it was for one use."""

    code = "TLK-E411"
    title = "This link is no longer valid"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for: `kind` is the role it gives, `subject` the thing it is about."""

    id: UUID
    kind: str
    subject: str
    association: str
    expires_at: datetime
    withdrawn_at: datetime | None = None

    def must_be_open(self, *, at: datetime) -> None:
        """Let the link pass while it is valid. A used one passes; what it did is the page's affair.

        Raises:
            LinkEnded: it was withdrawn, or its time is over.
        """
        if self.withdrawn_at is not None:
            raise LinkEnded(mark("this link was withdrawn; write to whoever sent it to you"))
        if at >= self.expires_at:
            raise LinkEnded(
                mark("the time for this answer is over; write to whoever sent the link")
            )

    @property
    def actor(self) -> Actor:
        """Who acts through the link: somebody unknown but for the address it was sent to."""
        return Actor(f"participant:{self.subject}", self.association, frozenset({self.kind}))


async def issue(
    session: AsyncSession,
    link_key: SecretStr,
    *,
    kind: str,
    subject: str,
    association: str,
    expires_at: datetime,
) -> Link:
    """Make a link for one person; its address is `token(link_key, link.id)`."""
    link = Link(uuid7(), kind, subject, association, expires_at)
    row = {
        "id": link.id,
        "kind": kind,
        "subject": subject,
        "association": association,
        "sha256": _sha256(token(link_key, link.id)),
        "expires_at": expires_at,
    }
    await session.execute(insert(links).values(row))
    return link


async def find(session: AsyncSession, token: str) -> Link:
    """The link whose token somebody brought; whether it is still valid is asked of the link.

    From here on the transaction holds the link: its row is visible, nobody else's.

    Raises:
        LinkUnknown: there is none.
    """
    sha256 = _sha256(token)
    await session.execute(IN_HAND, {"sha256": sha256.hex()})
    found = await session.execute(select(*_FIELDS).where(links.c.sha256 == sha256))
    row = found.one_or_none()
    if row is None:
        raise LinkUnknown(mark("this link is not known; copy the whole address from the mail"))
    return Link(*row)


async def newest(session: AsyncSession, *, kinds: Sequence[str], limit: int) -> list[Link]:
    """The links of these kinds that were made last and not withdrawn; for the demo's sign-in."""
    found = await session.execute(
        select(*_FIELDS)
        .where(links.c.kind.in_(kinds), links.c.withdrawn_at.is_(None))
        .order_by(links.c.id.desc())
        .limit(limit)
    )
    return [Link(*row) for row in found]


async def withdraw(session: AsyncSession, *, subject: str, at: datetime) -> None:
    """Make all links about `subject` invalid from now on."""
    mine = (links.c.subject == subject) & links.c.withdrawn_at.is_(None)
    await session.execute(update(links).where(mine).values(withdrawn_at=at))


async def extend(session: AsyncSession, *, subject: str, expires_at: datetime) -> None:
    """Give all links about `subject` another last moment."""
    mine = links.c.subject == subject
    await session.execute(update(links).where(mine).values(expires_at=expires_at))


def token(link_key: SecretStr, link_id: UUID) -> str:
    """The secret part of the link's address, 43 characters; the same whenever it is worked out."""
    return base64.urlsafe_b64encode(_digest(link_key, b"link", link_id)).decode().rstrip("=")


def code(link_key: SecretStr, challenge_id: UUID) -> str:
    """The six digits that prove that somebody reads the mailbox a challenge was sent to."""
    number = int.from_bytes(_digest(link_key, b"code", challenge_id))
    return f"{number % 1_000_000:06}"


_FIELDS: Final = (
    links.c.id,
    links.c.kind,
    links.c.subject,
    links.c.association,
    links.c.expires_at,
    links.c.withdrawn_at,
)


def _digest(link_key: SecretStr, use: bytes, of: UUID) -> bytes:
    return hmac.digest(link_key.get_secret_value().encode(), use + of.bytes, "sha256")


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
