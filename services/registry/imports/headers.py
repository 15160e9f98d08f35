"""By which words columns are recognised, in seven languages, and how the values in them are named.

Two files hold the words, so that adding one is no change of the program; the first word of a
language is the one that templates show.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from contracts.vocabulary import LANGUAGES, LegalIdScheme
from services.chassis.folding import fold

NOTE: Final = re.compile(r"\([^)]*\)|\[[^]]*\]|[*:]+\s*$")
SIGNS_OF_AN_ID: Final = re.compile(r"\d{6,}")  # no sum of a list is that large
TOTALS: Final = frozenset(
    map(
        fold,
        (
            *("Total", "Totals", "Sum", "Razem", "Suma", "Ogółem", "Celkem", "Součet", "Spolu"),
            *("Súčet", "Разом", "Всього", "Усього", "Viso", "Iš viso", "Total general"),
            *("Subtotal", "Grand total", "Medzisúčet", "Mezisoučet", "Łącznie", "Підсумок"),
        ),
    )
)
AUTHORS: Final = tuple(  # what stands before the name of who made a list
    map(
        fold,
        (
            *("Prepared by", "Compiled by", "Made by", "Parengė", "Paruošė", "Sudarė", "Rengėjas"),
            *("Vypracoval", "Vypracovala", "Zpracoval", "Zpracovala", "Sestavil", "Sestavila"),
            *("Vyhotovil", "Vyhotovila", "Zostavil", "Zostavila", "Spracoval", "Spracovala"),
            *(
                "Sporządził",
                "Sporządziła",
                "Przygotował",
                "Przygotowała",
                "Opracował",
                "Opracowała",
            ),
            *("Întocmit", "Elaborat de", "Склав", "Склала", "Підготував", "Підготувала"),
            *("Укладач", "Виконавець", "Întocmit de"),
        ),
    )
)
# fields that tell things of a list apart: a row may hold nothing but them, and still be one
TELLING: Final = (
    *("name", "clusters/name", "name_en", "person", "given", "family", "mail", "ref", "legal_id"),
    *(scheme.value for scheme in LegalIdScheme),
)


def known_headers(cells: Sequence[str]) -> int:
    """How many of the cells are words that columns are named by."""
    known = _all_words()
    return sum(fold(cell) in known or without_note(cell) in known for cell in cells)


def without_note(column: str) -> str:
    """The folded name of a column without notes in brackets behind it."""
    return fold(NOTE.sub(" ", column))


def is_total(cell: str) -> bool:
    """Whether a row that begins so sums up the rows above it."""
    return fold(cell) in TOTALS


def tells_a_total(cells: Sequence[str]) -> bool:
    """Whether all that a row says is a sum, "Spolu členov: 12", and no name such as Suma s.r.o."""
    said = " ".join(cells)
    sum_told = ":" in said or is_total(cells[0]) or cells[-1].strip().isdecimal()
    counted = not SIGNS_OF_AN_ID.search(said)
    return sum_told and counted and f"{fold(said)} ".startswith(tuple(f"{w} " for w in TOTALS))


def begins_as_author(cell: str) -> bool:
    """Whether a cell says who made the list: "Parengė: R. Kazlauskaitė"."""
    return f"{fold(cell)} ".startswith(tuple(f"{word} " for word in AUTHORS))


def tells_apart(column: str) -> bool:
    """Whether a column holds names or numbers of what a list is about, by what it is called."""
    called, plain = fold(column), without_note(column)
    words = _telling_words()
    return called in words or any(f"{plain} ".startswith(f"{word} ") for word in words)


def title(field: str, language: str, kind: str) -> str:
    """What a template for that kind of list calls the column of a field."""
    return _headers()[_key(field, kind)][language][0]


def value_of(name: str, text: str) -> str | None:
    """The value of a list that a word means in any language; None if none is known."""
    return _values()[name].get(fold(text))


def words_of(name: str, language: str) -> dict[str, str]:
    """The values of a list with the word that a template offers for each."""
    return {value: words[language] for value, words in _offered()[name].items()}


@cache
def words_of_field(field: str, kind: str = "", language: str = "") -> frozenset[str]:
    """What the columns of a field are called, folded; in any language unless one is told."""
    found: set[str] = set()
    for key in {field, _key(field, kind)}:
        said = _headers()[key]
        spoken = [said[language]] if language else list(said.values())
        found.update(fold(word) for words in spoken for word in words)
    if field == "ordinal":
        found.add("no")
    return frozenset(found - {""})


@cache
def ranks(field: str, kind: str, language: str) -> Mapping[str, int]:
    """The words of one language for a field with their places, the usual one at 0."""
    said = (fold(word) for word in _headers()[_key(field, kind)][language])
    return {word: rank for rank, word in reversed([*enumerate(said)])}


def _key(field: str, kind: str) -> str:
    """Under what the words of a field stand; some mean another thing in one kind of list."""
    special = f"{kind}/{field}"
    return special if special in _headers() else field


@cache
def _all_words() -> frozenset[str]:
    return frozenset().union(*map(words_of_field, _headers()))


@cache
def _telling_words() -> frozenset[str]:
    return frozenset().union(*map(words_of_field, TELLING))


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
