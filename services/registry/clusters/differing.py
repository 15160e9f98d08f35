"""Two versions of a profile side by side: every part that differs, and none that does not."""

from typing import Any, Final

from contracts.registry import ClusterProfile
from contracts.values import LANGUAGES, Names, Place, Recognition
from services.chassis.faults import mark
from services.chassis.ui.i18n import Translator
from services.registry.clusters import profiles, words

ORIGINAL: Final = mark("Name in the own language")
IN_ENGLISH: Final = mark("Name in English")


def differences(
    old: ClusterProfile, new: ClusterProfile, t: Translator
) -> list[tuple[str, str, str]]:
    """What differs, as triples of word, old and new value; a text stands once per language."""
    rows = []
    for field in sorted(profiles.changed(old, new), key=list(words.FIELDS).index):
        before = _parts(field, getattr(old, field), t)
        after = _parts(field, getattr(new, field), t)
        rows += [
            (word, before.get(word, ""), after.get(word, ""))
            for word in {**before, **after}
            if before.get(word, "") != after.get(word, "")
        ]
    return rows


def _parts(field: str, value: Any, t: Translator) -> dict[str, str]:
    """What a field says, by the words of its parts; most fields have one."""
    word = t.word(words.FIELDS[field])
    match value:
        case dict():
            spoken = sorted(value, key=_rank)
            return {f"{word} · {words.language(code, t)}": value[code] for code in spoken}
        case Names():
            return {t.gettext(ORIGINAL): value.original, t.gettext(IN_ENGLISH): value.en}
        case Place():
            return {word: _whole_place(value, t)}
        case Recognition():
            until = t.date(value.until_day) if value.until_day else None
            return {word: _joined(value.programme, value.document, until)}
        case tuple():
            return {word: words.said(field, tuple(sorted(value, key=str)), t)}
        case _:
            return {word: words.said(field, value, t)}


def _rank(language: str) -> tuple[int, str]:
    return (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)), language


def _whole_place(place: Place, t: Translator) -> str:
    point = None if place.lat is None else f"{place.lat} {place.lon}"
    return _joined(place.name, words.place(place, t), place.postcode, point)


def _joined(*parts: str | None) -> str:
    return ", ".join(filter(None, parts))
