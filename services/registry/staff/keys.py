"""A key of a system: each event tells its whole present state, but never the key itself.

Of a key only the hash is kept; whoever makes it sees it once.
"""

from datetime import datetime
from typing import Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.registry import ApiKeyIssued, ApiKeyRecord, ApiKeyRevoked
from services.chassis.faults import mark
from services.chassis.keys import SCOPES
from services.registry.database import Base
from services.registry.staff.refusals import AlreadyRevoked, ScopeUnknown

K = TypeVar("K", bound=ApiKeyRecord)


class ApiKey(Base):
    """A key with which a system of the association posts and reads."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    prefix: Mapped[str]
    sha256: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[UUID]
    scopes: Mapped[list[str]]
    services: Mapped[list[str]]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    lock: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def issue(
        cls,
        *,
        key_id: UUID,
        association: str,
        prefix: str,
        sha256: str,
        name: str,
        owner_id: UUID,
        scopes: frozenset[str],
        services: frozenset[str],
        expires_at: datetime,
        at: datetime,
    ) -> tuple[Self, ApiKeyIssued]:
        """Let a system act for the association until the key expires.

        Raises:
            ScopeUnknown: a scope that no door asks for.
        """
        if unknown := scopes.difference(SCOPES):
            raise ScopeUnknown(
                mark("no scope is called {scopes}; there are {known}"),
                scopes=sorted(unknown),
                known=sorted(SCOPES),
            )
        key = cls(
            id=key_id,
            association=association,
            prefix=prefix,
            sha256=sha256,
            name=name,
            owner_id=owner_id,
            scopes=sorted(scopes),
            services=sorted(services),
            issued_at=at,
            expires_at=expires_at,
            revoked_at=None,
        )
        return key, key._record(ApiKeyIssued, at)

    def revoke(self, *, at: datetime) -> ApiKeyRevoked:
        """Let the key open nothing any more.

        Raises:
            AlreadyRevoked: it opens nothing already.
        """
        self._must_open()
        self.revoked_at = at
        return self._record(ApiKeyRevoked, at)

    def hand_over(self, owner_id: UUID, *, at: datetime) -> ApiKeyIssued:
        """Let another person of the staff answer for the key.

        Raises:
            AlreadyRevoked: it opens nothing already.
        """
        self._must_open()
        self.owner_id = owner_id
        return self._record(ApiKeyIssued, at)

    def end_by(self, expires_at: datetime, *, at: datetime) -> ApiKeyIssued:
        """Let the key open doors until then at most, because another one takes its place.

        Raises:
            AlreadyRevoked: it opens nothing already.
        """
        self._must_open()
        self.expires_at = min(self.expires_at, expires_at)
        return self._record(ApiKeyIssued, at)

    def _must_open(self) -> None:
        if self.revoked_at is not None:
            raise AlreadyRevoked(mark("the key {prefix} was revoked already"), prefix=self.prefix)

    def _record(self, fact: type[K], at: datetime) -> K:
        return fact(
            subject=str(self.id),
            time=at,
            prefix=self.prefix,
            sha256=self.sha256,
            name=self.name,
            owner_id=self.owner_id,
            scopes=tuple(self.scopes),
            services=tuple(self.services),
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
        )
