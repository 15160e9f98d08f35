"""What each kind of letter is told, frozen when it is planned.

Ids, times and words of the programme only: names, addresses and languages are looked up when the
letter is written, so a planned letter holds nothing personal.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.planned_time import PlannedTime
from contracts.vocabulary import (
    Mode,
    NoticeKind,
    Party,
    Place,
    ReasonClass,
    SessionKind,
    Texts,
    Value,
)


class SessionFacts(Value):
    """A session as it stood at the time of the fact; `sequence` is that of its calendar entry."""

    session_id: UUID
    kind: SessionKind
    title: Texts
    mode: Mode
    place: Place | None
    starts: PlannedTime
    ends: PlannedTime
    sequence: int


class Move(Value):
    """A session with its new plan and the times and place it had before."""

    session: SessionFacts
    former_starts: PlannedTime
    former_ends: PlannedTime
    former_place: Place | None


class Facts(Value):
    """What every letter about a visit is told. `version` counts changes of its template."""

    template: ClassVar[str]
    version: ClassVar[int] = 1
    kind: ClassVar[NoticeKind]

    at: AwareDatetime  # from when the fact is true
    visit_id: UUID

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        """The sessions whose calendar entries this letter carries."""
        return ()


class Invitation(Facts):
    """A person is asked to travel; `link_id` names the page where to answer."""

    template: ClassVar[str] = "invitation"
    kind: ClassVar[NoticeKind] = NoticeKind.ACTION

    sessions: tuple[SessionFacts, ...]
    reply_by_at: AwareDatetime
    link_id: UUID

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions


class SignatureRequest(Facts):
    """A person is asked to sign for an organisation."""

    template: ClassVar[str] = "signature_request"
    kind: ClassVar[NoticeKind] = NoticeKind.ACTION

    party: Party
    link_id: UUID


class SignatureCode(Facts):
    """A person who is about to sign needs the one-time code made from `challenge_id`."""

    template: ClassVar[str] = "signature_code"
    kind: ClassVar[NoticeKind] = NoticeKind.ACCOUNT

    challenge_id: UUID
    expires_at: AwareDatetime


class ProgrammeChange(Facts):
    """Sessions were moved, added or dropped in one act."""

    template: ClassVar[str] = "programme_change"
    kind: ClassVar[NoticeKind] = NoticeKind.CHANGE

    moved: tuple[Move, ...] = ()
    added: tuple[SessionFacts, ...] = ()
    dropped: tuple[SessionFacts, ...] = ()

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return (*(move.session for move in self.moved), *self.added, *self.dropped)

    def with_more(self, later: "ProgrammeChange") -> "ProgrammeChange":
        """Both parts of one act in one letter, in the order of the programme."""
        return self.model_copy(
            update={
                "moved": tuple(
                    sorted(
                        (*self.moved, *later.moved), key=lambda move: move.session.starts.instant
                    )
                ),
                "added": _in_order(*self.added, *later.added),
                "dropped": _in_order(*self.dropped, *later.dropped),
            }
        )


class DelegateWithdrawal(Facts):
    """A person does not take part after all; the entries leave this person's calendar only."""

    template: ClassVar[str] = "delegate_withdrawal"
    kind: ClassVar[NoticeKind] = NoticeKind.CHANGE

    sessions: tuple[SessionFacts, ...]
    reason: ReasonClass | None

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions


class VisitCancellation(Facts):
    """The visit will not take place; `note` is what the coordinator wrote to those concerned."""

    template: ClassVar[str] = "visit_cancellation"
    kind: ClassVar[NoticeKind] = NoticeKind.CHANGE

    sessions: tuple[SessionFacts, ...]
    reason: ReasonClass
    note: str | None

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions


class VisitAgreed(Facts):
    """All four parties have signed: the visit is agreed."""

    template: ClassVar[str] = "visit_agreed"
    kind: ClassVar[NoticeKind] = NoticeKind.NEWS

    sessions: tuple[SessionFacts, ...]


TEMPLATES: dict[str, type[Facts]] = {
    facts.template: facts
    for facts in (
        Invitation,
        SignatureRequest,
        SignatureCode,
        ProgrammeChange,
        DelegateWithdrawal,
        VisitCancellation,
        VisitAgreed,
    )
}


def _in_order(*sessions: SessionFacts) -> tuple[SessionFacts, ...]:
    return tuple(sorted(sessions, key=lambda session: session.starts.instant))
