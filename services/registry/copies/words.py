"""The words for what happens in exchanges, as the registry's pages show it."""

from typing import Final

from contracts.vocabulary import VisitState
from services.chassis.ui.i18n import Word

VISIT_STATES: Final = {
    VisitState.BUILDING: (Word("visit state", "Planning"), "draft"),
    VisitState.COMMITTED: (Word("visit state", "Agreed"), "warn"),
    VisitState.RESCHEDULING: (Word("visit state", "New dates"), "warn"),
    VisitState.READY: (Word("visit state", "Ready"), "ok"),
    VisitState.IN_PROGRESS: (Word("visit state", "Under way"), "live"),
    VisitState.PAUSED: (Word("visit state", "Paused"), "paused"),
    VisitState.ENDED: (Word("visit state", "Report due"), "half"),
    VisitState.REPORTED: (Word("visit state", "Report in check"), "half"),
    VisitState.REPORT_OVERDUE: (Word("visit state", "Report overdue"), "late"),
    VisitState.DISCONTINUED: (Word("visit state", "Ended early"), "half"),
    VisitState.VALIDATED: (Word("visit state", "To pay"), "half"),
    VisitState.SETTLED: (Word("visit state", "Paid"), "done"),
    VisitState.FOLLOWED_UP: (Word("visit state", "Closed"), "done"),
    VisitState.CANCELLED: (Word("visit state", "Cancelled"), "off"),
    VisitState.DISSOLVED: (Word("visit state", "Not agreed"), "off"),
    VisitState.WRITTEN_OFF: (Word("visit state", "Written off"), "off"),
}
