"""What a change of an organisation's description changed: former and new value of each field."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from contracts.organisations import OrganisationRevised
from contracts.vocabulary import LegalId, MemberKind, Place
from services.chassis.ui.i18n import Translator
from services.registry.clusters import regions
from services.registry.memberships import words
from services.registry.memberships.organisation_form import FIELDS
from services.registry.story import Told

PLAIN: Final = ("legal_form", "web")


def changes(story: Sequence[Told], t: Translator) -> list[list[tuple[str, str, str]]]:
    """For each fact of a story, the newest first: triples of word, former and new value.

    Empty for all that is no change of the description.
    """
    former: Mapping[str, str] = {}
    found = []
    for told in reversed(story):
        described = dict(_described(told.data, t)) if "place" in told.data else former
        revised = told.type == OrganisationRevised.type
        found.append(list(_between(former, described)) if revised else [])
        former = described
    return found[::-1]


def _between(
    former: Mapping[str, str], described: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    for word in {**former, **described}:
        before, after = former.get(word, ""), described.get(word, "")
        if before != after:
            yield word, before, after


def _described(data: Mapping[str, Any], t: Translator) -> Iterator[tuple[str, str]]:
    """The words and values of a description, in the order of the form."""
    words_of = {name: t.gettext(text) for name, text in FIELDS.items()}
    numbers = [LegalId.model_validate(each) for each in data["legal_ids"]]
    told = ", ".join(f"{each.scheme.label} {each.value}" for each in numbers)
    yield words_of["legal_id/value"], told
    for part, name in (data["names"] or {}).items():
        yield words_of[f"names/{part}"], name
    place = Place.model_validate(data["place"])
    region = regions.name_of(regions.key_of(place.region), t.language)
    yield words_of["place/region"], region or place.region.code
    yield words_of["place/settlement"], place.settlement
    yield words_of["kind"], t.word(words.KINDS[MemberKind(data["kind"])])
    yield words_of["nace"], ", ".join(data["nace"])
    for name in PLAIN:
        yield words_of[name], data[name] or ""
