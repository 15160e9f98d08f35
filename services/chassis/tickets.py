"""What the session cookie holds: a random id, whose it is, and since when; sealed by a signature.

Every service reads it without asking another one. It says who, never what they may do.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from pydantic import SecretStr

_FIELDS: Final = struct.Struct(">32s16sqq")
_SEAL_BYTES: Final = 32
LONGEST_SECONDS: Final = 12 * 3600  # from the sign-in, whatever happens


class BadTicket(ValueError):
    """The cookie was not sealed by us, or not with this secret."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One session of one person; both times are whole seconds since 1970, by the database."""

    id: bytes
    staff_id: UUID
    begun: int
    seen: int

    @classmethod
    def new(cls, staff_id: UUID, *, now: int) -> Self:
        """A session that begins now, under an id that nobody can guess."""
        return cls(secrets.token_bytes(32), staff_id, now, now)

    @classmethod
    def opened(cls, cookie: str, secret: SecretStr) -> Self:
        """The ticket in a cookie.

        Raises:
            BadTicket: the seal does not fit.
        """
        try:
            raw = base64.b64decode(cookie, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as fault:
            raise BadTicket from fault
        fields, seal = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
        if len(fields) != _FIELDS.size or not hmac.compare_digest(seal, _seal(fields, secret)):
            raise BadTicket
        identifier, staff, begun, seen = _FIELDS.unpack(fields)
        return cls(identifier, UUID(bytes=staff), begun, seen)

    def sealed(self, secret: SecretStr) -> str:
        """The value of the cookie."""
        fields = _FIELDS.pack(self.id, self.staff_id.bytes, self.begun, self.seen)
        return base64.urlsafe_b64encode(fields + _seal(fields, secret)).decode()

    @property
    def sha256(self) -> str:
        """Under what the database knows the session; the id itself is in the cookie alone."""
        return hashlib.sha256(self.id).hexdigest()

    def form_token(self, secret: SecretStr) -> str:
        """What a form of this session brings back, so that no other site can send one."""
        return hmac.digest(_key(secret, b"form"), self.id, "sha256").hex()


def _seal(fields: bytes, secret: SecretStr) -> bytes:
    return hmac.digest(_key(secret, b"session"), fields, "sha256")


def _key(secret: SecretStr, use: bytes) -> bytes:
    return hmac.digest(secret.get_secret_value().encode(), use, "sha256")
