"""What is sent to plan and change visits; each shape hands over what its command takes."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, EmailStr, Field, NaiveDatetime, StringConstraints

from contracts.planned_time import Zone
from contracts.vocabulary import (
    LANGUAGES,
    Activity,
    AttendanceMethod,
    Language,
    LanguageSkill,
    Mode,
    Party,
    PersonNames,
    Place,
    ReasonClass,
    SessionKind,
)
from services.exchanges.participants.model import Person
from services.exchanges.visits.commands.inviting import Invitees
from services.exchanges.visits.commands.moving import Move
from services.exchanges.visits.commands.planning import VisitPlan
from services.exchanges.visits.sessions import NewSession

Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Titles = Annotated[dict[Language, Line], Field(min_length=1, max_length=len(LANGUAGES))]
Goals = Annotated[dict[Language, Text], Field(min_length=1, max_length=len(LANGUAGES))]
Note = Annotated[str | None, Field(max_length=2000)]


class PersonIn(BaseModel):
    """A person as a coordinator knows him or her; `language` is the one to write in."""

    names: PersonNames
    mail: EmailStr
    language: Language
    zone: Zone
    phone: Annotated[str | None, Field(max_length=40)] = None
    languages: tuple[LanguageSkill, ...] = ()

    def person(self) -> Person:
        """The person for a command."""
        return Person(
            names=self.names,
            mail=self.mail,
            language=self.language,
            zone=self.zone,
            phone=self.phone,
            languages=self.languages,
        )


class SessionIn(BaseModel):
    """A session to plan: wall times of the place, without offset, and the zone they are read in.

    On site it names its place, or in place of that a site of the host.
    """

    title: Titles
    kind: SessionKind
    mode: Mode
    starts: NaiveDatetime
    ends: NaiveDatetime
    zone: Zone
    place: Place | None = None
    site_id: UUID | None = None

    def plan(self) -> NewSession:
        """The session for a command."""
        return NewSession(
            title=self.title,
            kind=self.kind,
            mode=self.mode,
            starts_wall=self.starts,
            ends_wall=self.ends,
            zone=self.zone,
            place=self.place,
            site_id=self.site_id,
        )


class VisitIn(BaseModel):
    """A visit to plan: two published clusters, who signs for them, at least one session."""

    title: Titles
    visiting_organisation_id: UUID
    host_organisation_id: UUID
    visitor_contact: PersonIn
    host_contact: PersonIn
    sessions: Annotated[list[SessionIn], Field(min_length=1, max_length=100)]
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)] = (Activity.KNOWLEDGE_SHARING,)

    def plan(self) -> VisitPlan:
        """The visit for a command."""
        return VisitPlan(
            title=self.title,
            visiting_organisation_id=self.visiting_organisation_id,
            host_organisation_id=self.host_organisation_id,
            visitor_contact=self.visitor_contact.person(),
            host_contact=self.host_contact.person(),
            sessions=[session.plan() for session in self.sessions],
            activities=self.activities,
        )


class InvitationIn(BaseModel):
    """Whom to invite, and until which instant they may answer."""

    people: Annotated[list[PersonIn], Field(min_length=1, max_length=100)]
    reply_by_at: AwareDatetime
    funded: bool = True

    def invitees(self) -> Invitees:
        """The invitation for a command."""
        people = [person.person() for person in self.people]
        return Invitees(people, reply_by_at=self.reply_by_at, funded=self.funded)


class DraftIn(BaseModel):
    """The goals of the visit, by language; the rest of the text comes from its plan."""

    goals: Goals


class SignatureIn(BaseModel):
    """For which association you sign, and the hash of the text you were shown."""

    party: Party
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class MoveIn(BaseModel):
    """New wall times of one session, in the zone it is planned in."""

    session_id: UUID
    starts: NaiveDatetime
    ends: NaiveDatetime

    def move(self) -> Move:
        """The move for a command."""
        return Move(self.session_id, self.starts, self.ends)


class MovesIn(BaseModel):
    """Sessions that move in one act, and why: needed if an agreed visit is to be signed again."""

    moves: Annotated[list[MoveIn], Field(min_length=1, max_length=100)]
    reason: ReasonClass | None = None


class CheckInIn(BaseModel):
    """Who has arrived, by participant id."""

    participant_ids: Annotated[list[UUID], Field(min_length=1)]


class AttendanceIn(BaseModel):
    """Minutes by participant id; whoever is not named was not there."""

    minutes: dict[UUID, int]
    method: AttendanceMethod = AttendanceMethod.LIST


class CancellationIn(BaseModel):
    """Why the visit is called off; the note is for everybody concerned and names nobody."""

    reason: ReasonClass
    note: Note = None
