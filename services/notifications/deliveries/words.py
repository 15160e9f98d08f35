"""States and kinds of messages in words, with the colour of their tag."""

from typing import Final

from contracts.vocabulary import DeliveryState
from services.chassis.ui.i18n import Word

_S = DeliveryState

STATES: Final = {
    _S.PLANNED: (Word("delivery", "Planned"), "draft"),
    _S.DEFERRED: (Word("delivery", "Deferred"), "draft"),
    _S.QUEUED: (Word("delivery", "Waiting to be sent"), "info"),
    _S.SENDING: (Word("delivery", "On its way"), "live"),
    _S.RETRY_WAIT: (Word("delivery", "Will be tried again"), "warn"),
    _S.SENT: (Word("delivery", "Sent"), "ok"),
    _S.DELIVERED: (Word("delivery", "Delivered"), "ok"),
    _S.ACKNOWLEDGED: (Word("delivery", "Acknowledged"), "ok"),
    _S.ESCALATED: (Word("delivery", "Escalated"), "late"),
    _S.BOUNCED: (Word("delivery", "Came back"), "late"),
    _S.REROUTED: (Word("delivery", "Sent to another address"), "done"),
    _S.DEAD: (Word("delivery", "Failed"), "off"),
    _S.CLOSED: (Word("delivery", "Closed"), "done"),
    _S.SUPPRESSED: (Word("delivery", "Not sent"), "done"),
    _S.OBSOLETE: (Word("delivery", "No longer true"), "done"),
    _S.EXPIRED: (Word("delivery", "Too late"), "done"),
    _S.UNKNOWN: (Word("delivery", "Not known whether it arrived"), "half"),
}

TEMPLATES: Final = {
    "invitation": Word("message", "Invitation"),
    "signature_request": Word("message", "Request to sign"),
    "signature_code": Word("message", "One-time code"),
    "programme_change": Word("message", "Changed programme"),
    "delegate_withdrawal": Word("message", "No longer a delegate"),
    "visit_cancellation": Word("message", "Cancelled visit"),
    "visit_agreed": Word("message", "Agreed visit"),
}
