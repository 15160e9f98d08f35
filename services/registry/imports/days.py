"""Days as people write them: in figures, with the month in words of seven languages, or as serials.

The names of months and weekdays are those of the CLDR; a text that two days could be meant by is
refused. The month comes before the day only where it is a word, or the year stands before it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.dates import get_date_format

from contracts.vocabulary import LANGUAGES
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.registry.imports.habits import usual_in

NO_DAY: Final = ("TLK-D009", mark("Give a day that exists, like 2027-03-16."))
PART: Final = (
    "TLK-D130",
    mark(
        "Only a part of a day stands here. Write the day, the month and the year with four"
        " figures, like 2027-03-16."
    ),
)
SHORT_YEAR: Final = (
    "TLK-D136",
    mark("The year has only two figures here. Write it with all four, like 2027-03-16."),
)
ORDER: Final = (
    "TLK-D131",
    mark("It is not clear which number is the day and which the month. Write it like 2027-03-16."),
)

SERIAL_ZERO: Final = date(1899, 12, 30)  # of spreadsheets, from March 1900 on
SERIALS: Final = range(10_000, 73_051)  # five figures: 1927 to 2099
MONTHS_A_YEAR: Final = 12
SHORTEST: Final = 3  # letters that tell a month

_TIME: Final = re.compile(r"(?:T| +)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_COMPACT: Final = re.compile(r"(?:1[89]|20)\d{6}")
_SHORTENED: Final = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{2})(?: ?[rRрР]\.?)?$")
_PART: Final = re.compile(r"\d+|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_BETWEEN: Final = re.compile(r"[\s.,/\-–'’]*")
_ROMAN: Final = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
# beside a day: what "day", "month", "year", "from", "the" are, and endings of English numbers
_BESIDE: Final = frozenset(
    (
        *("st", "nd", "rd", "th", "of", "the", "from", "since", "od", "z", "din", "nuo", "data"),
        *("d", "dna", "dne", "dnia", "den", "dzien", "diena", "dienos", "ziua", "men", "menesio"),
        *("m", "r", "g", "rok", "roku", "roka", "roc", "metai", "metu", "an", "anul"),
    )
)


def serial(text: str) -> str | None:
    """The day of a spreadsheet's own number for it; None for another text."""
    if text.isascii() and text.isdigit() and len(text) == len(str(SERIALS.start)):
        days = int(text)
        if days in SERIALS:
            return (SERIAL_ZERO + timedelta(days=days)).isoformat()
    return None


def shortened(text: str) -> bool:
    """Whether a day is written with points and only the last two figures of its year."""
    return _SHORTENED.match(text.strip()) is not None


@lru_cache(maxsize=4096)  # a list says the same few days again and again
def day(text: str, country: str, today: date) -> str | Fault:
    """The day as ISO 8601 writes it; the order of figures is that of the country.

    A year of two figures after day and month is one of this century, unless it is still to come.
    """
    text = _TIME.sub("", text.strip())
    if (short := _SHORTENED.match(text)) and _day_comes_first(country):
        return _in_this_century(*map(int, short.groups()), today=today)
    if found := serial(text):
        return found
    if _COMPACT.fullmatch(text):
        return _iso(int(text[:4]), int(text[4:6]), int(text[6:]))
    parts = _parts(text)
    if parts is None:
        return _fault(NO_DAY)
    numbers = [part for part in parts if part.isdigit()]
    words = [part for part in parts if not part.isdigit()]
    if not words:
        return _in_figures(numbers, slashed="/" in text, country=country)
    month = _month(words[0]) if len(words) == 1 and (numbers or len(words[0]) > 2) else None  # noqa: PLR2004
    return _fault(NO_DAY) if month is None else _in_words(numbers, month)


def _parts(text: str) -> list[str] | None:
    """The numbers and words that count; None where something else stands between them."""
    if not _BETWEEN.fullmatch(_PART.sub("", text)):
        return None
    folded = (fold(part) for part in _PART.findall(text))
    return [part for part in folded if part not in _BESIDE and part not in _weekdays()]


def _in_words(numbers: Sequence[str], month: int) -> str | Fault:
    years = [number for number in numbers if len(number) == 4]  # noqa: PLR2004
    days = [number for number in numbers if len(number) <= 2]  # noqa: PLR2004
    if len(years) == len(days) == 1 and len(numbers) == 2:  # noqa: PLR2004
        return _iso(int(years[0]), month, int(days[0]))
    if len(numbers) == len(days) == 2:  # noqa: PLR2004
        return _fault(SHORT_YEAR)
    return _fault(PART if len(numbers) < 2 or len(numbers) == len(days) else NO_DAY)  # noqa: PLR2004


def _in_figures(numbers: Sequence[str], *, slashed: bool, country: str) -> str | Fault:
    match [len(number) for number in numbers]:
        case [4, 1 | 2, 1 | 2]:
            year, month, number = map(int, numbers)
            return _iso(year, month, number)
        case [1 | 2, 1 | 2, 4]:
            number, month, year = map(int, numbers)
        case [4] | [1 | 2, 4] | [4, 1 | 2]:
            return _fault(PART)
        case lengths:
            return _fault(SHORT_YEAR if lengths and max(lengths) <= 2 < len(lengths) else NO_DAY)  # noqa: PLR2004
    if month > MONTHS_A_YEAR >= number > 0:
        certain = not slashed and _day_comes_first(country)  # with a slash it may be American
        return _fault(NO_DAY if certain else ORDER)
    doubtful = slashed and number <= MONTHS_A_YEAR and number != month
    if doubtful and not _day_comes_first(country):
        return _fault(ORDER)
    return _iso(year, month, number)


def _in_this_century(number: int, month: int, year: int, *, today: date) -> str | Fault:
    found = _iso(2000 + year, month, number)
    return _fault(SHORT_YEAR) if isinstance(found, str) and found > today.isoformat() else found


def _iso(year: int, month: int, number: int) -> str | Fault:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return _fault(NO_DAY)


def _month(word: str) -> int | None:
    """The month that a word or its first letters name, in whichever language."""
    known = _months()
    if word in known:
        return known[word]
    begun = {month for name, month in known.items() if name.startswith(word)}
    return begun.pop() if len(word) >= SHORTEST and len(begun) == 1 else None


def _fault(of: tuple[str, str]) -> Fault:
    return Fault("", *of)


@cache
def _day_comes_first(country: str) -> bool:
    pattern = str(get_date_format("short", locale=usual_in(country)))
    return pattern.lower().startswith("d")


@cache
def _months() -> Mapping[str, int]:
    """Months by each of their names; one that means different months in two languages is out."""
    meant: dict[str, set[int]] = defaultdict(set)
    for at, numeral in enumerate(_ROMAN, start=1):
        meant[numeral].add(at)
    for language in LANGUAGES:
        for widths in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for month, name in widths[width].items():
                    meant[fold(name)].add(month)
    return {name: months.pop() for name, months in meant.items() if len(months) == 1}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        fold(name)
        for language in LANGUAGES
        for widths in Locale(language).days.values()
        for name in widths["wide"].values()
    )
