"""Labels as far as somebody may see the clusters that hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import LabelLevel
from services.chassis import paging
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.labels.finding import Found, seen_by
from services.registry.labels.model import Label, LabelReminder, LabelState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    level: LabelLevel | None = None
    state: LabelState | None = None
    ends_by: date | None = None


async def labels_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Found], str | None]:
    """A page of labels with their clusters, those that end first before the others."""
    rows = seen_by(actor).where(_matching(wanted))
    return await paging.page(session, rows, Label.ends_on, Label.id, cursor=cursor, size=size)


async def labels_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many labels the actor may see of what is wanted."""
    rows = seen_by(actor).where(_matching(wanted)).with_only_columns(func.count())
    return (await session.execute(rows)).scalar_one()


async def labels_of(session: AsyncSession, actor: Actor, cluster_id: UUID) -> Sequence[Label]:
    """All labels that one cluster holds or held, the newest first."""
    rows = seen_by(actor).where(Label.cluster_id == cluster_id)
    found = await session.execute(rows.order_by(Label.from_day.desc(), Label.id))
    return [row[0] for row in found]


async def reminders_of(session: AsyncSession, label: Label) -> Sequence[LabelReminder]:
    """When the label's own side was reminded of its last day, the first time first."""
    rows = select(LabelReminder).where(
        LabelReminder.label_id == label.id, LabelReminder.until_day == label.until_day
    )
    return (await session.scalars(rows.order_by(LabelReminder.days_before.desc()))).all()


async def reminded_of(session: AsyncSession, actor: Actor) -> int:
    """How many labels of the actor's association it is reminded of at present."""
    reminded = select(LabelReminder.label_id).where(LabelReminder.until_day == Label.until_day)
    rows = (
        seen_by(actor)
        .where(
            Label.association == actor.association,
            Label.state == LabelState.GRANTED,
            Label.id.in_(reminded),
        )
        .with_only_columns(func.count())
    )
    return (await session.execute(rows)).scalar_one()


def ends_within(label: Label, today: date, days: int) -> bool:
    """Whether a label that counts will end within so many days."""
    last = today + timedelta(days=days)
    return label.state is LabelState.GRANTED and today <= label.ends_on <= last


def _matching(wanted: Wanted) -> ColumnElement[bool]:
    conditions: list[ColumnElement[Any]] = [
        Cluster.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    if wanted.level is not None:
        conditions.append(Label.level == wanted.level)
    if wanted.state is not None:
        conditions.append(Label.state == wanted.state)
    if wanted.ends_by is not None:
        conditions.append(Label.ends_on <= wanted.ends_by)
    return and_(true(), *conditions)
