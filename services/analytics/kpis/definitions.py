"""The figures and their counting rules: data, so that rule, page and sum cannot drift apart.

A version is never changed, only followed by the next one: figures name the version they were
counted by. Titles and sentences are marked for the catalogues and translated where they are shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from contracts.event import Event
from contracts.exchanges import (
    AttendanceRecorded,
    DelegateAnswered,
    DelegateInvited,
    VisitCancelled,
    VisitDissolved,
    VisitEnded,
)
from contracts.registry import (
    ClusterArchived,
    ClusterPublished,
    ClusterReinstated,
    ClusterRevised,
    ClusterRevisionStarted,
    ClusterSuspended,
    ClusterWentDormant,
)
from contracts.vocabulary import Mode, PlaceKind, VisitClass
from services.analytics.kpis import counts
from services.analytics.kpis.counts import Regions
from services.analytics.kpis.periods import Period
from services.chassis.errors import NotFound
from services.chassis.faults import mark
from services.chassis.ui.i18n import Word

OWNER: Final = "analytics"
FIRST_SEASON: Final = date(2023, 3, 29)


class Attribution(StrEnum):
    """Whose figure a fact becomes."""

    VOP = "visitor_association"  # it pays
    HOP = "host_association"
    DELEGATE = "delegate_association"
    CLUSTER = "cluster_association"


class UnknownFigure(NotFound):
    """There is no figure with this code."""

    code = "TLK-A002"
    title = "No such figure"

    def __init__(self, asked: str) -> None:
        super().__init__(
            mark("there is no figure {asked}; there are {known}"),
            asked=asked,
            known=", ".join(KPIS),
        )


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One figure in one version of its definition (G-7)."""

    code: str
    version: int = 1
    title: Word
    definition: Word
    attributed_to: Word
    attribution: Attribution
    exclusions: tuple[Word, ...]
    sources: tuple[type[Event], ...]
    counts: Callable[[Period], counts.Counts]
    by_region: Callable[[Period, PlaceKind], Regions] | None = None
    is_share: bool = False
    part_name: str = "part"
    parts: tuple[str, ...] = ()
    from_day: date = FIRST_SEASON

    @property
    def source_topics(self) -> frozenset[str]:
        """The topics that must be complete before the figure is."""
        return frozenset(source.topic for source in self.sources)


PAYING_SIDE: Final = Word("counting rule", "The association of the visiting side, which pays")
VISIT_SOURCES: Final = (VisitEnded, VisitCancelled, VisitDissolved, AttendanceRecorded)

KPIS: Final = {
    kpi.code: kpi
    for kpi in (
        Kpi(
            code="K-01",
            title=Word("figure", "Exchanges completed"),
            definition=Word(
                "counting rule",
                "Visits that ended with at least three days attended, on site and online together."
                " A day needs 240 attended minutes, half a day 120. The days of a visit are those"
                " of the delegate who stayed longest. A visit counts in the period in which it"
                " ended, by the calendar at the host.",
            ),
            attributed_to=PAYING_SIDE,
            attribution=Attribution.VOP,
            exclusions=(
                Word("counting rule", "Visits that were cancelled, or never agreed"),
                Word("counting rule", "Visits that ended early without a justified reason"),
                Word("counting rule", "Visits that were written off"),
            ),
            sources=VISIT_SOURCES,
            counts=counts.exchanges_completed,
            part_name="visit_class",
            parts=tuple(VisitClass),
        ),
        Kpi(
            code="K-02",
            title=Word("figure", "Exchanges hosted"),
            definition=Word(
                "counting rule",
                "The same visits as in K-01, seen from the side that received them. Never add this"
                " figure to K-01: it would count every visit twice.",
            ),
            attributed_to=Word("counting rule", "The association of the host"),
            attribution=Attribution.HOP,
            exclusions=(Word("counting rule", "Whatever K-01 leaves out"),),
            sources=VISIT_SOURCES,
            counts=counts.exchanges_hosted,
            part_name="visit_class",
            parts=tuple(VisitClass),
        ),
        Kpi(
            code="K-04",
            title=Word("figure", "Working days of stay"),
            definition=Word(
                "counting rule",
                "Days on site of all delegates together: every delegate's attended days and half"
                " days, on working days at the host and on days agreed in the commitment. Days"
                " online are shown apart and count on working days of the delegate's country."
                " Each day counts in its own period.",
            ),
            attributed_to=PAYING_SIDE,
            attribution=Attribution.VOP,
            exclusions=(
                Word("counting rule", "Travel"),
                Word("counting rule", "Days without recorded attendance"),
            ),
            sources=(AttendanceRecorded,),
            counts=counts.working_days_of_stay,
            part_name="mode",
            parts=tuple(Mode),
        ),
        Kpi(
            code="K-05",
            title=Word("figure", "Delegates"),
            definition=Word(
                "counting rule",
                "Different people who attended at least half a day. Somebody who travelled twice"
                " in the period is one delegate.",
            ),
            attributed_to=Word("counting rule", "The delegate's association"),
            attribution=Attribution.DELEGATE,
            exclusions=(Word("counting rule", "People who were invited and did not come"),),
            sources=(AttendanceRecorded,),
            counts=counts.delegates,
        ),
        Kpi(
            code="K-11",
            title=Word("figure", "Published clusters"),
            definition=Word(
                "counting rule",
                "Clusters whose profile is public at the end of the period, or now while the"
                " period runs. A profile that is being revised stays public.",
            ),
            attributed_to=Word("counting rule", "The association of the cluster"),
            attribution=Attribution.CLUSTER,
            exclusions=(Word("counting rule", "Profiles that are dormant or suspended"),),
            sources=(
                ClusterPublished,
                ClusterRevisionStarted,
                ClusterRevised,
                ClusterWentDormant,
                ClusterSuspended,
                ClusterReinstated,
                ClusterArchived,
            ),
            counts=counts.published_clusters,
            by_region=counts.published_clusters_by_region,
        ),
        Kpi(
            code="K-18",
            title=Word("figure", "Invitations accepted"),
            definition=Word(
                "counting rule",
                "Accepted answers out of all invitations sent, one for each delegate and visit."
                " The last answer counts. An invitation counts in the period in which it was sent.",
            ),
            attributed_to=PAYING_SIDE,
            attribution=Attribution.VOP,
            exclusions=(
                Word("counting rule", "Invitations to visits that were cancelled, or never agreed"),
            ),
            sources=(DelegateInvited, DelegateAnswered, VisitCancelled, VisitDissolved),
            counts=counts.invitations_accepted,
            is_share=True,
        ),
    )
}


SOURCES: Final = frozenset(topic for kpi in KPIS.values() for topic in kpi.source_topics)


def kpi_of(code: str) -> Kpi:
    """The figure with this code.

    Raises:
        UnknownFigure: naming the codes that there are.
    """
    kpi = KPIS.get(code.upper())
    if kpi is None:
        raise UnknownFigure(code)
    return kpi
