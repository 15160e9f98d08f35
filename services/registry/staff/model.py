"""A person of the staff: each event tells the whole present state of the appointment.

Roles hold within the association.
"""

from datetime import date, datetime
from typing import Final, Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.registry import (
    StaffAppointed,
    StaffDismissed,
    StaffErased,
    StaffRecord,
    StaffRolesSet,
)
from contracts.vocabulary import SUPPORT_OFFICE, Mark, PersonNames, Role
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import ACROSS_ROLES, ROLES
from services.registry.database import Base, Stored
from services.registry.staff.back_office import Span
from services.registry.staff.refusals import (
    AlreadyDismissed,
    EndsBeforeItBegins,
    RoleNotGivable,
    StillOnStaff,
)
from services.registry.zones import faults_of_zone

S = TypeVar("S", bound=StaffRecord)

# What an association gives to its own people, and what only those who work across all have.
OWN_ROLES: Final = frozenset(
    {Role.BACK_OFFICE, Role.CLUSTER_ADMIN, Role.COORDINATOR, Role.LOGISTICS, Role.ANALYST}
)
GIVEN_ACROSS: Final = frozenset(Role(each) for each in ACROSS_ROLES)


class StaffMember(Base):
    """One person's appointment by one association."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    ref: Mapped[str | None]
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
        ref: str | None = None,
        login: str | None,
        names: PersonNames,
        mail: str,
        language: str,
        zone: str,
        roles: frozenset[Role],
        marks: frozenset[Mark],
        from_day: date,
        until_day: date | None = None,
        at: datetime,
    ) -> tuple[Self, StaffAppointed]:
        """Let a person act for the association on these days.

        Raises:
            RoleNotGivable: a role that this association does not give.
            EndsBeforeItBegins: the last day is before the first.
        """
        _must_be_givable(roles, association)
        _must_follow(from_day, until_day)
        _must_be_a_zone(zone)
        member = cls(
            id=staff_id,
            association=association,
            ref=ref,
            login=login,
            names=names,
            mail=mail,
            language=language,
            zone=zone,
            roles=sorted(roles),
            marks=sorted(marks),
            from_day=from_day,
            until_day=until_day,
            dismissed=False,
        )
        return member, member._record(StaffAppointed, at)

    @property
    def span(self) -> Span:
        """The days on which the person acts."""
        return Span(self.from_day, self.until_day)

    @property
    def in_back_office(self) -> bool:
        """Whether the person is of the back office, on some day at least."""
        return not self.dismissed and Role.BACK_OFFICE in self.roles

    def set_roles(
        self,
        *,
        roles: frozenset[Role],
        marks: frozenset[Mark],
        until_day: date | None,
        at: datetime,
    ) -> StaffRolesSet:
        """Give the person these roles and marks, and this last day, instead of the former ones.

        Raises:
            AlreadyDismissed: the person acts no longer.
            RoleNotGivable: a role that this association does not give.
            EndsBeforeItBegins: the last day is before the first.
        """
        self._must_act()
        _must_be_givable(roles, self.association)
        _must_follow(self.from_day, until_day)
        self.roles, self.marks, self.until_day = sorted(roles), sorted(marks), until_day
        return self._record(StaffRolesSet, at)

    def restate(
        self,
        *,
        names: PersonNames,
        mail: str,
        login: str | None,
        language: str,
        zone: str,
        roles: frozenset[Role],
        marks: frozenset[Mark],
        from_day: date,
        until_day: date | None,
        at: datetime,
    ) -> StaffRolesSet | None:
        """Take over what the association's own system says; nothing comes of what is known.

        Raises:
            AlreadyDismissed: the person acts no longer.
            RoleNotGivable: a role that this association does not give.
            EndsBeforeItBegins: the last day is before the first.
        """
        stated = {
            "names": names,
            "mail": mail,
            "login": login,
            "language": language,
            "zone": zone,
            "roles": sorted(roles),
            "marks": sorted(marks),
            "from_day": from_day,
            "until_day": until_day,
        }
        if all(getattr(self, name) == value for name, value in stated.items()):
            return None
        self._must_act()
        _must_be_givable(roles, self.association)
        _must_follow(from_day, until_day)
        _must_be_a_zone(zone)
        for name, value in stated.items():
            setattr(self, name, value)
        return self._record(StaffRolesSet, at)

    def dismiss(self, *, on: date, at: datetime) -> StaffDismissed:
        """End the appointment at once.

        Raises:
            AlreadyDismissed: the person acts no longer.
        """
        self._must_act()
        self.dismissed, self.until_day = True, max(on, self.from_day)
        return self._record(StaffDismissed, at)

    def erased(self, *, at: datetime) -> StaffErased:
        """State that everything about the person is to be forgotten.

        Raises:
            StillOnStaff: the person acts; the appointment ends first.
        """
        self.must_have_left()
        return StaffErased(subject=str(self.id), time=at)

    def must_have_left(self) -> None:
        """Ask before the person is forgotten.

        Raises:
            StillOnStaff: the person acts; the appointment ends first.
        """
        if not self.dismissed:
            raise StillOnStaff(mark("this person still acts for you: end the appointment first"))

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


def givable_roles(association: str) -> frozenset[Role]:
    """The roles that this association gives to its people."""
    return GIVEN_ACROSS if association == SUPPORT_OFFICE else OWN_ROLES


def _must_be_a_zone(zone: str) -> None:
    if faults := faults_of_zone(zone):
        raise Invalid(faults[0].text, faults)


def _must_follow(from_day: date, until_day: date | None) -> None:
    if until_day is not None and until_day < from_day:
        text = mark("the last day is before the first: correct one of them")
        raise EndsBeforeItBegins(text, [Fault("/until_day", EndsBeforeItBegins.code, text)])


def _must_be_givable(roles: frozenset[Role], association: str) -> None:
    if refused := roles - givable_roles(association):
        text = mark("{association} does not give the role {roles}")
        values = {"association": association, "roles": [ROLES[role] for role in sorted(refused)]}
        fault = Fault("/roles", RoleNotGivable.code, text, values=values)
        raise RoleNotGivable(text, [fault], **values)
