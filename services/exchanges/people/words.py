"""The words in which pages speak of people in visits."""

from typing import Final

from contracts.vocabulary import ParticipantRole
from services.chassis.words import Word

ROLES: Final = {
    ParticipantRole.DELEGATE: Word("participant", "Delegate"),
    ParticipantRole.VISITOR: Word("participant", "Signs for visitors"),
    ParticipantRole.HOST: Word("participant", "Signs for host"),
}
