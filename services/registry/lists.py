"""Several words in one text, as people type them and as cells hold them."""

import re
from collections.abc import Iterable
from typing import Final

_QUOTE: Final = '"'
_PART: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\n]*))\s*(?:[,;\n]|$)')
_SPLITS: Final = re.compile(r'[,;\n]|^"|^\s|\s$|^$')


def several(text: str) -> list[str]:
    """The words between commas, semicolons or line ends; quotes hold together what has those."""
    parts = [(found[1], (found[2] or "").strip()) for found in _PART.finditer(text)]
    return [
        plain if quoted is None else quoted.replace('""', '"')
        for quoted, plain in parts
        if quoted is not None or plain
    ]


def joined(words: Iterable[str]) -> str:
    """Several words in one cell, as `several` reads them again."""
    return ", ".join(
        f'"{word.replace(_QUOTE, 2 * _QUOTE)}"' if _SPLITS.search(word) else word for word in words
    )
