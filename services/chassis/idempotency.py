"""Unsafe requests that are sent twice are done once: `Idempotency-Key` names the act.

The key is claimed in the transaction of the act, so a second request waits until the first has
committed and gets its answer. Keys are each actor's own.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from services.chassis import failpoints
from services.chassis.errors import Conflict
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.limits import SAFE
from services.chassis.refusals import BadRequest

KEPT: Final = timedelta(days=30)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")

CLAIM: Final = text("""
  insert into idempotency (actor, key, association, route, digest)
  values (:actor, :key, :association, :route, :digest)
  on conflict (actor, key) do nothing returning key
""")
FIND: Final = text("select * from idempotency where actor = :actor and key = :key")
KEEP: Final = text("""
  update idempotency set status = :status, media_type = :media_type, location = :location,
         answer = :answer
  where actor = :actor and key = :key
""")
FORGET: Final = text("delete from idempotency where made_at < :before returning key")


class KeyUsed(Conflict):
    """The key already names another act."""

    code = "TLK-E431"
    title = "This Idempotency-Key was used for something else"


class BadKey(BadRequest):
    """The key is empty, too long, or not of printable ASCII signs."""

    title = "This Idempotency-Key cannot be used"


class Repeated(Exception):
    """The act was done before; `answer` is what was said then."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


@dataclass(slots=True)
class Claim:
    """One act under its key; `session` is set once the claim stands in the act's transaction."""

    key: str
    route: str
    digest: bytes
    session: AsyncSession | None = None
    actor: str = ""


async def once(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Handle the request, or give the answer it got the first time.

    Raises:
        BadKey: the key is empty, longer than 255 signs, or has others than printable ASCII.
        KeyUsed: the key came with another body, or at another address.
    """
    key = request.headers.get("idempotency-key")
    if key is None or request.method in SAFE:
        return await handle(request)
    if not _KEY.fullmatch(key):
        raise BadKey(mark("give 1 to 255 printable signs, best a random UUID"))
    body = hashlib.sha256(await request.body()).digest()
    claimed = Claim(key, f"{request.method} {request.url.path}", body)
    request.state.claim = claimed
    try:
        answer = await handle(request)
    except Repeated as before:
        return before.answer
    if claimed.session is not None:
        await _keep(claimed.session, claimed, answer)
    return answer


async def claim(session: AsyncSession, actor: Actor, request: Request) -> None:
    """Take the request's key, if it has one, in the transaction of its act.

    Raises:
        Repeated: the act was done before.
        KeyUsed: the key names another act.
    """
    claimed: Claim | None = getattr(request.state, "claim", None)
    if claimed is None:
        return
    mine = {"actor": actor.id, "key": claimed.key}
    row = mine | {
        "association": actor.association,
        "route": claimed.route,
        "digest": claimed.digest,
    }
    if (await session.execute(CLAIM, row)).first() is not None:
        claimed.session, claimed.actor = session, actor.id
        return
    before = (await session.execute(FIND, mine)).one()
    if (before.route, before.digest) != (claimed.route, claimed.digest):
        raise KeyUsed(mark("this key names another request; send this one with a key of its own"))
    headers = {"Location": before.location} if before.location else None
    raise Repeated(Response(before.answer, before.status, headers, before.media_type))


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete answers older than 30 days; gives how many."""
    return len((await session.execute(FORGET, {"before": now - KEPT})).all())


async def _keep(session: AsyncSession, claimed: Claim, answer: Response) -> None:
    """Write the answer beside its effect; both are committed when the route's stack closes."""
    row = {
        "actor": claimed.actor,
        "key": claimed.key,
        "status": answer.status_code,
        "media_type": answer.headers.get("content-type"),
        "location": answer.headers.get("location"),
        "answer": bytes(answer.body),
    }
    await session.execute(KEEP, row)
    await failpoints.hit("http.before_answer")
