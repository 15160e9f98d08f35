"""Words, dates and numbers in the reader's language, from gettext catalogues compiled in memory.

The language of a request: `?lang=`, the cookie set by the switch, the profile, `Accept-Language`,
English. Signing in removes the cookie, so a profile rules until its owner switches.
"""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.requests import HTTPConnection

from services.chassis.counting import Counted
from services.chassis.words import Word

__all__ = ["Catalogues", "Translator", "Word", "bind"]  # what pages need stands in one place

NATIVE_NAMES: Final = {
    "en": "English",
    "uk": "Українська",
    "pl": "Polski",
    "cs": "Čeština",
    "sk": "Slovenčina",
    "lt": "Lietuvių",
    "ro": "Română",
}
LOCALES: Final = {language: language for language in NATIVE_NAMES} | {"en": "en_GB"}
COOKIE: Final = "talka_language"
CLDR_ZONES: Final = {"Europe/Kyiv": "Europe/Kiev"}  # the older name is the key of its translations
CHASSIS: Final = Path(__file__).parents[1] / "locales"

DateForm = Literal["short", "medium", "long", "weekday", "day", "month"]
# how Ukrainian ends a date; a sentence that a date ends would have two full stops
_YEAR: Final = "\u202fр."
# behind a word and where a sentence ends: those of paths and file names stay
_TWO_STOPS: Final = re.compile(r"(?<=[^\s./])\.\.(?=[\s<)»”]|$)")
_SKELETONS: Final = {"weekday": "yMMMMEEEEd", "day": "MMMEd", "month": "yMMMM"}


class Translator:
    """One language and one zone; every method returns text for people to read."""

    def __init__(self, language: str, zone: str, translations: NullTranslations) -> None:
        self.language = language
        self.zone = zone
        self.locale = Locale.parse(LOCALES[language])
        self._gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.pgettext = translations.pgettext
        self.npgettext = translations.npgettext

    def gettext(self, text: str) -> str:
        if isinstance(text, Counted):
            return self.ngettext(text.one, text.many, text.number)
        return self._gettext(text)

    def word(self, word: Word) -> str:
        return self.pgettext(word.context, word.text)

    def date(self, value: dt.date, form: DateForm = "medium", *, zone: str | None = None) -> str:
        """The day; an instant counts as the day it is in `zone`, by default the reader's."""
        day = self._local(value, zone).date() if isinstance(value, dt.datetime) else value
        if form in _SKELETONS:
            return dates.format_skeleton(_SKELETONS[form], day, locale=self.locale)
        return dates.format_date(day, form, locale=self.locale).removesuffix(_YEAR)

    def time(self, at: dt.datetime, *, zone: str | None = None) -> str:
        """The time of day in `zone` with the zone's abbreviation on that date: 17:00 CET."""
        local = self._local(at, zone)
        return f"{self.clock(at, zone=zone)} {local.tzname()}"

    def clock(self, at: dt.datetime, *, zone: str | None = None) -> str:
        """The bare time of day, for places whose caption names the zone."""
        return dates.format_time(self._local(at, zone), "short", locale=self.locale)

    def datetime(self, at: dt.datetime, *, zone: str | None = None) -> str:
        """Day and time with the zone's abbreviation: 19 Mar 2027, 17:00 CET."""
        pattern = str(self.locale.datetime_formats["medium"]).replace("'", "")
        return pattern.format(self.time(at, zone=zone), self.date(at, zone=zone))

    def interval(self, first: dt.date, last: dt.date) -> str:
        """A range of days as one writes it: 16–18 Mar 2027."""
        if first == last:
            return self.date(first)
        return dates.format_interval(first, last, "yMMMd", locale=self.locale).removesuffix(_YEAR)

    def city(self, zone: str) -> str:
        """The city that names a zone: Prague, Прага."""
        renamed = self.locale.time_zones.get(CLDR_ZONES.get(zone, ""), {}).get("city")
        return renamed or dates.get_timezone_location(zone, locale=self.locale, return_city=True)

    def country(self, code: str) -> str:
        """The short name of a country, in the nominative: never put it into a sentence."""
        return str(self.locale.territories.get(code, code))

    def language_name(self, code: str) -> str:
        """The name of a language, in this one."""
        return str(self.locale.languages.get(code, code))

    def number(self, value: float) -> str:
        return numbers.format_decimal(value, locale=self.locale)

    def percent(self, share: float, *, digits: int = 0) -> str:
        """A share of one as per cent, rounded to `digits` decimals."""
        rounded = round(share * 100, digits)
        return numbers.format_percent(rounded / 100, locale=self.locale, decimal_quantization=False)

    def list(self, words: Sequence[str]) -> str:
        return lists.format_list(list(words), locale=self.locale) if words else ""

    def _local(self, at: dt.datetime, zone: str | None) -> dt.datetime:
        return at.astimezone(ZoneInfo(zone or self.zone))


def once_stopped(text: str) -> str:
    """A sentence that ends with an abbreviation has one full stop: s.r.o., Sp. z o.o."""
    return type(text)(_TWO_STOPS.sub(".", text)) if ".." in text else text


class Catalogues:
    """The languages of one application: the chassis' words and those of its service."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = (CHASSIS, *folders)
        there = {path.parents[1].name for path in CHASSIS.glob("*/LC_MESSAGES/messages.po")}
        self.languages = tuple(name for name in NATIVE_NAMES if name == "en" or name in there)
        self._translations = lru_cache(maxsize=None)(self._read)
        self._translators = lru_cache(maxsize=1_000)(self._make)

    def translator(self, language: str | None, zone: str | None = None) -> Translator:
        """The translator for a language, English when there is no catalogue for it."""
        known = language if language in self.languages else None
        return self._translators(known or "en", zone or "UTC")

    def _make(self, language: str, zone: str) -> Translator:
        return Translator(language, zone, self._translations(language))

    def _read(self, language: str) -> NullTranslations:
        merged = Translations()
        for folder in self._folders:
            path = folder / language / "LC_MESSAGES" / "messages.po"
            if path.exists():
                compiled = _compiled(path)
                merged.merge(compiled)
                merged.plural = compiled.plural  # Babel leaves it out
        return merged

    def language_of(self, request: HTTPConnection, profile: str | None = None) -> str:
        """The first language of the request's wishes that this application has."""
        wishes = (
            request.query_params.get("lang"),
            request.cookies.get(COOKIE),
            profile,
            *accepted(request.headers.get("accept-language", "")),
        )
        return next((wish for wish in wishes if wish in self.languages), "en") or "en"


def _compiled(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parents[1].name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def accepted(header: str) -> list[str]:
    """The primary languages of an `Accept-Language` header, the most wanted first."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda pair: pair[0]) if tag and weight]


def bind(request: HTTPConnection, *, language: str | None, zone: str | None) -> Translator:
    """Give the request its translator, now that the reader's profile is known."""
    catalogues: Catalogues = request.app.state.ui.catalogues
    request.state.t = catalogues.translator(catalogues.language_of(request, language), zone)
    return request.state.t  # type: ignore[no-any-return]  # Starlette's state is untyped
