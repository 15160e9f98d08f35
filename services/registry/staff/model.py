"""A person of the staff, and a key of a system: each event tells the whole present state.

Roles hold within the association. Of a key only the hash is kept; the key itself is shown once.
"""

from datetime import date, datetime
from typing import Final, Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.registry import (
    ApiKeyIssued,
    ApiKeyRecord,
    ApiKeyRevoked,
    StaffAppointed,
    StaffDismissed,
    StaffRecord,
    StaffRolesSet,
)
from contracts.vocabulary import SUPPORT_OFFICE, Mark, PersonNames, Role
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.keys import SCOPES
from services.registry.database import Base, Stored
from services.registry.staff.refusals import (
    AlreadyDismissed,
    AlreadyRevoked,
    RoleNotGivable,
    ScopeUnknown,
)

S = TypeVar("S", bound=StaffRecord)
K = TypeVar("K", bound=ApiKeyRecord)

# What an association gives to its own people, and what only those who work across all have.
OWN_ROLES: Final = frozenset(
    {Role.BACK_OFFICE, Role.CLUSTER_ADMIN, Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST}
)
ACROSS_ROLES: Final = frozenset({Role.SUPPORT_OFFICE, Role.ANALYST, Role.OPERATOR})


class StaffMember(Base):
    """One person's appointment by one association."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    login: Mapped[str | None]
    names: Mapped[PersonNames] = mapped_column(Stored(PersonNames))
    mail: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    roles: Mapped[list[str]]
    marks: Mapped[list[str]]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    dismissed: Mapped[bool]
    lock: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def appoint(
        cls,
        *,
        staff_id: UUID,
        association: str,
        login: str | None,
        names: PersonNames,
        mail: str,
        language: str,
        zone: str,
        roles: frozenset[Role],
        marks: frozenset[Mark],
        from_day: date,
        at: datetime,
    ) -> tuple[Self, StaffAppointed]:
        """Let a person act for the association from that day on.

        Raises:
            RoleNotGivable: a role that this association does not give.
        """
        _must_be_givable(roles, association)
        member = cls(
            id=staff_id,
            association=association,
            login=login,
            names=names,
            mail=mail,
            language=language,
            zone=zone,
            roles=sorted(roles),
            marks=sorted(marks),
            from_day=from_day,
            until_day=None,
            dismissed=False,
        )
        return member, member._record(StaffAppointed, at)

    def set_roles(
        self, *, roles: frozenset[Role], marks: frozenset[Mark], at: datetime
    ) -> StaffRolesSet:
        """Give the person these roles and marks instead of the former ones.

        Raises:
            AlreadyDismissed: the person acts no longer.
            RoleNotGivable: a role that this association does not give.
        """
        self._must_act()
        _must_be_givable(roles, self.association)
        self.roles, self.marks = sorted(roles), sorted(marks)
        return self._record(StaffRolesSet, at)

    def dismiss(self, *, on: date, at: datetime) -> StaffDismissed:
        """End the appointment at once.

        Raises:
            AlreadyDismissed: the person acts no longer.
        """
        self._must_act()
        self.dismissed, self.until_day = True, max(on, self.from_day)
        return self._record(StaffDismissed, at)

    def _must_act(self) -> None:
        if self.dismissed:
            raise AlreadyDismissed(mark("this person was dismissed already: appoint them again"))

    def _record(self, fact: type[S], at: datetime) -> S:
        return fact(
            subject=str(self.id),
            time=at,
            login=self.login,
            names=self.names,
            mail=self.mail,
            language=self.language,
            zone=self.zone,
            roles=tuple(Role(role) for role in self.roles),
            marks=tuple(Mark(mark) for mark in self.marks),
            from_day=self.from_day,
            until_day=self.until_day,
        )


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
            names = ", ".join(sorted(unknown))
            raise ScopeUnknown(mark("no scope is called {scopes}"), scopes=names)
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
        if self.revoked_at is not None:
            raise AlreadyRevoked(mark("the key {prefix} was revoked already"), prefix=self.prefix)
        self.revoked_at = at
        return self._record(ApiKeyRevoked, at)

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


def givable_roles(association: str) -> frozenset[Role]:
    """The roles that this association gives to its people."""
    return ACROSS_ROLES if association == SUPPORT_OFFICE else OWN_ROLES


def _must_be_givable(roles: frozenset[Role], association: str) -> None:
    if refused := roles - givable_roles(association):
        text = mark("{association} does not give the role {roles}")
        values = {"association": association, "roles": ", ".join(sorted(refused))}
        fault = Fault("/roles", RoleNotGivable.code, text, values=values)
        raise RoleNotGivable(text, [fault], **values)
