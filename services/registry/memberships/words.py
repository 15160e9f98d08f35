"""The words in which pages speak of members: kinds, sizes, what happened to an organisation."""

from datetime import date
from typing import Final

from contracts.vocabulary import MemberKind, SizeClass
from services.chassis.ui.i18n import Translator
from services.chassis.words import Word, spoken
from services.registry.organisations.requests import REQUEST, RequestState
from services.registry.story import Told

KINDS: Final = spoken(
    {
        MemberKind.SME: Word("member kind", "Small or medium-sized company"),
        MemberKind.LARGE: Word("member kind", "Large company"),
        MemberKind.RESEARCH: Word("member kind", "Research"),
        MemberKind.TRAINING: Word("member kind", "Training"),
        MemberKind.PUBLIC: Word("member kind", "Public body"),
        MemberKind.INVESTOR: Word("member kind", "Investor"),
        MemberKind.OTHER: Word("member kind", "Other"),
    }
)

SIZES: Final = spoken(
    {
        SizeClass.MICRO: Word("size class", "Micro"),
        SizeClass.SMALL: Word("size class", "Small"),
        SizeClass.MEDIUM: Word("size class", "Medium"),
        SizeClass.LARGE: Word("size class", "Large"),
        SizeClass.UNKNOWN: Word("size class", "Unknown"),
    }
)

HAPPENED: Final = {
    "talka.registry.organisation.registered.v1": Word("happened", "Registered as {number}"),
    "talka.registry.organisation.revised.v1": Word("happened", "Description changed"),
    "talka.registry.organisation.size_classified.v1": Word(
        "happened", "Size on {size_day}: {size_class}"
    ),
    "talka.registry.organisation.merge_requested.v1": Word(
        "happened", "{association_asked} was asked to merge it"
    ),
    "talka.registry.organisation.merge_declined.v1": Word(
        "happened", "The request to merge was declined: {reason}"
    ),
    "talka.registry.organisation.merged.v1": Word("happened", "Merged into another organisation"),
}

TRADER: Final = Word("organisation", "Sole trader")

REQUESTS: Final = {
    RequestState.REQUESTED: (REQUEST[RequestState.REQUESTED], "warn"),
    RequestState.ACCEPTED: (REQUEST[RequestState.ACCEPTED], "ok"),
    RequestState.DECLINED: (REQUEST[RequestState.DECLINED], "off"),
}

SOMEBODY: Final = Word("who", "Back office of {association}")
TALKA: Final = Word("who", "Talka")


def happened(told: Told, t: Translator) -> str:
    """One fact of the history in a sentence."""
    values = dict(told.data)
    if "size_class" in values:
        values["size_class"] = t.word(SIZES[SizeClass(values["size_class"])])
        values["size_day"] = t.date(date.fromisoformat(values["size_day"]))
    return t.word(HAPPENED[told.type]).format_map(values)


def who(told: Told, t: Translator) -> str:
    """Who did it: by name to those who may know it, else the association."""
    if told.name is not None:
        return told.name
    if (told.actor or "").startswith("system:"):
        return t.word(TALKA)
    return t.word(SOMEBODY).format(association=told.association)
