"""Words of enumerations: written once, translated wherever a sentence or a page speaks of them."""

from collections.abc import Callable
from gettext import GNUTranslations
from typing import NamedTuple


class Word(NamedTuple):
    """A word marked for the catalogue where it is written and translated where it is shown."""

    context: str
    text: str

    def said(self, gettext: Callable[[str], str]) -> str:
        """The word as it stands in a sentence: quoted, so that it needs no declension."""
        key = GNUTranslations.CONTEXT % (self.context, self.text)
        found = gettext(key)
        return f"“{self.text if found == key else found}”"
