"""What happened to a visit in words: one sentence per fact, names only of whom one may know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from contracts import commitments as papers
from contracts import exchanges as facts
from contracts.event import Event
from contracts.vocabulary import DelegateAnswer, text_in
from services.chassis.ui.i18n import Translator, Word
from services.exchanges.visits.pages import words
from services.exchanges.visits.queries import Told, VisitView

HAPPENED: Final[dict[type[Event], Word]] = {
    facts.VisitOpened: Word("happened", "Visit planned"),
    facts.SessionPlanned: Word("happened", "On the programme: {session}, {starts}"),
    facts.SessionMoved: Word("happened", "Moved: {session}, from {former} to {starts}"),
    facts.SessionDropped: Word("happened", "Off the programme: {session}"),
    facts.DelegateInvited: Word("happened", "Invited: {name}"),
    facts.DelegateLapsed: Word("happened", "No answer in time: {name}"),
    facts.DelegateWithdrawn: Word("happened", "Withdrawn: {name}"),
    facts.DelegateArrived: Word("happened", "Checked in: {name}"),
    facts.VisitorSideSigned: Word("happened", "The visiting side has signed"),
    facts.HostSideSigned: Word("happened", "The host side has signed"),
    facts.VisitCommitted: Word("happened", "All four have signed: the visit is agreed"),
    facts.VisitReschedulingStarted: Word("happened", "New dates proposed. {party}: {reason}"),
    facts.VisitRescheduled: Word("happened", "The new dates are agreed"),
    facts.VisitReady: Word("happened", "Everybody is ready"),
    facts.VisitStarted: Word("happened", "The visit has begun"),
    facts.VisitEnded: Word("happened", "The visit has ended"),
    facts.VisitCancelled: Word("happened", "Cancelled. {reason} {note}"),
    facts.VisitDissolved: Word("happened", "Given up before it was agreed. {reason} {note}"),
    facts.AttendanceRecorded: Word("happened", "Attendance recorded: {session}"),
    facts.ParticipantForgotten: Word("happened", "A person of this visit was erased. {reason}"),
    papers.CommitmentDrafted: Word("happened", "The text to sign was drafted"),
    papers.CommitmentRevised: Word("happened", "The text changed; all signatures hold"),
    papers.SignatureRequested: Word("happened", "Asked to sign: {party}"),
    papers.SignatureCodeRequested: Word("happened", "Code sent for signing: {party}"),
    papers.CommitmentSigned: Word("happened", "Signed: {party}"),
    papers.CommitmentCompleted: Word("happened", "The text is complete"),
}
REOPENED: Final = Word("happened", "The text changed; to sign again: {parties}")
ANSWERED: Final = {
    DelegateAnswer.ACCEPTED: Word("happened", "Accepted: {name}"),
    DelegateAnswer.DECLINED: Word("happened", "Declined: {name}"),
}

SOMEBODY: Final = Word("who", "somebody")
COORDINATOR: Final = Word("who", "Coordinator")
TALKA: Final = Word("who", "Talka")


def story_of(told: Sequence[Told], view: VisitView, t: Translator) -> list[dict[str, Any]]:
    """The facts as the timeline shows them, in the order given."""
    return [
        {"text": sentence(each.event, view, t), "at": each.time, "who": who(each, t)}
        for each in told
    ]


def sentence(event: Event, view: VisitView, t: Translator) -> str:
    """One fact in a sentence."""
    values = {**_of_people(event, view, t), **_of_sessions(event, view, t), **_of_words(event, t)}
    return t.word(_word(event)).format_map(values).strip()


def who(told: Told, t: Translator) -> str:
    """Who did it: by name where the query gives one."""
    if told.name is not None:
        return told.name
    if told.actor.startswith("participant:"):
        return t.word(SOMEBODY)
    return t.word(TALKA if told.actor.startswith("system:") else COORDINATOR)


def _word(event: Event) -> Word:
    if isinstance(event, facts.DelegateAnswered):
        return ANSWERED[event.answer]
    if isinstance(event, papers.CommitmentRevised) and event.signatures_reopened:
        return REOPENED
    return HAPPENED[type(event)]


def _of_people(event: Event, view: VisitView, t: Translator) -> Mapping[str, str]:
    person = view.people.get(getattr(event, "participant_id", UUID(int=0)))
    return {"name": words.name_of(person, t) if person else t.word(SOMEBODY)}


def _of_sessions(event: Event, view: VisitView, t: Translator) -> Mapping[str, str]:
    named = getattr(event, "session_id", None)
    session = next((each for each in view.visit.sessions if each.id == named), None)
    values = {"session": text_in(session.title, t.language) if session else ""}
    if isinstance(event, facts.SessionPlan):
        values["starts"] = _there(event.starts.instant, event.starts.zone, t)
    if isinstance(event, facts.SessionMoved):
        values["former"] = _there(event.former.starts.instant, event.former.starts.zone, t)
    return values


def _of_words(event: Event, t: Translator) -> Mapping[str, str]:
    note = getattr(event, "note", None) or ""
    values = {"note": note}
    if (party := getattr(event, "party", None)) is not None:
        values["party"] = t.word(words.PARTIES[party])
    if (reason := getattr(event, "reason", None)) is not None:
        values["reason"] = t.word(words.WHY[reason]) + ("." if note else "")
    reopened = getattr(event, "signatures_reopened", ())
    values["parties"] = t.list([t.word(words.PARTIES[each]) for each in reopened])
    return values


def _there(at: datetime, zone: str, t: Translator) -> str:
    return t.datetime(at, zone=zone)
