"""The service's own copy of who may act: appointments of people, and keys of systems.

It is fed by `registry.staff` and asked at every request, so a role that is taken away is gone as
soon as the event has come, whatever a session or a key says.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import MetaData, Select, delete, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from contracts.staff import (
    ApiKeyIssued,
    ApiKeyRecord,
    ApiKeyRevoked,
    StaffAppointed,
    StaffDismissed,
    StaffErased,
    StaffRecord,
    StaffRolesSet,
)
from services.chassis import database, sessions
from services.chassis.consumer import Consumer, HandlerOf
from services.chassis.database import upsert
from services.chassis.errors import NotSignedIn
from services.chassis.faults import mark
from services.chassis.identity import ACROSS, Actor
from services.chassis.received import Received


class Base(database.Base):
    __abstract__ = True
    metadata = MetaData()


class StaffCopy(Base):
    """One person's appointment, as the association last stated it."""

    __tablename__ = "staff_copy"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    login: Mapped[str | None]
    names: Mapped[dict[str, Any]]
    mail: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    roles: Mapped[list[str]]
    marks: Mapped[list[str]]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    dismissed: Mapped[bool]
    as_of: Mapped[datetime]

    @property
    def name(self) -> str:
        """The name as the person writes it."""
        return str(self.names["original"])


class ApiKeyCopy(Base):
    """One key: what opens it is kept as a hash."""

    __tablename__ = "api_keys_copy"

    key_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    prefix: Mapped[str]
    sha256: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[UUID]
    scopes: Mapped[list[str]]
    services: Mapped[list[str]]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    as_of: Mapped[datetime]


# an appointment holds on whole days of the place where the person works
TODAY: Final = text("(clock_timestamp() at time zone staff_copy.zone)::date")


async def actor_of(session: AsyncSession, staff_id: UUID) -> Actor:
    """The person as an actor, with the roles held today. The session sees all rows (worker).

    Raises:
        NotSignedIn: nobody of this id works for an association today.
    """
    person = await session.scalar(_in_office().where(StaffCopy.staff_id == staff_id))
    if person is None:
        raise NotSignedIn(
            mark("your account has no role in Talka; ask the back office of your association")
        )
    return Actor(
        id=f"staff:{staff_id}",
        association=person.association,
        roles=frozenset(person.roles),
        marks=frozenset(person.marks),
        name=person.name,
        language=person.language,
        zone=person.zone,
    )


async def in_office(session: AsyncSession, *, of: str | None = None) -> Sequence[StaffCopy]:
    """Everybody who works for an association, or for that one, today.

    By association and name; across people last.
    """
    theirs = _in_office() if of is None else _in_office().where(StaffCopy.association == of)
    people = (await session.scalars(theirs)).all()
    return sorted(people, key=lambda p: (p.association == ACROSS, p.association, p.name))


def _in_office() -> Select[StaffCopy]:
    return select(StaffCopy).where(
        StaffCopy.dismissed.is_(False),
        StaffCopy.from_day <= TODAY,
        or_(StaffCopy.until_day.is_(None), StaffCopy.until_day >= TODAY),
    )


def follow(consumer: Consumer, *, erased: HandlerOf[StaffErased] | None = None) -> None:
    """Let the service's consumer keep the copies, and end sessions that ended elsewhere.

    A service that keeps more of a person than the copy brings its own handler as `erased`; it
    calls `on_staff_erased` and forgets the rest.
    """
    for staff_class in (StaffAppointed, StaffRolesSet, StaffDismissed):
        consumer.on(staff_class)(on_staff_recorded)
    for key_class in (ApiKeyIssued, ApiKeyRevoked):
        consumer.on(key_class)(on_key_recorded)
    consumer.on(StaffErased)(erased or on_staff_erased)
    sessions.follow(consumer)


async def on_staff_recorded(session: AsyncSession, events: Sequence[Received[StaffRecord]]) -> None:
    """Keep the newest appointment of each person."""
    await upsert(session, StaffCopy, [_person(received) for received in events])


async def on_key_recorded(session: AsyncSession, events: Sequence[Received[ApiKeyRecord]]) -> None:
    """Keep the newest state of each key; a revoked one opens nothing from here on."""
    await upsert(session, ApiKeyCopy, [_key(received) for received in events])


async def on_staff_erased(session: AsyncSession, events: Sequence[Received[StaffErased]]) -> None:
    """Forget the person; keys that the person owned go on for the association."""
    gone = [UUID(received.subject) for received in events]
    await session.execute(delete(StaffCopy).where(StaffCopy.staff_id.in_(gone)))


def _person(received: Received[StaffRecord]) -> dict[str, Any]:
    event = received.event
    return {
        "staff_id": UUID(received.subject),
        "association": received.envelope.association,
        "login": event.login,
        "names": event.names.model_dump(),
        "mail": event.mail,
        "language": event.language,
        "zone": event.zone,
        "roles": sorted(event.roles),
        "marks": sorted(event.marks),
        "from_day": event.from_day,
        "until_day": event.until_day,
        "dismissed": isinstance(event, StaffDismissed),
        "as_of": received.envelope.time,
    }


def _key(received: Received[ApiKeyRecord]) -> dict[str, Any]:
    event = received.event
    return {
        "key_id": UUID(received.subject),
        "association": received.envelope.association,
        "prefix": event.prefix,
        "sha256": event.sha256,
        "name": event.name,
        "owner_id": event.owner_id,
        "scopes": list(event.scopes),
        "services": list(event.services),
        "expires_at": event.expires_at,
        "revoked_at": event.revoked_at,
        "as_of": received.envelope.time,
    }
