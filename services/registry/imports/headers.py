"""By which words columns are recognised, in seven languages, and how the values in them are named.

Two files hold the words, so that adding one is no change of the program; the first word of a
language is the one that templates show.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from contracts.vocabulary import LANGUAGES
from services.chassis.folding import fold

EXACT: Final = 3
BEGINS: Final = 2
HOLDS: Final = 1
TOTALS: Final = frozenset(
    map(
        fold,
        (
            *("Total", "Totals", "Sum", "Razem", "Suma", "Ogółem", "Celkem", "Součet", "Spolu"),
            *("Súčet", "Разом", "Всього", "Усього", "Viso", "Iš viso", "Total general"),
        ),
    )
)


def known_headers(cells: Sequence[str]) -> int:
    """How many of the cells are words that columns are named by."""
    return sum(fold(cell) in _all_words() for cell in cells if cell.strip())


def is_total(cell: str) -> bool:
    """Whether a row that begins so sums up the rows above it."""
    return fold(cell) in TOTALS


def guess(columns: Sequence[str], fields: Sequence[str], *, generic: str) -> dict[str, int]:
    """The column of each field that can be told by its name; no column serves two fields.

    `generic` is the field that words like "registration number" mean.
    """
    scores = [
        (_score(column, field, generic), -at, -order, field)
        for at, column in enumerate(columns)
        for order, field in enumerate((*fields, "ordinal"))
    ]
    found: dict[str, int] = {}
    for score, minus_at, _, field in sorted(scores, reverse=True):
        if score and field not in found and -minus_at not in found.values():
            found[field] = -minus_at
    found.pop("ordinal", None)
    return found


def title(field: str, language: str) -> str:
    """What a template calls the column of a field."""
    return _headers()[field][language][0]


def value_of(name: str, text: str) -> str | None:
    """The value of a list that a word means in any language; None if none is known."""
    return _values()[name].get(fold(text))


def words_of(name: str, language: str) -> dict[str, str]:
    """The values of a list with the word that a template offers for each."""
    return {value: words[language] for value, words in _offered()[name].items()}


def _score(column: str, field: str, generic: str) -> int:
    folded = fold(column)
    words = words_of_field(field) | (
        words_of_field("legal_id") if field == generic else frozenset()
    )
    if not folded:
        return 0
    if folded in words:
        return EXACT
    if any(folded.startswith(f"{word} ") for word in words if len(word) > 2):  # noqa: PLR2004
        return BEGINS
    return HOLDS if any(f" {word} " in f" {folded} " for word in words if len(word) > 4) else 0  # noqa: PLR2004


@cache
def words_of_field(field: str) -> frozenset[str]:
    """What the columns of a field are called in any language, folded."""
    every = _headers()[field].values()
    return frozenset(fold(word) for words in every for word in words if fold(word)) | (
        {"no"} if field == "ordinal" else frozenset()
    )


@cache
def _all_words() -> frozenset[str]:
    return frozenset().union(*map(words_of_field, _headers()))


@cache
def _headers() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return {
        row["field"]: {language: row[language].split("|") for language in LANGUAGES}
        for row in rows_of("headers.csv")
    }


@cache
def _values() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows_of("values.csv"):
        known = found.setdefault(row["list"], {})
        known[fold(row["value"])] = row["value"]
        for language in LANGUAGES:
            for word in row[language].split("|"):
                known.setdefault(fold(word), row["value"])
    return found


@cache
def _offered() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows_of("values.csv"):
        first = {language: row[language].split("|")[0] for language in LANGUAGES}
        found.setdefault(row["list"], {})[row["value"]] = first
    return found


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the files of words."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
