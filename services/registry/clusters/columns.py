"""The columns of a cluster; some are drawn from its profile, to find and to sort by."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState
from services.chassis.folding import fold
from services.registry.clusters import profiles
from services.registry.database import Stored


class ClusterColumns:
    """What is stored of a cluster."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    number: Mapped[str]
    ref: Mapped[str | None]  # the association's own key
    state: Mapped[ClusterState]
    version: Mapped[int]  # of the public profile
    profile: Mapped[ClusterProfile] = mapped_column(Stored(ClusterProfile))
    pending: Mapped[ClusterProfile | None] = mapped_column(Stored(ClusterProfile))
    criteria: Mapped[list[dict[str, Any]]]
    reasons: Mapped[list[dict[str, Any]]]
    note: Mapped[str | None]
    submitted_by: Mapped[str | None]
    edited_by: Mapped[str]
    reviewer_id: Mapped[UUID | None]
    confirmed_on: Mapped[date | None]
    administrators: Mapped[list[UUID]]  # people who answer for the profile
    changed_at: Mapped[datetime]

    # drawn from `profile`, to find and to sort by
    legal_scheme: Mapped[str]
    legal_value: Mapped[str]
    name: Mapped[str]
    sort_name: Mapped[str]
    country: Mapped[str]
    city: Mapped[str]
    ecosystem: Mapped[str]
    dual_use: Mapped[bool]
    folded: Mapped[str]

    def show(self, profile: ClusterProfile) -> None:
        """Let this be the profile, and draw from it what is searched."""
        self.profile = profile
        self.legal_scheme, self.legal_value = profile.legal_id.scheme, profile.legal_id.value
        self.name, self.sort_name = profile.names.en, fold(profile.names.en)
        self.country, self.city = profile.seat.country, profile.seat.settlement
        self.ecosystem, self.dual_use = profile.ecosystem, profile.dual_use
        self.folded = profiles.search_text(self.number, profile)
