"""What time brings about for labels: they are reminded of, and they end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.associations.queries import day_at, days_at
from services.registry.labels.model import REMIND_DAYS_BEFORE, Label, LabelReminder, LabelState

AT_ONCE: Final = 500


async def expire_labels(session: AsyncSession, now: datetime) -> int:
    """End the labels whose last day is over at the seat of their association."""
    due = await session.scalars(
        select(Label)
        .where(Label.state == LabelState.GRANTED, Label.ends_on <= now.date())
        .order_by(Label.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    done = 0
    for label in due.all():
        if await day_at(session, label.association, at=now) > label.ends_on:
            actor = replace(SYSTEM, association=label.association)
            await history.record(session, label.expire(at=now), actor=actor)
            done += 1
    return done


async def remind_of_labels(session: AsyncSession, now: datetime) -> int:
    """Write down, once each, that a label ends in 90 days and in 30."""
    todays = await days_at(session, at=now)
    done = 0
    for days in REMIND_DAYS_BEFORE:
        told = exists().where(
            LabelReminder.label_id == Label.id,
            LabelReminder.days_before == days,
            LabelReminder.until_day == Label.until_day,
        )
        near = [
            and_(Label.association == country, Label.ends_on <= today + timedelta(days=days))
            for country, today in todays.items()
        ]
        due = await session.scalars(
            select(Label)
            .where(
                Label.state == LabelState.GRANTED,
                Label.ends_on == Label.until_day,
                or_(false(), *near),
                ~told,
            )
            .order_by(Label.id)
            .limit(AT_ONCE)
        )
        for label in due.all():
            await session.merge(_reminder(label, days, now))
            done += 1
    return done


TIMERS: Final = (
    Timer("labels expire", 600, expire_labels),
    Timer("labels are reminded of", 600, remind_of_labels),
)


def _reminder(label: Label, days: int, now: datetime) -> LabelReminder:
    return LabelReminder(
        label_id=label.id,
        days_before=days,
        association=label.association,
        until_day=label.until_day,
        reminded_at=now,
    )
