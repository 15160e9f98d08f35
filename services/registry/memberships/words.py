"""The words in which pages speak of members: kinds, sizes, what happened to an organisation."""

from typing import Final

from contracts.vocabulary import MemberKind, SizeClass
from services.chassis.ui.i18n import Word

KINDS: Final = {
    MemberKind.SME: Word("member kind", "Small or medium-sized company"),
    MemberKind.LARGE: Word("member kind", "Large company"),
    MemberKind.RESEARCH: Word("member kind", "Research"),
    MemberKind.TRAINING: Word("member kind", "Training"),
    MemberKind.PUBLIC: Word("member kind", "Public body"),
    MemberKind.INVESTOR: Word("member kind", "Investor"),
    MemberKind.OTHER: Word("member kind", "Other"),
}

SIZES: Final = {
    SizeClass.MICRO: Word("size class", "Micro"),
    SizeClass.SMALL: Word("size class", "Small"),
    SizeClass.MEDIUM: Word("size class", "Medium"),
    SizeClass.LARGE: Word("size class", "Large"),
    SizeClass.UNKNOWN: Word("size class", "Unknown"),
}

HAPPENED: Final = {
    "talka.registry.organisation.registered.v1": Word("happened", "Registered as {number}"),
    "talka.registry.organisation.revised.v1": Word("happened", "Description changed"),
    "talka.registry.organisation.size_classified.v1": Word(
        "happened", "Size on {size_day}: {size_class}"
    ),
    "talka.registry.organisation.merge_requested.v1": Word(
        "happened", "{association_asked} was asked to merge it"
    ),
    "talka.registry.organisation.merged.v1": Word("happened", "Merged into another organisation"),
}

TRADER: Final = Word("organisation", "Sole trader")
