"""What a command left behind: events in the history, the aggregate as it is stored."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.registry import ClusterProfile
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.errors import DomainError
from services.chassis.identity import Actor
from services.registry.clusters.declaring import Declared, declare_clusters
from services.registry.clusters.model import Cluster
from services.registry.staff import key_commands
from tests.registry.builders import (
    NOON,
    a_member,
    a_person,
    saved,
)


async def declare(
    session: AsyncSession, actor: Actor, profile: ClusterProfile, *, ref: str | None
) -> Sequence[UUID]:
    """Declare one cluster, as the door does; a refusal is raised."""
    [outcome] = await declare_clusters(session, [Declared(actor, profile, ref, NOON)])
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


async def events_of(sessions: Sessions, subject: object) -> Sequence[Event]:
    async with sessions() as session:
        return [history.event_of(row) for row in await history.rows_of(session, str(subject))]


async def types_of(sessions: Sessions, subject: object) -> list[type[Event]]:
    return [type(event) for event in await events_of(sessions, subject)]


async def reread(sessions: Sessions, cluster: Cluster) -> Cluster:
    async with sessions() as session:
        return (await session.scalars(select(Cluster).where(Cluster.id == cluster.id))).one()


async def saved_key(sessions: Sessions, *, owner: UUID) -> UUID:
    await saved(sessions, a_member(owner))
    async with sessions.begin() as session:
        key, _ = await key_commands.issue_key(
            session,
            a_person(),
            name="ERP",
            owner_id=owner,
            scopes=frozenset({"declarations:write"}),
            services=frozenset({"registry"}),
            expires_at=NOON + timedelta(days=90),
            at=NOON,
        )
    return key.id
