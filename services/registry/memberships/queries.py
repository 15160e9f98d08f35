"""Who was a member of a cluster on a day, how many of which kind, and where somebody belonged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ClusterArchived
from contracts.vocabulary import MemberKind, SizeClass
from services.chassis import history, paging
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.imported import came_with
from services.registry.memberships.knowing import days_known
from services.registry.memberships.model import Membership, Span
from services.registry.organisations.model import Organisation


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for among members; an empty field lets everything through."""

    text: str = ""
    kind: MemberKind | None = None
    size_class: SizeClass | None = None
    imported: str = ""  # the number of an import


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation in a cluster, and the days of that as they are or were known."""

    membership: Membership
    organisation: Organisation
    days: Span


@dataclass(frozen=True, slots=True)
class Belonging:
    """A cluster to which an organisation belongs or belonged, and on which days."""

    membership: Membership
    days: Span
    cluster_number: str
    cluster_name: str


async def members_page(
    session: AsyncSession,
    cluster_id: UUID,
    wanted: Wanted,
    *,
    day: date,
    known_at: datetime | None = None,
    cursor: str | None,
    size: int,
) -> tuple[Sequence[Member], str | None]:
    """A page of the members of a day by name, and the cursor of the next one."""
    last_day = await _last_day(session, cluster_id, known_at)
    spans = await _spans(session, cluster_id, day, known_at)
    rows = _members(select(Membership, Organisation), cluster_id, wanted, day, spans)
    rows = rows.where(_is_there(day, last_day))
    found, following = await paging.page(
        session, rows, Organisation.sort_name, Membership.id, cursor=cursor, size=size
    )
    members = [
        Member(each, organisation, (spans or {}).get(each.id, each.days).until(last_day))
        for each, organisation in found
    ]
    return members, following


async def all_members(
    session: AsyncSession,
    cluster_id: UUID,
    wanted: Wanted,
    *,
    day: date,
    known_at: datetime | None = None,
) -> Sequence[Member]:
    """All members of a day that are wanted, by name."""
    last_day = await _last_day(session, cluster_id, known_at)
    spans = await _spans(session, cluster_id, day, known_at)
    rows = _members(select(Membership, Organisation), cluster_id, wanted, day, spans)
    rows = rows.where(_is_there(day, last_day)).order_by(Organisation.sort_name, Membership.id)
    return [
        Member(each, organisation, (spans or {}).get(each.id, each.days).until(last_day))
        for each, organisation in await session.execute(rows)
    ]


async def members_count(
    session: AsyncSession,
    cluster_id: UUID,
    wanted: Wanted,
    *,
    day: date,
    known_at: datetime | None = None,
) -> int:
    """How many members of a day are wanted."""
    last_day = await _last_day(session, cluster_id, known_at)
    spans = await _spans(session, cluster_id, day, known_at)
    counted = _members(select(func.count()).select_from(Membership), cluster_id, wanted, day, spans)
    counted = counted.where(_is_there(day, last_day))
    many: int = (await session.execute(counted)).scalar_one()
    return many


@dataclass(frozen=True, slots=True)
class Counted:
    """How many members of a kind and a size a cluster has on a day."""

    kind: MemberKind
    size_class: SizeClass
    members: int


async def members_counted(
    session: AsyncSession, cluster_id: UUID, *, day: date
) -> Sequence[Counted]:
    """The members of a day by kind and size: what everybody may know who may see the cluster."""
    counted = func.members_counted(cluster_id, day).table_valued("kind", "size_class", "members")
    rows = await session.execute(select(counted).order_by(counted.c.kind, counted.c.size_class))
    return [Counted(MemberKind(kind), SizeClass(size), many) for kind, size, many in rows]


async def belongings_of(
    session: AsyncSession, actor: Actor, organisation_id: UUID
) -> Sequence[Belonging]:
    """Where the organisation belongs or belonged, as far as the actor may see, newest first."""
    rows = (
        select(Membership, Cluster.ended_on, Cluster.number, Cluster.name)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(Membership.organisation_id == organisation_id, finding.visible_to(actor))
        .order_by(Membership.joined_day.desc(), Membership.id)
    )
    return [
        Belonging(membership, membership.days.until(ended_on), number, name)
        for membership, ended_on, number, name in await session.execute(rows)
    ]


def on(day: date) -> ColumnElement[bool]:
    """The memberships that hold on a day."""
    return and_(
        Membership.joined_day <= day,
        or_(Membership.ended_day.is_(None), Membership.ended_day >= day),
    )


def _members(
    rows: Select[*tuple[Any, ...]],
    cluster_id: UUID,
    wanted: Wanted,
    day: date,
    known: Mapping[UUID, Span] | None,
) -> Select[*tuple[Any, ...]]:
    conditions: list[ColumnElement[Any]] = [
        Organisation.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    if wanted.kind is not None:
        conditions.append(Membership.kind == wanted.kind)
    if wanted.size_class is not None:
        conditions.append(Organisation.size_class == wanted.size_class)
    if wanted.imported:
        whose = select(Cluster.association).where(Cluster.id == cluster_id).scalar_subquery()
        conditions.append(came_with(wanted.imported, whose, Membership.id))
    held = on(day) if known is None else Membership.id.in_(known)
    joined = rows.join(Organisation, Organisation.id == Membership.organisation_id)
    return joined.where(Membership.cluster_id == cluster_id, held, and_(true(), *conditions))


def _is_there(day: date, last_day: date | None) -> ColumnElement[bool]:
    return true() if last_day is None or day <= last_day else false()


async def _last_day(
    session: AsyncSession, cluster_id: UUID, known_at: datetime | None
) -> date | None:
    """The last day of the cluster, as it is or was known; None while it goes on."""
    if known_at is None:
        return await session.scalar(select(Cluster.ended_on).where(Cluster.id == cluster_id))
    for row in await history.rows_of(session, str(cluster_id)):
        if row["type"] == ClusterArchived.type and row["time"] <= known_at:
            event = history.event_of(row)
            return event.archived_day if isinstance(event, ClusterArchived) else None
    return None


async def _spans(
    session: AsyncSession, cluster_id: UUID, day: date, known_at: datetime | None
) -> dict[UUID, Span] | None:
    """The memberships that were known at an instant to hold on the day; None for now."""
    if known_at is None:
        return None
    of_cluster = select(Membership.id).where(Membership.cluster_id == cluster_id)
    known = await _days_at(session, (await session.scalars(of_cluster)).all(), known_at)
    return {each: days for each, days in known.items() if days.holds_on(day)}


async def _days_at(
    session: AsyncSession, membership_ids: Sequence[UUID], known_at: datetime
) -> dict[UUID, Span]:
    facts = (
        select(history.history)
        .where(
            history.history.c.subject.in_([str(each) for each in membership_ids]),
            history.history.c.time <= known_at,
        )
        .order_by(history.history.c.position)
    )
    rows = (await session.execute(facts)).mappings()
    return days_known(history.event_of(row) for row in rows)
