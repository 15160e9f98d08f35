"""The words for labels, as pages say them."""

from typing import Final

from contracts.vocabulary import LabelLevel
from services.chassis.ui.i18n import Word
from services.registry.labels.model import LabelState

LEVELS: Final = {
    LabelLevel.BRONZE: Word("label", "Bronze"),
    LabelLevel.SILVER: Word("label", "Silver"),
    LabelLevel.GOLD: Word("label", "Gold"),
}
STATES: Final = {
    LabelState.GRANTED: (Word("label state", "Granted"), "ok"),
    LabelState.EXPIRED: (Word("label state", "Expired"), "done"),
    LabelState.WITHDRAWN: (Word("label state", "Withdrawn"), "off"),
}
