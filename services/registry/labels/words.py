"""The words for labels, as pages say them."""

from typing import Final

from contracts.vocabulary import LabelLevel
from services.chassis.ui.i18n import Translator, Word
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


def states(t: Translator) -> list[tuple[str, str]]:
    """The states to choose from."""
    return [(state.value, t.word(word)) for state, (word, _) in STATES.items()]
