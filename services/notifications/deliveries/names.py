"""The words for the states of messages, in refusals and on pages alike."""

from typing import Final

from contracts.vocabulary import DeliveryState
from services.chassis.words import Word

_S = DeliveryState

STATE: Final = {
    _S.PLANNED: Word("delivery", "Planned"),
    _S.DEFERRED: Word("delivery", "Deferred"),
    _S.QUEUED: Word("delivery", "Waiting to be sent"),
    _S.SENDING: Word("delivery", "On its way"),
    _S.RETRY_WAIT: Word("delivery", "Will be tried again"),
    _S.SENT: Word("delivery", "Sent"),
    _S.DELIVERED: Word("delivery", "Delivered"),
    _S.ACKNOWLEDGED: Word("delivery", "Acknowledged"),
    _S.ESCALATED: Word("delivery", "Escalated"),
    _S.BOUNCED: Word("delivery", "Came back"),
    _S.REROUTED: Word("delivery", "Sent to another address"),
    _S.DEAD: Word("delivery", "Failed"),
    _S.CLOSED: Word("delivery", "Closed"),
    _S.SUPPRESSED: Word("delivery", "Not sent"),
    _S.OBSOLETE: Word("delivery", "No longer true"),
    _S.EXPIRED: Word("delivery", "Too late"),
    _S.UNKNOWN: Word("delivery", "Not known whether it arrived"),
}
