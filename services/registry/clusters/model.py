"""The cluster and its profile: all acts on it, and what each of them states to others.

`profile` is what the public sees, or, before the first publication, what is being drafted;
`pending` is the revision that still awaits its review, `replaced` the one in whose place it came.
Number and id are never used again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts import registry as facts
from contracts.clusters import ClusterRelocated, ClusterRevisionReturned
from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState, Place, PlaceKind
from services.registry.clusters import profiles
from services.registry.clusters.confirmation import ClusterConfirmation
from services.registry.clusters.criteria import Review, require
from services.registry.clusters.refusals import ProfileIncomplete
from services.registry.clusters.states import LIVING, PUBLIC
from services.registry.database import Base

P = TypeVar("P", bound=facts.PublishedProfile)
FIELD_OF_PLACE = {PlaceKind.SEAT: "seat", PlaceKind.OPERATING: "operating_place"}
Reasons = Sequence[facts.Reason]
D = TypeVar("D", facts.ClusterReturned, facts.ClusterRejected, ClusterRevisionReturned)


class Cluster(ClusterConfirmation, Base):
    """The aggregate: all rules about one profile, and the only writer of its state.

    Each act hands back the fact it makes true. An act that does not follow from the present
    state raises `WrongClusterState`, a review by who submitted or last edited `FourEyes`, one
    that finds faults `CriteriaNotMet`. `at` is the instant, `on` the association's day.
    """

    __tablename__ = "clusters"

    lock: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def draft(
        cls,
        profile: ClusterProfile,
        *,
        cluster_id: UUID,
        association: str,
        number: str,
        ref: str | None,
        by: str,
        at: datetime,
    ) -> tuple[Self, facts.ClusterDrafted]:
        """Begin a profile under a number of its own."""
        cluster = cls(
            id=cluster_id,
            association=association,
            number=number,
            ref=ref,
            state=ClusterState.DRAFT,
            version=1,
            criteria=[],
            reasons=[],
            administrators=[],
        )
        return cluster, cluster._drafted(profile, by=by, at=at)

    def redraft(self, profile: ClusterProfile, *, by: str, at: datetime) -> facts.ClusterDrafted:
        """Change a profile that was never public."""
        self._must_be(ClusterState.DRAFT)
        return self._drafted(profile, by=by, at=at)

    def submit(
        self, *, by: str, required: Sequence[str] = profiles.REQUIRED, at: datetime
    ) -> facts.ClusterSubmitted:
        """Ask for a review; `required` are the fields that the country's rules ask for."""
        empty = profiles.missing(self.profile, required)
        if empty:
            raise ProfileIncomplete(empty)
        self._move_to(ClusterState.SUBMITTED, at=at)
        self.submitted_by = by
        return facts.ClusterSubmitted(
            subject=str(self.id),
            time=at,
            number=self.number,
            version=self.version,
            legal_id=self.profile.legal_id,
            names=self.profile.names,
            country=self.profile.seat.country,
        )

    def withdraw(self, *, at: datetime) -> facts.ClusterWithdrawn:
        """Give the draft up for good; what is right may be declared under its `ref`."""
        self._move_to(ClusterState.WITHDRAWN, at=at)
        self.ref = None
        return facts.ClusterWithdrawn(subject=str(self.id), time=at)

    def start_review(self, *, reviewer_id: UUID, at: datetime) -> facts.ClusterReviewStarted:
        """Take the profile on one's desk."""
        self._must_have_other_eyes(f"staff:{reviewer_id}")
        self._move_to(ClusterState.IN_REVIEW, at=at)
        self.reviewer_id = reviewer_id
        return facts.ClusterReviewStarted(
            subject=str(self.id), time=at, version=self.version, reviewer_id=reviewer_id
        )

    def return_(
        self, reasons: Reasons, note: str | None, *, by: str, at: datetime
    ) -> facts.ClusterReturned:
        """Hand the profile back to its cluster, with what to mend."""
        self._must_be(ClusterState.SUBMITTED, ClusterState.IN_REVIEW)
        if self.state is ClusterState.IN_REVIEW:
            self._must_have_other_eyes(by)
        self._move_to(ClusterState.DRAFT, at=at)
        return self._declined(facts.ClusterReturned, reasons, note)

    def reject(
        self, reasons: Reasons, note: str | None, *, by: str, at: datetime
    ) -> facts.ClusterRejected:
        """Decline to publish the profile; the reasons are kept."""
        self._must_be(ClusterState.IN_REVIEW)
        self._must_have_other_eyes(by)
        self._move_to(ClusterState.REJECTED, at=at)
        return self._declined(facts.ClusterRejected, reasons, note)

    def reopen(self, *, at: datetime) -> facts.ClusterReopened:
        """Make a draft of a rejected profile."""
        self._must_be(ClusterState.REJECTED)
        self._move_to(ClusterState.DRAFT, at=at)
        return facts.ClusterReopened(subject=str(self.id), time=at)

    def publish(self, review: Review, *, at: datetime) -> facts.ClusterPublished:
        """Let the profile into the catalogue; its twelve months begin on that day."""
        self._must_be(ClusterState.IN_REVIEW)
        self._pass(self.profile, review)
        self._move_to(ClusterState.PUBLISHED, at=at)
        return self._made_public(facts.ClusterPublished, changed=(), at=at)

    def start_revision(
        self, profile: ClusterProfile, *, by: str, at: datetime
    ) -> facts.ClusterRevisionStarted:
        """Lay a new version beside the public one, or replace one that is not reviewed yet."""
        self._must_be(*PUBLIC)
        if self.state is ClusterState.PUBLISHED:
            self._move_to(ClusterState.UNDER_REVISION, at=at)
            self.submitted_by = by  # of this version; who submitted the public one may decide
        self.replaced, self.pending = self.pending, profile
        self.edited_by, self.changed_at = by, at
        self.reasons, self.note = [], None
        return facts.ClusterRevisionStarted(
            subject=str(self.id),
            time=at,
            from_version=self.version,
            fields=profiles.changed(self.profile, profile),
        )

    def edit(self, profile: ClusterProfile, *, by: str, at: datetime) -> facts.ClusterRevised:
        """Publish a small edit at once."""
        self._must_be(ClusterState.PUBLISHED)
        fields = profiles.changed(self.profile, profile)
        if not profiles.SMALL.issuperset(fields):
            raise ValueError(f"more than a small edit: {', '.join(fields)}")
        self.edited_by, self.changed_at = by, at
        return self._revised(profile, at=at)

    def publish_revision(self, review: Review, *, at: datetime) -> facts.ClusterRevised:
        """Put the reviewed revision in the place of the public version."""
        self._must_be(ClusterState.UNDER_REVISION)
        self._must_wait_for_review()
        if self.pending is None:
            raise ValueError(f"{self.number} is under revision, but no revision waits")
        profile = self.pending
        self._pass(profile, review)
        self._move_to(ClusterState.PUBLISHED, at=at)
        self.pending = None
        return self._revised(profile, at=at)

    def return_revision(
        self, reasons: Reasons, note: str | None, *, by: str, at: datetime
    ) -> ClusterRevisionReturned:
        """Hand the new version back to its cluster; the public one stays as it is."""
        self._must_be(ClusterState.UNDER_REVISION)
        self._must_wait_for_review()
        self._must_have_other_eyes(by)
        self.changed_at = at
        return self._declined(ClusterRevisionReturned, reasons, note)

    def archive(self, *, reason: str, on: date, at: datetime) -> facts.ClusterArchived:
        """End the cluster's part in the programme for good."""
        self._move_to(ClusterState.ARCHIVED, at=at)
        self.ended_on = on
        self.pending, self.reasons, self.note = None, [], reason
        return facts.ClusterArchived(subject=str(self.id), time=at, reason=reason, archived_day=on)

    def relocate(
        self, kind: PlaceKind, place: Place, *, from_day: date, at: datetime
    ) -> list[facts.ClusterEvent]:
        """Move seat or operating place; of a public profile that is a new version at once."""
        self._must_be(*LIVING)
        field = FIELD_OF_PLACE[kind]
        moved = ClusterRelocated(
            subject=str(self.id),
            time=at,
            kind=kind,
            place=place,
            former=getattr(self.profile, field),
            from_day=from_day,
        )
        profile = self.profile.model_copy(update={field: place})
        if self.pending is not None:
            self.pending = self.pending.model_copy(update={field: place})
        self.changed_at = at
        if self.state in PUBLIC:
            return [moved, self._revised(profile, at=at)]
        self.show(profile)
        return [moved]

    def _drafted(self, profile: ClusterProfile, *, by: str, at: datetime) -> facts.ClusterDrafted:
        self.show(profile)
        self.edited_by, self.changed_at = by, at
        return facts.ClusterDrafted(
            subject=str(self.id),
            time=at,
            number=self.number,
            version=self.version,
            legal_id=profile.legal_id,
            names=profile.names,
            country=profile.seat.country,
            profile=profile,
        )

    def _revised(self, profile: ClusterProfile, *, at: datetime) -> facts.ClusterRevised:
        fields = profiles.changed(self.profile, profile)
        self.show(profile)
        self.version += 1
        return self._made_public(facts.ClusterRevised, changed=fields, at=at)

    def _made_public(self, fact: type[P], *, changed: tuple[str, ...], at: datetime) -> P:
        return fact(
            subject=str(self.id),
            time=at,
            number=self.number,
            version=self.version,
            profile=self.profile,
            criteria=tuple(facts.Criterion.model_validate(row) for row in self.criteria),
            completeness=self.completeness / 100,
            dual_use=self.profile.dual_use,
            changed=changed,
        )

    def _pass(self, profile: ClusterProfile, review: Review) -> None:
        self._must_have_other_eyes(review.by)
        criteria = require(profile, review)
        self.criteria = [found.model_dump(mode="json") for found in criteria]
        self.reasons, self.note, self.confirmed_on = [], None, review.on

    def _declined(self, fact: type[D], reasons: Reasons, note: str | None) -> D:
        self.reasons = [reason.model_dump(mode="json") for reason in reasons]
        self.note = note
        return fact(
            subject=str(self.id),
            time=self.changed_at,
            version=self.version,
            reasons=tuple(reasons),
            note=note,
        )
