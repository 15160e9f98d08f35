"""Asking another association to let its organisation count as one with ours."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts import organisations as facts
from contracts.vocabulary import LegalId, LegalIdScheme
from services.chassis.faults import mark
from services.chassis.words import Word
from services.registry.database import Base
from services.registry.organisations.refusals import AlreadyDecided


class RequestState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"


REQUEST: Final = {
    RequestState.REQUESTED: Word("merge request", "Waits for an answer"),
    RequestState.ACCEPTED: Word("merge request", "Accepted"),
    RequestState.DECLINED: Word("merge request", "Declined"),
}


class MergeRequest(Base):
    """One association found that another holds the number; the other one decides, once.

    `organisation_id` is the entry of the asking side, which has a row only if it was registered
    there before; `other_id` is the organisation that holds the number.
    """

    __tablename__ = "merge_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    association_asked: Mapped[str]
    organisation_id: Mapped[UUID]
    other_id: Mapped[UUID]
    legal_scheme: Mapped[str]
    legal_value: Mapped[str]
    name: Mapped[str]  # what the asking side calls it
    state: Mapped[RequestState]
    reason: Mapped[str | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    lock: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock}

    @property
    def legal_register(self) -> str:
        """What people call the number."""
        return LegalIdScheme(self.legal_scheme).label

    @classmethod
    def ask(
        cls,
        *,
        request_id: UUID,
        association: str,
        association_asked: str,
        organisation_id: UUID,
        other_id: UUID,
        legal_id: LegalId,
        name: str,
        by: str,
        at: datetime,
    ) -> tuple[Self, facts.OrganisationMergeRequested]:
        """Ask for it."""
        request = cls(
            id=request_id,
            association=association,
            association_asked=association_asked,
            organisation_id=organisation_id,
            other_id=other_id,
            legal_scheme=legal_id.scheme.value,
            legal_value=legal_id.value,
            name=name,
            state=RequestState.REQUESTED,
            requested_by=by,
            requested_at=at,
        )
        asked = facts.OrganisationMergeRequested(
            subject=str(organisation_id),
            time=at,
            other_id=other_id,
            association_asked=association_asked,
        )
        return request, asked

    def accept(self, *, by: str, at: datetime) -> None:
        """Let both be one.

        Raises:
            AlreadyDecided: somebody decided before.
        """
        self._decide(RequestState.ACCEPTED, by=by, at=at)

    def decline(self, *, reason: str, by: str, at: datetime) -> facts.OrganisationMergeDeclined:
        """Keep both apart.

        Raises:
            AlreadyDecided: somebody decided before.
        """
        self._decide(RequestState.DECLINED, by=by, at=at)
        self.reason = reason
        return facts.OrganisationMergeDeclined(
            subject=str(self.organisation_id), time=at, other_id=self.other_id, reason=reason
        )

    def _decide(self, state: RequestState, *, by: str, at: datetime) -> None:
        if self.state is not RequestState.REQUESTED:
            raise AlreadyDecided(
                mark("this request was {state} already: look at it again"),
                state=REQUEST[self.state],
            )
        self.state, self.decided_by, self.decided_at = state, by, at
