"""What each kind of letter is told, frozen when it is planned.

Ids, times and words of the programme only: names, addresses and languages are looked up when the
letter is written, so a planned letter holds nothing personal.
"""

from abc import abstractmethod
from datetime import date
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
    """What every letter is told. `version` counts changes of its template."""

    aggregate: ClassVar[str]
    template: ClassVar[str]
    version: ClassVar[int] = 1
    kind: ClassVar[NoticeKind]

    at: AwareDatetime  # from when the fact is true

    @property
    @abstractmethod
    def about_id(self) -> UUID:
        """The visit, or the cluster, that the letter is about."""

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        """The sessions whose calendar entries this letter carries."""
        return ()

    @property
    def speaks_for_others(self) -> bool:
        """Whether other messages are told by this letter too."""
        return False

    def with_more(self, later: "Facts") -> "Facts | None":
        """Both parts of one act in one letter; None where they do not go together."""
        del later
        return None


class VisitFacts(Facts):
    """What every letter about a visit is told."""

    aggregate: ClassVar[str] = "visit"

    visit_id: UUID

    @property
    def about_id(self) -> UUID:
        return self.visit_id


class Invitation(VisitFacts):
    """A person is asked to travel; `link_id` names the page where to answer."""

    template: ClassVar[str] = "invitation"
    kind: ClassVar[NoticeKind] = NoticeKind.ACTION

    sessions: tuple[SessionFacts, ...]
    reply_by_at: AwareDatetime
    link_id: UUID

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions


class Signing(Value):
    """For whom a person is to sign, and the page where."""

    party: Party
    link_id: UUID


class SignatureRequest(VisitFacts):
    """A person is asked to sign for an organisation; `moved` is why, if new dates are signed."""

    template: ClassVar[str] = "signature_request"
    version: ClassVar[int] = 2
    kind: ClassVar[NoticeKind] = NoticeKind.ACTION

    party: Party
    link_id: UUID
    moved: tuple[Move, ...] = ()

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return tuple(move.session for move in self.moved)

    @property
    def signing(self) -> Signing:
        return Signing(party=self.party, link_id=self.link_id)

    def with_more(self, later: Facts) -> Facts | None:
        if isinstance(later, ProgrammeChange):
            return self.model_copy(update={"moved": _moves(*self.moved, *later.moved)})
        return self if isinstance(later, SignatureRequest) and later == self else None


class SignatureCode(VisitFacts):
    """A person who is about to sign needs the one-time code made from `challenge_id`."""

    template: ClassVar[str] = "signature_code"
    kind: ClassVar[NoticeKind] = NoticeKind.ACCOUNT

    challenge_id: UUID
    expires_at: AwareDatetime


class ProgrammeChange(VisitFacts):
    """Sessions were moved, added or dropped in one act; `signing` if the reader is to sign that."""

    template: ClassVar[str] = "programme_change"
    version: ClassVar[int] = 2
    kind: ClassVar[NoticeKind] = NoticeKind.CHANGE

    moved: tuple[Move, ...] = ()
    added: tuple[SessionFacts, ...] = ()
    dropped: tuple[SessionFacts, ...] = ()
    signing: Signing | None = None

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return (*(move.session for move in self.moved), *self.added, *self.dropped)

    def with_more(self, later: Facts) -> Facts | None:
        if isinstance(later, SignatureRequest):
            return self.model_copy(update={"signing": later.signing})
        return self.with_changes(later) if isinstance(later, ProgrammeChange) else None

    def with_changes(self, later: "ProgrammeChange") -> "ProgrammeChange":
        """The changes of both, each once, in the order of the programme."""
        return self.model_copy(
            update={
                "moved": _moves(*self.moved, *later.moved),
                "added": _in_order(*self.added, *later.added),
                "dropped": _in_order(*self.dropped, *later.dropped),
            }
        )


class DelegateWithdrawal(VisitFacts):
    """A person does not take part after all; the entries leave this person's calendar only."""

    template: ClassVar[str] = "delegate_withdrawal"
    kind: ClassVar[NoticeKind] = NoticeKind.CHANGE

    sessions: tuple[SessionFacts, ...]
    reason: ReasonClass | None

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions


class VisitCancellation(VisitFacts):
    """The visit will not take place; `note` is what the coordinator wrote to those concerned."""

    template: ClassVar[str] = "visit_cancellation"
    kind: ClassVar[NoticeKind] = NoticeKind.CHANGE

    sessions: tuple[SessionFacts, ...]
    reason: ReasonClass
    note: str | None

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions


class VisitAgreed(VisitFacts):
    """All four parties have signed: the visit is agreed; `entries` if it goes into the calendar."""

    template: ClassVar[str] = "visit_agreed"
    version: ClassVar[int] = 2
    kind: ClassVar[NoticeKind] = NoticeKind.NEWS

    sessions: tuple[SessionFacts, ...]
    entries: bool = False

    @property
    def calendar_sessions(self) -> tuple[SessionFacts, ...]:
        return self.sessions if self.entries else ()


class AskedProfile(Value):
    """Another profile that the same mail asks about, and the page where one click confirms it."""

    cluster_id: UUID
    last_confirmed_on: date
    link_id: UUID
    answer_by_at: AwareDatetime


class DormantProfile(Facts):
    """Nobody confirmed a profile for a year; `link_id` names the page where one click does.

    `also` are the other profiles that the same mail asks its reader about.
    """

    aggregate: ClassVar[str] = "cluster"
    template: ClassVar[str] = "dormant_profile"
    kind: ClassVar[NoticeKind] = NoticeKind.ACTION

    cluster_id: UUID
    last_confirmed_on: date
    link_id: UUID
    answer_by_at: AwareDatetime
    also: tuple[AskedProfile, ...] = ()

    @property
    def about_id(self) -> UUID:
        return self.cluster_id

    @property
    def speaks_for_others(self) -> bool:
        return bool(self.also)

    @property
    def asked(self) -> AskedProfile:
        """The profile as one among several."""
        return AskedProfile(
            cluster_id=self.cluster_id,
            last_confirmed_on=self.last_confirmed_on,
            link_id=self.link_id,
            answer_by_at=self.answer_by_at,
        )


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
        DormantProfile,
    )
}


def _in_order(*sessions: SessionFacts) -> tuple[SessionFacts, ...]:
    once = {session.session_id: session for session in sessions}
    return tuple(sorted(once.values(), key=lambda session: session.starts.instant))


def _moves(*moves: Move) -> tuple[Move, ...]:
    once = {move.session.session_id: move for move in moves}
    return tuple(sorted(once.values(), key=lambda move: move.session.starts.instant))
