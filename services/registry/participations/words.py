"""The words for participations, as pages say them."""

from typing import Final

from contracts.vocabulary import Activity, Money, ParticipationRole
from services.chassis.ui.i18n import Translator
from services.chassis.words import Word, spoken

ROLES: Final = spoken(
    {
        ParticipationRole.COORDINATOR: Word("participation", "Coordinator"),
        ParticipationRole.PARTNER: Word("participation", "Partner"),
        ParticipationRole.ASSOCIATED: Word("participation", "Associated partner"),
        ParticipationRole.FSTP_RECIPIENT: Word("participation", "Recipient of support"),
    }
)
ACTIVITIES: Final = {
    Activity.CAPACITY_BUILDING: Word("activity", "Capacity building"),
    Activity.KNOWLEDGE_SHARING: Word("activity", "Knowledge sharing"),
    Activity.PROJECT_DEVELOPMENT: Word("activity", "Project development"),
    Activity.MARKET_RESEARCH: Word("activity", "Market research"),
    Activity.NETWORKING: Word("activity", "Networking"),
}


def money(amount: Money | None, t: Translator) -> str:
    """An amount with its currency; a dash when it is not known."""
    return "–" if amount is None else f"{t.number(amount.cents / 100)} {amount.currency}"
