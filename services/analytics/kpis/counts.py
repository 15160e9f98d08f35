"""How each figure is worked out: one select per figure over the counting views.

Every select gives rows (association, part, numerator, denominator): one for all associations
together, one for each, and where a figure has parts, the same again for each part. The views show
all associations' facts without visits or names, so a figure is the same whoever asks.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    MetaData,
    Numeric,
    Select,
    Table,
    Text,
    Uuid,
    case,
    func,
    null,
    select,
)

from contracts.vocabulary import Mode, PlaceKind
from services.analytics.kpis.periods import Period

Regions = Select[str, str | None, Decimal]
Counts = Select[str | None, str | None, Decimal, Decimal | None]

views = MetaData()

visits = Table(
    "counted_visits",
    views,
    Column("visitor_association", Text),
    Column("host_association", Text),
    Column("visit_class", Text),
    Column("ended_on", Date),
)
stays = Table(
    "counted_stays",
    views,
    Column("visitor_association", Text),
    Column("mode", Text),
    Column("day", Date),
    Column("days", Numeric),
    Column("person_id", Uuid),
)
invitations = Table(
    "counted_invitations",
    views,
    Column("visitor_association", Text),
    Column("invited_on", Date),
    Column("accepted", Boolean),
)
clusters = Table(
    "counted_clusters",
    views,
    Column("association", Text),
    Column("from_on", Date),
    Column("until_on", Date),
    Column("seat_region", Text),
    Column("operating_region", Text),
)


def exchanges_completed(period: Period) -> Counts:
    """K-01: completed visits by the association that pays, and by class."""
    return _by(
        visits.c.visitor_association, part=visits.c.visit_class, numerator=func.count()
    ).where(_within(visits.c.ended_on, period))


def exchanges_hosted(period: Period) -> Counts:
    """K-02: the visits of K-01 by the association that hosts, and by class."""
    return _by(visits.c.host_association, part=visits.c.visit_class, numerator=func.count()).where(
        _within(visits.c.ended_on, period)
    )


def working_days_of_stay(period: Period) -> Counts:
    """K-04: days on site of all delegates together; days online stand apart, as a part."""
    days, mode = func.sum(stays.c.days), stays.c.mode
    on_site = days.filter(mode == Mode.ON_SITE)
    both_modes = func.grouping(mode) == 1
    return _by(
        stays.c.visitor_association,
        part=mode,
        numerator=func.coalesce(case((both_modes, on_site), else_=days), 0),
    ).where(_within(stays.c.day, period))


def delegates(period: Period) -> Counts:
    """K-05: distinct people with at least half a day attended."""
    return _by(
        stays.c.visitor_association, numerator=func.count(stays.c.person_id.distinct())
    ).where(_within(stays.c.day, period))


def published_clusters(period: Period) -> Counts:
    """K-11: clusters whose profile is public at the end of the period, or now while it runs."""
    return _by(clusters.c.association, numerator=func.count()).where(_published(period))


def published_clusters_by_region(period: Period, basis: PlaceKind) -> Regions:
    """K-11 by association and by the region of that basis on the same day; null if unknown."""
    region = clusters.c.seat_region if basis is PlaceKind.SEAT else clusters.c.operating_region
    where = (clusters.c.association, region)
    return (
        select(*where, func.count())
        .where(_published(period))
        .group_by(*where)
        .order_by(where[0], where[1].nulls_last())
    )


def invitations_accepted(period: Period) -> Counts:
    """K-18: accepted answers out of invitations sent."""
    return _by(
        invitations.c.visitor_association,
        numerator=func.count().filter(invitations.c.accepted),
        denominator=func.count(),
    ).where(_within(invitations.c.invited_on, period))


def who_visits_whom(period: Period) -> Select[str, str, int]:
    """Completed visits by pair: visiting association, host association, visits."""
    pair = (visits.c.visitor_association, visits.c.host_association)
    return (
        select(*pair, func.count())
        .where(_within(visits.c.ended_on, period))
        .group_by(*pair)
        .order_by(*pair)
    )


def _by(
    association: ColumnElement[Any],
    *,
    numerator: ColumnElement[Any],
    part: ColumnElement[Any] | None = None,
    denominator: ColumnElement[Any] | None = None,
) -> Counts:
    """Group by association and part, by each alone, and not at all, in one pass."""
    groups = [association] if part is None else [association, part]
    return (
        select(
            association,
            null() if part is None else part,
            numerator,
            null() if denominator is None else denominator,
        )
        .group_by(func.cube(*groups))
        .order_by(*(group.nulls_first() for group in groups))
    )


def _published(period: Period) -> ColumnElement[bool]:
    return (clusters.c.from_on <= period.last) & (
        clusters.c.until_on.is_(None) | (clusters.c.until_on > period.last)
    )


def _within(day: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return day.between(period.first, period.last)
