"""The words for parties and for parts of a commitment, in refusals and on pages alike."""

from typing import Final

from contracts.vocabulary import CommitmentPart, Party
from services.chassis.words import Word

PARTY: Final = {
    Party.VO: Word("party", "Visiting organisation"),
    Party.VOP: Word("party", "Association of the visitors"),
    Party.HO: Word("party", "Host organisation"),
    Party.HOP: Word("party", "Association of the host"),
}

PART: Final = {
    CommitmentPart.GOALS: Word("part of the text", "Goals"),
    CommitmentPart.PARTIES: Word("part of the text", "Parties"),
    CommitmentPart.SPAN: Word("part of the text", "First and last day"),
    CommitmentPart.AGENDA: Word("part of the text", "Programme"),
}
