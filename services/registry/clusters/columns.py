"""The columns of a cluster, and what needs no more: its states, who decides, who follows.

Some columns are drawn from the profile, to find and to sort by.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.clusters import ClusterRevisionDropped, ClusterSucceeded
from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState, FiguresRule, SuccessionKind
from services.chassis.folding import fold
from services.registry.clusters import profiles, regions
from services.registry.clusters.refusals import FourEyes, RevisionReturned, WrongClusterState
from services.registry.clusters.states import NEXT
from services.registry.database import Stored


class ClusterColumns:
    """What is stored of a cluster, and the rules about its states."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    number: Mapped[str]
    ref: Mapped[str | None]  # the association's own key
    state: Mapped[ClusterState]
    version: Mapped[int]  # of the public profile
    profile: Mapped[ClusterProfile] = mapped_column(Stored(ClusterProfile))
    pending: Mapped[ClusterProfile | None] = mapped_column(Stored(ClusterProfile))
    replaced: Mapped[ClusterProfile | None] = mapped_column(Stored(ClusterProfile))
    criteria: Mapped[list[dict[str, Any]]]
    reasons: Mapped[list[dict[str, Any]]]
    note: Mapped[str | None]
    submitted_by: Mapped[str | None]
    edited_by: Mapped[str]
    reviewer_id: Mapped[UUID | None]
    confirmed_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # its last day, once it is archived
    administrators: Mapped[list[UUID]]  # people who answer for the profile
    changed_at: Mapped[datetime]

    # drawn from `profile`, to find and to sort by
    legal_scheme: Mapped[str]
    legal_value: Mapped[str]
    name: Mapped[str]
    sort_name: Mapped[str]
    country: Mapped[str]
    city: Mapped[str]
    seat_region: Mapped[str]
    operating_region: Mapped[str]  # of the operating place, else of the seat
    ecosystem: Mapped[str]
    technologies: Mapped[list[str]]
    dual_use: Mapped[bool]
    completeness: Mapped[int]  # 0 to 100
    folded: Mapped[str]

    def show(self, profile: ClusterProfile) -> None:
        """Let this be the profile, and draw from it what is searched."""
        self.profile = profile
        self.legal_scheme, self.legal_value = profile.legal_id.scheme, profile.legal_id.value
        self.name, self.sort_name = profile.names.en, fold(profile.names.en)
        self.country, self.city = profile.seat.country, profile.seat.settlement
        self.seat_region = regions.key_of(profile.seat.region)
        self.operating_region = regions.key_of((profile.operating_place or profile.seat).region)
        self.technologies = list(profile.technologies)
        self.ecosystem, self.dual_use = profile.ecosystem, profile.dual_use
        self.completeness = profiles.completeness(profile)
        self.folded = profiles.search_text(self.number, profile)

    def succeed(
        self, kind: SuccessionKind, successors: Sequence[UUID], rule: FiguresRule, *, at: datetime
    ) -> ClusterSucceeded:
        """Name who carries on what this ended cluster did; `rule` says where its figures go."""
        self._must_be(ClusterState.ARCHIVED)
        return ClusterSucceeded(
            subject=str(self.id),
            time=at,
            kind=kind,
            predecessors=(self.id,),
            successors=tuple(successors),
            figures_rule=rule,
        )

    def drop_revision(self, reason: str, *, at: datetime) -> ClusterRevisionDropped:
        """Take the waiting revision back, as one that should never have been laid."""
        self._must_be(ClusterState.UNDER_REVISION)
        self._move_to(ClusterState.PUBLISHED, at=at)
        self.pending, self.reasons, self.note = None, [], None
        return ClusterRevisionDropped(subject=str(self.id), time=at, reason=reason)

    @property
    def is_matched(self) -> bool:
        """Whether the profile is complete enough to be matched with others (R-10)."""
        return self.completeness >= profiles.MATCHED_FROM

    @property
    def is_returned(self) -> bool:
        """Whether its new version was returned, and the cluster has not amended it yet."""
        return self.state is ClusterState.UNDER_REVISION and bool(self.reasons)

    def may_be_decided_by(self, person: str) -> bool:
        """Whether these are other eyes than those of who submitted or last edited it."""
        return person not in {self.submitted_by, self.edited_by}

    def _must_have_other_eyes(self, person: str) -> None:
        if not self.may_be_decided_by(person):
            raise FourEyes

    def _must_wait_for_review(self) -> None:
        if self.is_returned:
            raise RevisionReturned

    def _must_be(self, *states: ClusterState) -> None:
        if self.state not in states:
            raise WrongClusterState(self.state, *states)

    def _move_to(self, state: ClusterState, *, at: datetime) -> None:
        if state not in NEXT[self.state]:
            raise WrongClusterState(self.state, *(each for each in NEXT if state in NEXT[each]))
        self.state, self.changed_at = state, at
