"""The fields of an organisation in a form: what was typed, what there is to choose, its faults.

All of them stand below `organisation/`, as in the declaration of a member.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from contracts.declared.members import DeclaredOrganisation
from contracts.vocabulary import LegalIdScheme, Place, SizeClass
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import faults_of, mark
from services.chassis.ui.i18n import Translator
from services.registry.clusters import regions
from services.registry.forms import CORRECT, Form
from services.registry.lists import joined
from services.registry.memberships import words
from services.registry.organisations.model import Organisation
from services.registry.organisations.stated import Stated

PART: Final = "organisation"
# where a rule finds a fault → the field in which it is mended
NEAR: Final = {
    "/organisation/legal_id": "/organisation/legal_id/value",
    "/organisation/place": "/organisation/place/region",
    "/organisation/place/country": "/organisation/place/region",
    "/organisation/names": "/organisation/names/original",
}

FIELDS: Final = {
    "legal_id/scheme": mark("Kind of legal id"),
    "legal_id/value": mark("Legal id"),
    "names/original": mark("Name in the own language"),
    "names/en": mark("Name in English"),
    "place/region": mark("Region of the seat"),
    "place/settlement": mark("Town or village"),
    "kind": mark("Kind"),
    "size_class": mark("Size"),
    "size_day": mark("Size on the day"),
    "legal_form": mark("Legal form"),
    "nace": mark("NACE"),
    "web": mark("Web page"),
}


def typed(form: Form, *, known: Place | None = None) -> dict[str, Any]:
    """The organisation as a declaration writes it; of a known place, what has no field stays."""
    names = {each: _one(form, f"names/{each}") for each in ("original", "en")}
    given: dict[str, Any] = {
        "legal_id": _filled_in(form, "legal_id", ("scheme", "value")),
        "names": {"original": names["original"], "en": names["en"] or names["original"]},
        "size_class": _one(form, "size_class") or SizeClass.UNKNOWN,
        "place": _place(form, known),
        "sole_trader": bool(_one(form, "sole_trader")),
        "nace": form.many(f"{PART}/nace"),
    }
    plain = {each: _one(form, each) for each in ("kind", "legal_form", "web")}
    given["size_day"] = _one(form, "size_day") or None  # said, so that a size asks for its day
    return given | {name: value for name, value in plain.items() if value}


def stated_in(form: Form, *, known: Place | None = None) -> Stated:
    """What the form states.

    Raises:
        Invalid: with every fault, its pointer being the field's name behind a slash.
    """
    try:
        return Stated.of(DeclaredOrganisation.model_validate(typed(form, known=known)))
    except ValidationError as fault:
        found = faults_of(fault.errors(include_url=False, include_input=False))
        raise Invalid(CORRECT, below(found)) from None


def below(faults: list[Fault]) -> list[Fault]:
    """The faults of an organisation at the fields of the form."""
    return [replace(each, pointer=f"/{PART}{each.pointer}") for each in faults]


def filled(organisation: Organisation) -> Form:
    """The form as the register fills it."""
    held = organisation.numbers[0] if organisation.numbers else None
    names, region = organisation.names, organisation.place.region
    values = {
        "legal_id/scheme": held.scheme.value if held else "",
        "legal_id/value": held.value if held else "",
        "names/original": names.original if names else "",
        "names/en": names.en if names else "",
        "place/region": regions.choice_of(region),
        "place/settlement": organisation.place.settlement or "",
        "kind": organisation.kind.value,
        "size_class": organisation.size_class.value,
        "size_day": organisation.size_day.isoformat() if organisation.size_day else "",
        "legal_form": organisation.legal_form or "",
        "nace": ", ".join(organisation.nace),
        "web": organisation.web or "",
    }
    return Form.filled(**{f"{PART}/{name}": value for name, value in values.items()})


def choices(form: Form, association: str, t: Translator) -> dict[str, Any]:
    """What the fields offer in an association."""
    return {
        "schemes": [
            (each.value, each.label) for each in LegalIdScheme if each.country == association
        ],
        "kinds": [(each.value, t.word(word)) for each, word in words.KINDS.items()],
        "size_classes": [(each.value, t.word(word)) for each, word in words.SIZES.items()],
        "places": regions.choices(
            t.language, countries=(association,), chosen=form.one(f"{PART}/place/region")
        ),
    }


def differences(
    organisation: Organisation, form: Form, t: Translator
) -> list[tuple[str, str, str]]:
    """What differs between the register and what was typed: word, there, here."""
    there, offered = filled(organisation), choices(form, organisation.association, t)
    regional = [pair for _, group in offered["places"] for pair in group]
    said = dict([*offered["schemes"], *offered["kinds"], *offered["size_classes"], *regional])
    pairs = [(word, _meant(there, name), _meant(form, name)) for name, word in FIELDS.items()]
    return [
        (t.gettext(word), said.get(before, before), said.get(after, after))
        for word, before, after in pairs
        if before != after
    ]


def _meant(form: Form, name: str) -> str:
    """What a field says: a list in any order, and no name in English as the own one."""
    if name == "nace":
        return joined(sorted(form.many(f"{PART}/nace")))
    return _one(form, name) or (_one(form, "names/original") if name == "names/en" else "")


def _one(form: Form, name: str) -> str:
    return form.one(f"{PART}/{name}").strip()


def _filled_in(form: Form, name: str, parts: Sequence[str]) -> dict[str, str]:
    """The parts that were not left empty: an empty one is missing, and not wrongly written."""
    typed = {part: _one(form, f"{name}/{part}") for part in parts}
    return {part: text for part, text in typed.items() if text}


def _place(form: Form, known: Place | None) -> dict[str, Any]:
    choice = _one(form, "place/region")
    region, settlement = regions.read(choice), _one(form, "place/settlement")
    if known is not None and (known.region, known.settlement) == (region, settlement):
        return known.model_dump()
    place: dict[str, Any] = _filled_in(form, "place", ("settlement",))
    if region is not None:
        place |= {"region": region.model_dump(), "country": regions.country_of(choice)}
    return place
