"""The words in which pages speak of visits; a state is a word, a shape and a colour."""

from collections.abc import Mapping
from typing import Any, Final

from contracts.vocabulary import (
    LANGUAGES,
    DelegateState,
    ErasureReason,
    HostSide,
    Mode,
    Place,
    ReasonClass,
    SessionKind,
    VisitorSide,
    VisitState,
    text_in,
)
from services.chassis.ui.i18n import Translator, Word
from services.exchanges.commitments import names as commitment_names
from services.exchanges.copies.model import SiteCopy
from services.exchanges.participants.model import Participant
from services.exchanges.visits import names

STEP_FREE: Final = Word("site", "Step-free access")
BOOTH: Final = Word("site", "Interpreter booth")

_S = VisitState
_D = DelegateState

STATES: Final = {
    _S.BUILDING: (names.STATE[_S.BUILDING], "draft"),
    _S.COMMITTED: (names.STATE[_S.COMMITTED], "warn"),
    _S.RESCHEDULING: (names.STATE[_S.RESCHEDULING], "warn"),
    _S.READY: (names.STATE[_S.READY], "ok"),
    _S.IN_PROGRESS: (names.STATE[_S.IN_PROGRESS], "live"),
    _S.PAUSED: (names.STATE[_S.PAUSED], "paused"),
    _S.ENDED: (names.STATE[_S.ENDED], "info"),
    _S.REPORTED: (names.STATE[_S.REPORTED], "info"),
    _S.REPORT_OVERDUE: (names.STATE[_S.REPORT_OVERDUE], "late"),
    _S.DISCONTINUED: (names.STATE[_S.DISCONTINUED], "half"),
    _S.VALIDATED: (names.STATE[_S.VALIDATED], "info"),
    _S.SETTLED: (names.STATE[_S.SETTLED], "done"),
    _S.FOLLOWED_UP: (names.STATE[_S.FOLLOWED_UP], "done"),
    _S.CANCELLED: (names.STATE[_S.CANCELLED], "off"),
    _S.DISSOLVED: (names.STATE[_S.DISSOLVED], "off"),
    _S.WRITTEN_OFF: (names.STATE[_S.WRITTEN_OFF], "off"),
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
    VisitorSide.NOMINATED: (names.VISITOR_SIDE[VisitorSide.NOMINATED], "draft"),
    VisitorSide.LIVE: (names.VISITOR_SIDE[VisitorSide.LIVE], "ok"),
    VisitorSide.COMPLETED: (names.VISITOR_SIDE[VisitorSide.COMPLETED], "done"),
    VisitorSide.WITHDRAWN: (names.VISITOR_SIDE[VisitorSide.WITHDRAWN], "off"),
}

HOST_SIDES: Final = {
    HostSide.PENDING: (names.HOST_SIDE[HostSide.PENDING], "draft"),
    HostSide.VERIFIED: (names.HOST_SIDE[HostSide.VERIFIED], "ok"),
    HostSide.REJECTED: (names.HOST_SIDE[HostSide.REJECTED], "off"),
}

ANSWERS: Final = {
    _D.INVITED: (names.ANSWER[_D.INVITED], "warn"),
    _D.WAITING: (names.ANSWER[_D.WAITING], "draft"),
    _D.OFFERED: (names.ANSWER[_D.OFFERED], "warn"),
    _D.ACCEPTED: (names.ANSWER[_D.ACCEPTED], "ok"),
    _D.DECLINED: (names.ANSWER[_D.DECLINED], "off"),
    _D.LAPSED: (names.ANSWER[_D.LAPSED], "late"),
    _D.WITHDRAWN: (names.ANSWER[_D.WITHDRAWN], "off"),
    _D.REPLACED: (names.ANSWER[_D.REPLACED], "off"),
    _D.ATTENDED: (names.ANSWER[_D.ATTENDED], "done"),
    _D.ABSENT: (names.ANSWER[_D.ABSENT], "late"),
}

PARTIES: Final = commitment_names.PARTY

PARTS: Final = commitment_names.PART

KINDS: Final = {
    SessionKind.OPENING: Word("kind of session", "Opening"),
    SessionKind.SITE_TOUR: Word("kind of session", "Site tour"),
    SessionKind.WORKSHOP: Word("kind of session", "Workshop"),
    SessionKind.TRAINING: Word("kind of session", "Training"),
    SessionKind.BILATERAL_MEETING: Word("kind of session", "Bilateral meeting"),
    SessionKind.ROUND_TABLE: Word("kind of session", "Round table"),
    SessionKind.TRANSFER: Word("kind of session", "Transfer"),
    SessionKind.SOCIAL: Word("kind of session", "Social programme"),
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

ERASURES: Final = {
    ErasureReason.ASKED: Word("erasure", "The person asked for it"),
    ErasureReason.MISTAKE: Word("erasure", "Entered by mistake"),
    ErasureReason.NOT_NEEDED: Word("erasure", "Not needed any more"),
}

WHY: Final[Mapping[Any, Word]] = {**REASONS, **ERASURES}

ERASED: Final = Word("who", "Erased person")

Choices = list[tuple[str, str]]


def countries(t: Translator, codes: tuple[str, ...]) -> Choices:
    """Countries by their name in the reader's language."""
    return sorted(((code, t.country(code)) for code in codes), key=lambda choice: choice[1])


def languages(t: Translator) -> Choices:
    """The languages that mails are written in."""
    return [(code, t.language_name(code)) for code in LANGUAGES]


def zones(t: Translator, wanted: set[str]) -> Choices:
    """Time zones by the city that names them."""
    return sorted(((zone, t.city(zone)) for zone in wanted), key=lambda choice: choice[1])


def name_of(person: Participant, t: Translator) -> str:
    """The name as the person writes it; of somebody who was erased, that it is so."""
    return person.name if person.mail else t.word(ERASED)


def choices(t: Translator, words: Mapping[Any, Word]) -> Choices:
    """A closed list of words, to choose from."""
    return [(key, t.word(word)) for key, word in words.items()]


def sites(t: Translator, known: Mapping[str, SiteCopy]) -> Choices:
    """Sites of the host by name, with town, seats, and what a planner has to know."""
    return [(site_id, _site(t, site)) for site_id, site in known.items()]


def _site(t: Translator, site: SiteCopy) -> str:
    seats = t.ngettext("%(num)s seat", "%(num)s seats", site.seats) % {"num": site.seats}
    there = ((site.step_free, STEP_FREE), (site.booth, BOOTH))
    more = [t.word(word) for has, word in there if has]
    if site.shelter_minutes is not None:
        minutes = t.gettext("shelter in %(minutes)s min") % {"minutes": site.shelter_minutes}
        more.append(minutes)
    return " · ".join([text_in(site.names, t.language), site.place.settlement, seats, *more])


def address(place: Place) -> str:
    """A place as one writes it: the house, the street, the town."""
    return ", ".join(
        part for part in (place.name, place.street, place.postcode, place.settlement) if part
    )
