"""The programme's words, marked for translation."""

from typing import Final

from contracts.vocabulary import Mode, Party, ReasonClass, SessionKind
from services.chassis.ui.i18n import Word

SESSION_KINDS: Final = {
    SessionKind.OPENING: Word("session kind", "Opening"),
    SessionKind.SITE_TOUR: Word("session kind", "Site tour"),
    SessionKind.WORKSHOP: Word("session kind", "Workshop"),
    SessionKind.TRAINING: Word("session kind", "Training"),
    SessionKind.BILATERAL_MEETING: Word("session kind", "Bilateral meeting"),
    SessionKind.ROUND_TABLE: Word("session kind", "Round table"),
    SessionKind.TRANSFER: Word("session kind", "Transfer"),
    SessionKind.SOCIAL: Word("session kind", "Social programme"),
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

PARTIES: Final = {
    Party.VO: Word("party", "Visiting organisation"),
    Party.VOP: Word("party", "Coordinator of the visiting side"),
    Party.HO: Word("party", "Host organisation"),
    Party.HOP: Word("party", "Coordinator of the host side"),
}
