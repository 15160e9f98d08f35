"""The words in which pages speak of requests about data."""

from typing import Final

from contracts.data_requests import DataRequestKind, ExtensionReason, RefusalReason
from services.chassis.ui.i18n import Word
from services.registry.data_requests.states import DataRequestState

KINDS: Final = {
    DataRequestKind.ACCESS: Word("data request", "Access"),
    DataRequestKind.RECTIFY: Word("data request", "Rectification"),
    DataRequestKind.ERASE: Word("data request", "Erasure"),
}
STATES: Final = {
    DataRequestState.RECEIVED: (Word("data request state", "Received"), "info"),
    DataRequestState.EXTENDED: (Word("data request state", "Extended"), "half"),
    DataRequestState.ANSWERED: (Word("data request state", "Answered"), "ok"),
    DataRequestState.REFUSED: (Word("data request state", "Refused"), "off"),
}
EXTENSIONS: Final = {
    ExtensionReason.COMPLEXITY: Word("extension", "The request is complex"),
    ExtensionReason.NUMBER: Word("extension", "There are many requests"),
}
REFUSALS: Final = {
    RefusalReason.IDENTITY: Word("refusal", "Who asks did not show to be the person"),
    RefusalReason.UNFOUNDED: Word("refusal", "The request is clearly unfounded or excessive"),
    RefusalReason.MUST_STAY: Word("refusal", "The law requires that the data stay"),
}
REASONS: Final = EXTENSIONS | REFUSALS
