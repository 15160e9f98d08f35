"""Which column of a list holds which field, told by the names of the columns.

A name that is known exactly goes before one that only begins or contains known words, a word of
the list's own language before the same word of another, and the usual word before rarer ones. What
is only alike is no match: it is proposed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from contracts.vocabulary import LANGUAGES
from services.chassis.folding import fold
from services.registry.imports.fields import Kind, fields_of, schemes_of
from services.registry.imports.habits import usual_in
from services.registry.imports.headers import ranks, value_of, without_note, words_of_field

EXACT: Final = 5_000
WITHOUT_NOTE: Final = 4_000
BEGINS: Final = 3_000
ABBREVIATED: Final = 2_000
HOLDS: Final = 1_000
OWN: Final = 500  # more, for a word of the list's own language; a little less for later words
ALIKE: Final = 0.75
SHORTEST_BEGIN: Final = 3
SHORTEST_HELD: Final = 5
SHORTEST_ALIKE: Final = 4
LOOKED_AT: Final = 60  # rows
BESIDE_FIELDS: Final = ("ordinal", "mail", "phone")  # what lists hold that have no such field

_TOKEN: Final = re.compile(r"([^\W_]+)(\.?)")
# how the seven languages say that a name is in English, and what stands beside that
_ENGLISH: Final = frozenset(
    (
        *("en", "eng", "engl", "english", "engleza", "ang", "angl", "anglicky", "anglictine"),
        *("angielska", "angielsku", "angielskim", "anglu", "angliskas", "angliskai"),
        *("anhl", "anhliiska", "anhliiskoiu"),
    )
)
_BESIDE: Final = frozenset(
    ("in", "v", "w", "po", "k", "kalba", "j", "jezyku", "jazyku", "jazyce", "limba", "movoiu")
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of a list before its columns are: its kind, its language and its fields.

    `generic` is the field that words like "registration number" mean.
    """

    kind: str
    language: str
    fields: Sequence[str]
    generic: str

    @classmethod
    def of(cls, kind: Kind, country: str) -> "Listing":
        """A list of that kind from a country, in its language."""
        fields = [field.name for field in fields_of(kind, country)]
        schemes = schemes_of(country)
        return cls(kind, usual_in(country).language, fields, schemes[0].value if schemes else "")


def guess(columns: Sequence[str], about: Listing) -> dict[str, int]:
    """The column of each field that can be told by its name; no column serves two fields."""
    about = replace(about, language=_spoken(columns, about))
    others = [field for field in BESIDE_FIELDS if field not in about.fields]
    scores = [
        (_score(column, field, about), -at, -order, field)
        for at, column in enumerate(columns)
        for order, field in enumerate((*about.fields, *others))
    ]
    found: dict[str, int] = {}
    for score, minus_at, _, field in sorted(scores, reverse=True):
        if score and field not in found and -minus_at not in found.values():
            found[field] = -minus_at
    return {field: at for field, at in found.items() if field not in others}


def told_by_values(
    matched: Mapping[str, int], rows: Sequence[tuple[int, Sequence[str]]]
) -> dict[str, int]:
    """The same, but what is called a kind and holds sizes is one of sizes, and the other way."""
    found = dict(matched)
    for field, other in (("kind", "size"), ("size", "kind")):
        at = matched.get(field, -1)
        cells = {cells[at] for _, cells in rows[:LOOKED_AT] if 0 <= at < len(cells)}
        held = {cell for cell in cells if cell.strip()}
        if other in matched or not held or any(value_of(field, cell) for cell in held):
            continue
        if all(value_of(other, cell) for cell in held):
            found[other] = found.pop(field)
    return found


def nearest(columns: Sequence[str], about: Listing, matched: Mapping[str, int]) -> dict[str, int]:
    """For fields without a column the one that is called most alike, of those left over."""
    left = [at for at in range(len(columns)) if at not in matched.values()]
    scores = [
        (_alike(without_note(columns[at]), _words(field, about)), at, field)
        for at in left
        for field in about.fields
        if field not in matched
    ]
    found: dict[str, int] = {}
    for likeness, at, field in sorted(scores, key=lambda each: -each[0]):
        if likeness >= ALIKE and field not in found and at not in found.values():
            found[field] = at
    return found


def _spoken(columns: Sequence[str], about: Listing) -> str:
    """The language that knows most of the names; where several do, that of the country."""
    folded = {fold(column) for column in columns}

    def known(language: str) -> tuple[int, bool]:
        fields = (words_of_field(field, about.kind, language) for field in about.fields)
        return len(folded.intersection(frozenset[str]().union(*fields))), language == about.language

    return max(LANGUAGES, key=known)


def _score(column: str, field: str, about: Listing) -> int:
    """How well a name of a column fits a field; 0 where it does not."""
    folded, plain = fold(column), without_note(column)
    if field in {"name", "name_en"} and (rest := _in_english(folded)) is not None:
        english = field == "name_en"
        fits = folded in _words(field, about) or (english and rest in _words("name", about))
        return EXACT if fits else 0
    words = _words(field, about)
    scores = (
        (EXACT, {folded}),
        (WITHOUT_NOTE, {plain}),
        (BEGINS, _begun(plain, words)),
        (ABBREVIATED, _abbreviated(column, words)),
        (HOLDS, _held(plain, words)),
    )
    own = ranks(field, about.kind, about.language)
    for score, found in scores:
        if found & words:
            return score + max((OWN - own[word] for word in found if word in own), default=0)
    return 0


def _words(field: str, about: Listing) -> frozenset[str]:
    words = words_of_field(field, about.kind)
    return words | words_of_field("legal_id") if field == about.generic else words


def _in_english(folded: str) -> str | None:
    """What stands beside the word for English; None where that is not there."""
    tokens = folded.split()
    rest = [token for token in tokens if token not in _ENGLISH]
    if len(rest) == len(tokens):
        return None
    return " ".join(token for token in rest if token not in _BESIDE)


def _begun(plain: str, words: Collection[str]) -> set[str]:
    return {word for word in words if len(word) >= SHORTEST_BEGIN and plain.startswith(f"{word} ")}


def _held(plain: str, words: Collection[str]) -> set[str]:
    return {word for word in words if len(word) >= SHORTEST_HELD and f" {word} " in f" {plain} "}


def _abbreviated(column: str, words: Collection[str]) -> set[str]:
    """The words that a name with points in it is short for: "Dat. vstupu", "Įm. kodas"."""
    tokens = [(fold(token), bool(point)) for token, point in _TOKEN.findall(column)]
    if not any(point for _, point in tokens):
        return set()
    return {word for word in words if _is_short_for(tokens, word.split())}


def _is_short_for(tokens: Sequence[tuple[str, bool]], whole: Sequence[str]) -> bool:
    if len(tokens) != len(whole) or max(len(token) for token, _ in tokens) < SHORTEST_BEGIN:
        return False
    return all(
        token == word or (point and word.startswith(token))
        for (token, point), word in zip(tokens, whole, strict=True)
    )


def _alike(plain: str, words: Collection[str]) -> float:
    """How alike the name is to the most similar of the words, 1 for the same."""
    if len(plain) < SHORTEST_ALIKE:
        return 0.0
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(plain)
    best = 0.0
    for word in words:
        matcher.set_seq1(word)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best
