"""What may be asked of labels: to write one down, to correct it, to take it away."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import LabelDeclared
from contracts.event import Event, uuid7
from contracts.labels import LabelWithdrawn
from services.chassis import history
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.queries import day_at
from services.registry.clusters.pointing import cluster_pointed_at
from services.registry.labels.finding import label_of
from services.registry.labels.model import Label, LabelState, follow_each_other


async def declare_label(
    session: AsyncSession,
    actor: Actor,
    declared: LabelDeclared,
    *,
    label_id: UUID | None = None,
    at: datetime,
) -> tuple[Label, list[UUID]]:
    """Write down that a cluster got a label; gives it with the ids of the events.

    A known `ref` or id corrects that label. One of the same level or a lower one makes way for it,
    and it for a later one. Whichever is over by now expires at once.

    Raises:
        NotAllowed: the actor does not work for the back office of an association.
        Invalid: no such cluster, it ends before it begins, or a higher label is in force.
    """
    actor.must_be(BACK_OFFICE)
    cluster = await cluster_pointed_at(session, actor, declared.cluster)
    known = await _known(session, actor, declared.ref, label_id)
    beside = [each for each in await _held_by(session, cluster.id) if each is not known]
    follow_each_other(beside, at=at)
    for other in beside:
        other.make_way_for(declared.level, from_day=declared.from_day, at=at)
    if known is not None:
        label, granted = known, known.restate(declared, at=at)
    else:
        label, granted = Label.grant(
            declared,
            label_id=uuid7(),
            association=actor.association,
            cluster_id=cluster.id,
            at=at,
        )
        session.add(label)
    for later in beside:
        if later.from_day > label.from_day:
            label.make_way_for(later.level, from_day=later.from_day, at=at)
    today = await day_at(session, actor.association, at=at)
    over = [each for each in (*beside, label) if each.ends_on < today]
    events: list[Event] = [granted, *(each.expire(at=at) for each in over)]
    return label, [await history.record(session, event, actor=actor) for event in events]


async def withdraw_label(
    session: AsyncSession, actor: Actor, *, label_id: UUID, reason: str, at: datetime
) -> Label:
    """Take a label away before its time.

    Raises:
        LabelNotFound: there is none, or none for this actor.
        NotAllowed: the actor has no back-office role in the cluster's association.
        LabelHasEnded: it expired or was withdrawn.
    """
    label, _, _ = await label_of(session, actor, label_id)
    actor.must_be(BACK_OFFICE, of=label.association)
    await session.refresh(label, with_for_update=True)
    on = await day_at(session, label.association, at=at)
    event = await take_away(session, label, reason=reason, on=on, at=at)
    await history.record(session, event, actor=actor)
    return label


async def take_away(
    session: AsyncSession, label: Label, *, reason: str, on: date, at: datetime
) -> LabelWithdrawn:
    """End a label that is locked; one that was to make way for it has its days again."""
    beside = [each for each in await _held_by(session, label.cluster_id) if each is not label]
    event = label.withdraw(reason=reason, on=on, at=at)
    follow_each_other(beside, at=at)
    return event


async def _held_by(session: AsyncSession, cluster_id: UUID) -> list[Label]:
    rows = select(Label).where(Label.cluster_id == cluster_id, Label.state == LabelState.GRANTED)
    return list(await session.scalars(rows.order_by(Label.id).with_for_update()))


async def _known(
    session: AsyncSession, actor: Actor, ref: str | None, label_id: UUID | None
) -> Label | None:
    if ref is None and label_id is None:
        return None
    named = Label.id == label_id if label_id is not None else Label.ref == ref
    rows = select(Label).where(Label.association == actor.association, named)
    return (await session.scalars(rows.with_for_update())).one_or_none()
