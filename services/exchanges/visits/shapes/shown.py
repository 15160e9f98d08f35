"""How visits, papers and lists are shown as JSON."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import (
    CommitmentPart,
    DelegateState,
    HostSide,
    Mode,
    Party,
    Place,
    PlannedTime,
    ReasonClass,
    SessionKind,
    VisitorSide,
    VisitState,
)
from services.exchanges.commitments.model import Commitment
from services.exchanges.participants.model import Participant
from services.exchanges.visits.commands.moving import MovePreview
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.queries import Told, VisitView
from services.exchanges.visits.sessions import VisitSession


class SessionOut(BaseModel):
    """A session that stands."""

    id: UUID
    title: dict[str, str]
    kind: SessionKind
    mode: Mode
    place: Place | None
    starts: PlannedTime
    ends: PlannedTime
    calendar_sequence: int

    @classmethod
    def of(cls, session: VisitSession) -> "SessionOut":
        """The session as it stands."""
        return cls(
            id=session.id,
            title=session.title,
            kind=session.kind,
            mode=session.mode,
            place=session.place,
            starts=session.times.starts,
            ends=session.times.ends,
            calendar_sequence=session.calendar_sequence,
        )


class DelegateOut(BaseModel):
    """A delegate; name and address are for the two associations of the visit."""

    participant_id: UUID
    state: DelegateState
    funded: bool
    reply_by_at: datetime
    answered_at: datetime | None
    checked_in_at: datetime | None
    name: str | None
    mail: str | None

    @classmethod
    def of(cls, delegate: Delegate, person: Participant | None) -> "DelegateOut":
        """The delegate as far as the reader may know."""
        return cls(
            participant_id=delegate.participant_id,
            state=delegate.state,
            funded=delegate.funded,
            reply_by_at=delegate.reply_by_at,
            answered_at=delegate.answered_at,
            checked_in_at=delegate.checked_in_at,
            name=person.name if person else None,
            mail=person.mail if person else None,
        )


class SignatureOut(BaseModel):
    """A signature that stands, and the hash it was given for."""

    model_config = ConfigDict(from_attributes=True)

    party: Party
    hash: str
    signed_at: datetime


class CommitmentOut(BaseModel):
    """The text that is signed, by part with its digest, and who has signed."""

    id: UUID
    hash: str
    text: dict[str, object]
    digests: dict[CommitmentPart, str]
    signatures: list[SignatureOut]
    completed_at: datetime | None

    @classmethod
    def of(cls, commitment: Commitment) -> "CommitmentOut":
        """The paper as it stands."""
        return cls(
            id=commitment.id,
            hash=commitment.hash,
            text=commitment.text,
            digests=commitment.digests,
            signatures=[SignatureOut.model_validate(each) for each in commitment.signatures],
            completed_at=commitment.completed_at,
        )


class VisitFacts(BaseModel):
    """What a visit says of itself."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    title: dict[str, str]
    state: VisitState
    visitor_side: VisitorSide
    host_side: HostSide
    visitor_association: str
    host_association: str
    visiting_organisation_id: UUID
    host_organisation_id: UUID
    host_zone: str
    activities: list[str]
    dual_use: bool
    reason: ReasonClass | None
    note: str | None
    opened_at: datetime
    state_since: datetime


class VisitOut(VisitFacts):
    """A visit with its programme, delegates and commitment."""

    visitor_name: str | None
    host_name: str | None
    sessions: list[SessionOut]
    delegates: list[DelegateOut]
    commitment: CommitmentOut | None

    @classmethod
    def of(cls, view: VisitView) -> "VisitOut":
        """The visit as far as the reader may know."""
        visit = view.visit
        return cls(
            **dict(VisitFacts.model_validate(visit)),
            visitor_name=view.visitor.name_en if view.visitor else None,
            host_name=view.host.name_en if view.host else None,
            sessions=[SessionOut.of(session) for session in visit.programme],
            delegates=[
                DelegateOut.of(delegate, view.people.get(delegate.participant_id))
                for delegate in visit.delegates
            ],
            commitment=CommitmentOut.of(view.commitment) if view.commitment else None,
        )


class FactOut(BaseModel):
    """One fact about the visit or its commitment; names are for the own association."""

    id: UUID
    time: datetime
    type: str
    actor: str
    name: str | None
    data: dict[str, object]

    @classmethod
    def of(cls, told: Told) -> "FactOut":
        """The fact as JSON."""
        return cls(
            id=told.id,
            time=told.time,
            type=told.event.type,
            actor=told.actor,
            name=told.name,
            data=told.event.model_dump(mode="json"),
        )


class PreviewOut(BaseModel):
    """What a move would mean: who gets a message, who signs again, whose signature is kept."""

    sessions: list[Mapping[str, object]]
    concerned: list[UUID]
    signatures_reopened: list[Party]
    signatures_kept: list[Party]

    @classmethod
    def of(cls, preview: MovePreview) -> "PreviewOut":
        """The preview as JSON."""
        return cls(
            sessions=[
                {
                    "session_id": moved.session.id,
                    "former": moved.former.starts,
                    "starts": moved.times.starts,
                    "ends": moved.times.ends,
                }
                for moved in preview.sessions
            ],
            concerned=[delegate.participant_id for delegate in preview.concerned],
            signatures_reopened=[party for party in Party if party in preview.reopened],
            signatures_kept=[party for party in Party if party in preview.kept],
        )
