"""Text from people, made harmless for places that are lines: subjects, names, calendar fields."""

import unicodedata
from typing import Final

JOINERS: Final = "\u200c\u200d"  # they belong to words of several scripts


def one_line(text: str) -> str:
    """`text` on one line, without control characters and without marks that turn its direction.

    A line break would start a new header or calendar property, an override would show a name
    or an address backwards. What people can see of the text stays as it is.
    """
    kept = (_harmless(character) for character in text)
    return " ".join("".join(kept).split())


def paragraph(text: str) -> str:
    """Like `one_line`, but line breaks stay."""
    return "\n".join(one_line(line) for line in text.splitlines())


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cf" and character not in JOINERS:
        return ""
    return character
