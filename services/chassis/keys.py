"""Keys with which systems act for an association: made once, kept as hashes, asked of the copy.

What a key opened is remembered for half a second, so that a flood of declarations does not become
a flood of questions; a revoked key is refused everywhere within a second all the same.
"""

import asyncio
import hashlib
import secrets
import string
import time
from typing import Final, NamedTuple

from sqlalchemy import func, select

from services.chassis.budgets import Budgets
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed, NotSignedIn
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.key_uses import KeyUses
from services.chassis.refusals import TooMany
from services.chassis.staff import ApiKeyCopy

BEGINNING: Final = "tlk_"
PREFIX_SIGNS: Final = 6
DECLARE: Final = "declarations:write"
READ: Final = "snapshots:read"
STREAM: Final = "streams:read"
EXPORT: Final = "exports:read"
SCOPES: Final = (DECLARE, READ, STREAM, EXPORT)
NO_SUCH_KEY: Final = mark(
    "this key is unknown, expired or revoked; the back office makes another one"
)
REMEMBERED: Final = 10_000
WRONG_KEYS: Final = 30  # at once, from one address or of one name …
WRONG_KEYS_A_SECOND: Final = 0.5  # … and then so many


class NewKey(NamedTuple):
    """A key as it is shown this once, and what of it may be kept and published."""

    secret: str
    prefix: str
    sha256: str


def new_key() -> NewKey:
    """Make a key: `tlk_`, six signs that name it, and 256 random bits."""
    name = "".join(
        secrets.choice(string.ascii_letters + string.digits) for _ in range(PREFIX_SIGNS)
    )
    secret = f"{BEGINNING}{name}{secrets.token_urlsafe(32)}"
    return NewKey(secret, f"{BEGINNING}{name}", sha256_of(secret))


def sha256_of(secret: str) -> str:
    """Under what a key is known."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Keys:
    """The keys that open the doors of one service, as its copy knows them."""

    def __init__(self, sessions: Sessions, service: str, *, remember_seconds: float = 0.5) -> None:
        self._sessions = sessions
        self.uses = KeyUses(sessions)
        self._service = service
        self._remember_seconds = remember_seconds
        self._known: dict[str, tuple[float, asyncio.Future[Actor]]] = {}
        self._right: set[str] = set()  # hashes of keys that opened: guessing does not close them
        self._guesses = Budgets(a_second=WRONG_KEYS_A_SECOND, most=WRONG_KEYS)

    async def actor(self, authorization: str, *, client: str = "") -> Actor:
        """Who acts with this header `Authorization`; `client` is the address it comes from.

        Raises:
            NotSignedIn: the key is unknown, expired or revoked.
            NotAllowed: it is for other services.
            TooMany: too many wrong keys came from there, or of this name.
        """
        scheme, _, secret = authorization.partition(" ")
        sha256 = sha256_of(secret.strip())
        guessed = [f"from {client}", f"of {secret[: len(BEGINNING) + PREFIX_SIGNS]}"]
        if sha256 not in self._right:
            wait = max(map(self._guesses.seconds_until, guessed))
            if wait:
                raise TooMany(mark("too many wrong keys; wait a little and try again"), after=wait)
        try:
            actor = await self._of(scheme, secret, sha256)
        except NotSignedIn:
            self._right.discard(sha256)
            for name in guessed:
                self._guesses.spend(name)
            raise
        self._right.add(sha256)
        return actor

    async def _of(self, scheme: str, secret: str, sha256: str) -> Actor:
        if scheme.lower() != "bearer" or not secret.strip():
            raise NotSignedIn(mark("send your key as: Authorization: Bearer tlk_…"))
        if not secret.startswith(BEGINNING):
            raise NotSignedIn(NO_SUCH_KEY)
        now = time.monotonic()
        asked_at, answer = self._known.get(sha256, (0.0, None))
        if answer is None or now - asked_at > self._remember_seconds:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            answer = asyncio.ensure_future(self._asked(sha256))
            self._known[sha256] = (now, answer)
        actor = await asyncio.shield(answer)  # others wait for the same answer
        self.uses.count(actor)
        return actor

    async def _asked(self, sha256: str) -> Actor:
        valid = (
            select(ApiKeyCopy)
            .where(ApiKeyCopy.sha256 == sha256, ApiKeyCopy.revoked_at.is_(None))
            .where(ApiKeyCopy.expires_at > func.clock_timestamp())
        )
        async with self._sessions() as session:
            key = await session.scalar(valid)
        if key is None:
            raise NotSignedIn(NO_SUCH_KEY)
        if self._service not in key.services:
            raise NotAllowed(
                mark("this key is not for {service}; the back office can make one that is"),
                service=self._service,
            )
        return Actor(
            id=f"key:{key.key_id}",
            association=key.association,
            roles=frozenset({BACK_OFFICE} if DECLARE in key.scopes else ()),
            scopes=frozenset(key.scopes),
            name=key.name,
        )


def must_have(actor: Actor, scope: str) -> None:
    """Let people pass, and keys that were made for this.

    Raises:
        NotAllowed: naming the scope.
    """
    if actor.is_key and scope not in actor.scopes:
        raise NotAllowed(
            mark("this key lacks the scope {scope}; the back office can make one with it"),
            scope=scope,
        )
