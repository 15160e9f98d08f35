"""A cluster's profile as a form: what was typed becomes a profile by the rules of all doors."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from contracts.declarations import ClusterDeclared
from contracts.registry import ClusterProfile
from contracts.vocabulary import LANGUAGES, Place
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import faults_of
from services.registry.clusters import regions
from services.registry.forms import CORRECT, Form
from services.registry.lists import joined

LISTS: Final = (
    "languages",
    "machine_translated",
    "further_ecosystems",
    "nace",
    "technologies",
    "s3_areas",
)
WORDS: Final = ("short_name", "legal_form", "established", "ecosystem", "web")
PLACES: Final = ("seat", "operating_place")
PARTS: Final = ("settlement", "street", "postcode", "lat", "lon", "name")
UNSEEN: Final = {"lat", "lon", "name"}  # the form only carries them along
RECOGNITION: Final = ("programme", "document", "until_day")

# where a rule finds a fault → the field in which it is mended
FIELDS: Final = {
    "/legal_id": "/legal_id/value",
    "/seat": "/seat/region",
    "/seat/country": "/seat/region",
    "/operating_place": "/operating_place/region",
    "/operating_place/country": "/operating_place/region",
    "/recognition": "/recognition/programme",
    "/services": "/services/en",
}


def profile_of(form: Form) -> ClusterProfile:
    """The profile that was typed.

    Raises:
        Invalid: with every fault; its pointer is the field's name behind a slash.
    """
    return checked(_data(form))


def checked(data: Mapping[str, Any]) -> ClusterProfile:
    """A profile once it keeps all rules of a declaration.

    Raises:
        Invalid: with every fault and a pointer into `data`.
    """
    try:
        declared = ClusterDeclared.model_validate({**data, "time": clock.now()}, extra="forbid")
    except ValidationError as found:
        faults = faults_of(found.errors(include_url=False, include_input=False))
        raise Invalid(CORRECT, faults) from None
    return declared.profile()


def at_fields(faults: Sequence[Fault]) -> list[Fault]:
    """The faults, each at the field of the form in which it is mended."""
    return [
        Fault(_field(each.pointer), each.code, each.text, each.rule, each.values) for each in faults
    ]


def written(profile: ClusterProfile) -> dict[str, list[str]]:
    """What the form holds for a profile, by the names of its fields."""
    given: dict[str, list[str]] = {
        "legal_id/scheme": [profile.legal_id.scheme],
        "legal_id/value": [profile.legal_id.value],
        "names/original": [profile.names.original],
        "names/en": [profile.names.en],
        "staff_fte": [f"{profile.staff_fte:g}"],
        "dual_use": ["yes"] if profile.dual_use else [],
        "partner_regions": [regions.choice_of(each) for each in profile.partner_regions],
    }
    for name in WORDS:
        given[name] = [str(getattr(profile, name) or "")]
    for name in LISTS:
        given[name] = [joined(getattr(profile, name))]
    for name in PLACES:
        given |= _filled_place(name, getattr(profile, name))
    for language, text in (profile.services or {}).items():
        given[f"services/{language}"] = [text]
    if profile.recognition is not None:
        for part in RECOGNITION:
            given[f"recognition/{part}"] = [str(getattr(profile.recognition, part) or "")]
    return given


def _data(form: Form) -> dict[str, Any]:
    data: dict[str, Any] = {
        "legal_id": _parts(form, "legal_id", ("scheme", "value")),
        "names": _parts(form, "names", ("original", "en")),
        "seat": _place(form, "seat"),
        "dual_use": bool(form.one("dual_use")),
        "partner_regions": [_region(each) for each in form.many("partner_regions")],
    }
    data |= {name: form.many(name) for name in LISTS}
    data |= {name: form.one(name).strip() for name in WORDS if form.one(name).strip()}
    for name in ("operating_place", "recognition"):
        part = _place(form, name) if name in PLACES else _parts(form, name, RECOGNITION)
        if part:
            data[name] = part
    services = _parts(form, "services", LANGUAGES)
    if services:
        data["services"] = services
    staff = form.one("staff_fte").strip().replace(",", ".")
    return data | ({"staff_fte": staff} if staff else {})


def _parts(form: Form, name: str, parts: Sequence[str]) -> dict[str, Any]:
    typed = {part: form.one(f"{name}/{part}").strip() for part in parts}
    return {part: text for part, text in typed.items() if text}


def _place(form: Form, name: str) -> dict[str, Any]:
    place = _parts(form, name, PARTS)
    if not place.keys() - UNSEEN and not form.one(f"{name}/region"):
        return {}  # somebody emptied it
    choice = form.one(f"{name}/region")
    if choice:
        place |= {"region": _region(choice), "country": regions.country_of(choice)}
    return place


def _region(choice: str) -> dict[str, str]:
    scheme, _, code = choice.partition(":")
    return {"scheme": scheme, "code": code}


def _filled_place(name: str, place: Place | None) -> dict[str, list[str]]:
    if place is None:
        return {}
    typed = {part: getattr(place, part) for part in PARTS}
    given = {f"{name}/{part}": ["" if v is None else str(v)] for part, v in typed.items()}
    return given | {f"{name}/region": [regions.choice_of(place.region)]}


def _field(pointer: str) -> str:
    if pointer in FIELDS:
        return FIELDS[pointer]
    steps = pointer.split("/")
    return "/".join(steps[:3]) if len(steps) > 3 else pointer  # noqa: PLR2004
