"""States and kinds of messages in words, with the colour of their tag."""

from typing import Final

from contracts.vocabulary import DeliveryState
from services.chassis.ui.i18n import Word
from services.notifications.deliveries.names import STATE

_S = DeliveryState

STATES: Final = {
    _S.PLANNED: (STATE[_S.PLANNED], "draft"),
    _S.DEFERRED: (STATE[_S.DEFERRED], "draft"),
    _S.QUEUED: (STATE[_S.QUEUED], "info"),
    _S.SENDING: (STATE[_S.SENDING], "live"),
    _S.RETRY_WAIT: (STATE[_S.RETRY_WAIT], "warn"),
    _S.SENT: (STATE[_S.SENT], "ok"),
    _S.DELIVERED: (STATE[_S.DELIVERED], "ok"),
    _S.ACKNOWLEDGED: (STATE[_S.ACKNOWLEDGED], "ok"),
    _S.ESCALATED: (STATE[_S.ESCALATED], "late"),
    _S.BOUNCED: (STATE[_S.BOUNCED], "late"),
    _S.REROUTED: (STATE[_S.REROUTED], "done"),
    _S.DEAD: (STATE[_S.DEAD], "off"),
    _S.CLOSED: (STATE[_S.CLOSED], "done"),
    _S.SUPPRESSED: (STATE[_S.SUPPRESSED], "done"),
    _S.OBSOLETE: (STATE[_S.OBSOLETE], "done"),
    _S.EXPIRED: (STATE[_S.EXPIRED], "done"),
    _S.UNKNOWN: (STATE[_S.UNKNOWN], "half"),
}

TEMPLATES: Final = {
    "invitation": Word("message", "Invitation"),
    "signature_request": Word("message", "Request to sign"),
    "signature_code": Word("message", "One-time code"),
    "programme_change": Word("message", "Changed programme"),
    "delegate_withdrawal": Word("message", "No longer a delegate"),
    "visit_cancellation": Word("message", "Cancelled visit"),
    "visit_agreed": Word("message", "Agreed visit"),
    "dormant_profile": Word("message", "Dormant profile"),
}
