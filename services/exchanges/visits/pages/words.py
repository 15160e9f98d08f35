"""The words in which pages speak of visits; a state is a word, a shape and a colour."""

from collections.abc import Mapping
from typing import Any, Final

from contracts.vocabulary import (
    LANGUAGES,
    CommitmentPart,
    DelegateState,
    HostSide,
    Mode,
    Party,
    Place,
    ReasonClass,
    SessionKind,
    VisitorSide,
    VisitState,
)
from services.chassis.ui.i18n import Translator, Word

_S = VisitState
_D = DelegateState

STATES: Final = {
    _S.BUILDING: (Word("visit state", "Planning"), "draft"),
    _S.COMMITTED: (Word("visit state", "Agreed"), "warn"),
    _S.RESCHEDULING: (Word("visit state", "New dates"), "warn"),
    _S.READY: (Word("visit state", "Ready"), "ok"),
    _S.IN_PROGRESS: (Word("visit state", "Under way"), "live"),
    _S.PAUSED: (Word("visit state", "Paused"), "paused"),
    _S.ENDED: (Word("visit state", "Report due"), "info"),
    _S.REPORTED: (Word("visit state", "Report in check"), "info"),
    _S.REPORT_OVERDUE: (Word("visit state", "Report overdue"), "late"),
    _S.DISCONTINUED: (Word("visit state", "Ended early"), "half"),
    _S.VALIDATED: (Word("visit state", "To pay"), "info"),
    _S.SETTLED: (Word("visit state", "Paid"), "done"),
    _S.FOLLOWED_UP: (Word("visit state", "Closed"), "done"),
    _S.CANCELLED: (Word("visit state", "Cancelled"), "off"),
    _S.DISSOLVED: (Word("visit state", "Not agreed"), "off"),
    _S.WRITTEN_OFF: (Word("visit state", "Written off"), "off"),
}

STEPS: Final = (
    Word("visit step", "Plan"),
    Word("visit step", "Sign"),
    Word("visit step", "Prepare"),
    Word("visit step", "Visit"),
    Word("visit step", "Report"),
    Word("visit step", "Pay"),
    Word("visit step", "Follow up"),
)

STEP_OF: Final = {
    _S.BUILDING: 1,
    _S.RESCHEDULING: 2,
    _S.COMMITTED: 3,
    _S.READY: 3,
    _S.IN_PROGRESS: 4,
    _S.PAUSED: 4,
    _S.ENDED: 5,
    _S.REPORTED: 5,
    _S.REPORT_OVERDUE: 5,
    _S.DISCONTINUED: 5,
    _S.VALIDATED: 6,
    _S.SETTLED: 7,
    _S.FOLLOWED_UP: 0,  # all done
}

VISITOR_SIDES: Final = {
    VisitorSide.NOMINATED: (Word("visitor side", "Named, not signed"), "draft"),
    VisitorSide.LIVE: (Word("visitor side", "Signed"), "ok"),
    VisitorSide.COMPLETED: (Word("visitor side", "Reported"), "done"),
    VisitorSide.WITHDRAWN: (Word("visitor side", "Withdrawn"), "off"),
}

HOST_SIDES: Final = {
    HostSide.PENDING: (Word("host side", "Asked, not signed"), "draft"),
    HostSide.VERIFIED: (Word("host side", "Signed"), "ok"),
    HostSide.REJECTED: (Word("host side", "Refused"), "off"),
}

ANSWERS: Final = {
    _D.INVITED: (Word("answer", "Waiting"), "warn"),
    _D.WAITING: (Word("answer", "On the waiting list"), "draft"),
    _D.OFFERED: (Word("answer", "Offered a place"), "warn"),
    _D.ACCEPTED: (Word("answer", "Accepted"), "ok"),
    _D.DECLINED: (Word("answer", "Declined"), "off"),
    _D.LAPSED: (Word("answer", "No answer in time"), "late"),
    _D.WITHDRAWN: (Word("answer", "Withdrawn"), "off"),
    _D.REPLACED: (Word("answer", "Replaced"), "off"),
    _D.ATTENDED: (Word("answer", "Attended"), "done"),
    _D.ABSENT: (Word("answer", "Absent"), "late"),
}

PARTIES: Final = {
    Party.VO: Word("party", "Visiting organisation"),
    Party.VOP: Word("party", "Association of the visitors"),
    Party.HO: Word("party", "Host organisation"),
    Party.HOP: Word("party", "Association of the host"),
}

PARTS: Final = {
    CommitmentPart.GOALS: Word("part of the text", "Goals"),
    CommitmentPart.PARTIES: Word("part of the text", "Parties"),
    CommitmentPart.SPAN: Word("part of the text", "First and last day"),
    CommitmentPart.AGENDA: Word("part of the text", "Programme"),
}

KINDS: Final = {
    SessionKind.OPENING: Word("kind of session", "Opening"),
    SessionKind.SITE_TOUR: Word("kind of session", "Site tour"),
    SessionKind.WORKSHOP: Word("kind of session", "Workshop"),
    SessionKind.TRAINING: Word("kind of session", "Training"),
    SessionKind.BILATERAL_MEETING: Word("kind of session", "Meeting of two"),
    SessionKind.ROUND_TABLE: Word("kind of session", "Round table"),
    SessionKind.TRANSFER: Word("kind of session", "Transfer"),
    SessionKind.SOCIAL: Word("kind of session", "Social event"),
}

MODES: Final = {
    Mode.ON_SITE: Word("mode", "On site"),
    Mode.ONLINE: Word("mode", "Online"),
}

REASONS: Final = {
    ReasonClass.FORCE_MAJEURE: Word("reason", "Force majeure"),
    ReasonClass.SECURITY: Word("reason", "Security"),
    ReasonClass.ILLNESS: Word("reason", "Illness"),
    ReasonClass.PARTY: Word("reason", "One of the parties cannot"),
    ReasonClass.NO_ANSWER: Word("reason", "No answer came"),
    ReasonClass.INELIGIBLE: Word("reason", "Not eligible"),
    ReasonClass.NO_INTEREST: Word("reason", "No interest"),
    ReasonClass.OTHER: Word("reason", "Another reason"),
}

Choices = list[tuple[str, str]]


def countries(t: Translator, codes: tuple[str, ...]) -> Choices:
    """Countries by their name in the reader's language."""
    return sorted(((code, t.country(code)) for code in codes), key=lambda choice: choice[1])


def languages(t: Translator) -> Choices:
    """The languages that mails are written in."""
    return [(code, t.language_name(code)) for code in LANGUAGES]


def zones(t: Translator, names: set[str]) -> Choices:
    """Time zones by the city that names them."""
    return sorted(((zone, t.city(zone)) for zone in names), key=lambda choice: choice[1])


def choices(t: Translator, words: Mapping[Any, Word]) -> Choices:
    """A closed list of words, to choose from."""
    return [(key, t.word(word)) for key, word in words.items()]


def address(place: Place) -> str:
    """A place as one writes it: the house, the street, the town."""
    return ", ".join(
        part for part in (place.name, place.street, place.postcode, place.settlement) if part
    )
