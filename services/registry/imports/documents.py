"""From the cells of one row to the declaration that it states, and the faults found on the way.

A cell that cannot be read is left out of the declaration, so that its fault is told once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.registry.imports import places, values
from services.registry.imports.cells import Cells
from services.registry.imports.fields import FIELD_LIST, Kind, schemes_of
from services.registry.imports.headers import value_of
from services.registry.lists import several

TYPES: Final = {
    Kind.MEMBERS: "talka.registry.member.declared.v1",
    Kind.CLUSTERS: "talka.registry.cluster.declared.v1",
    Kind.PEOPLE: "talka.registry.person.declared.v1",
}
NO_CLUSTER: Final = (
    "TLK-D054",
    mark("Your association has no cluster of this name. Write it as in the register."),
)
OTHER_LIST: Final = (
    "TLK-D059",
    mark("These columns are of another version than {known}. Export the list again."),
)

NO_VERSION: Final = (
    "TLK-D132",
    mark("Write the version of the text that was agreed to, or state one for the whole list."),
)
NOT_AGREED: Final = ("TLK-D133", mark("This person has not agreed. Leave the row out."))


@dataclass(frozen=True, slots=True)
class Place:
    """For whom a list is read: what its cells mean depends on it."""

    country: str
    language: str
    zone: str
    today: date
    number: str  # of the import: the reason of leaving where a list has none
    clusters: Mapping[str, str]  # numbers by folded names and numbers
    consent: str | None = None  # the version of the text that all people of the list agreed to
    from_workbook: bool = False  # where a cell can be a number, and lose its zeros
    cluster: str | None = None  # the number of the one cluster that the list is about

    @property
    def size_day(self) -> str:
        """Sizes are those of the last closed year: accounts tell them, and a list has no day."""
        return date(self.today.year - 1, 12, 31).isoformat()


def document(kind: Kind, cells: Cells, place: Place) -> dict[str, Any]:
    """The data of the declaration; what no cell gave is absent."""
    return _DATA[kind](cells, place)


def _member(cells: Cells, place: Place) -> dict[str, Any]:
    left = _last_day(cells, place)
    name = cells.text("name")
    size = cells.read("size", lambda text: values.word("size", text))
    kind = cells.read("kind", lambda text: values.word("kind", text))
    organisation = {
        "ref": cells.text("ref"),
        "legal_id": _legal_id(cells, place),
        "names": name and {"original": name, "en": cells.text("name_en") or values.latin(name)},
        "legal_form": cells.text("legal_form"),
        "kind": kind or ("large" if size == "large" else "sme"),
        "size_class": size,
        "size_day": place.size_day if size and size != "unknown" else None,
        "place": _place(cells, place, whole_country=True),
        "nace": cells.read("nace", several),
        "web": cells.text("web"),
    }
    return _given(
        cluster=_cluster(cells, place),
        organisation=_given(**organisation),
        joined_day=cells.day("joined", place.country, place.today),
        ended_day=left,
        reason=left and (cells.text("reason") or place.number),
    )


def _last_day(cells: Cells, place: Place) -> str | None:
    """On which day a member left; a stroke, or a word like "active", says that it did not."""
    text = cells.text("left") or ""
    goes_on = value_of("left", text) == "no" or not any(sign.isalnum() for sign in text)
    return None if goes_on else cells.day("left", place.country, place.today)


def _of_cluster(cells: Cells, place: Place) -> dict[str, Any]:
    cells.gave_out = cells.read("field_list", _known_list) is not None  # nothing is supplied then
    spoken = cells.read("languages", several) or ([] if cells.gave_out else [place.language])
    return _given(
        ref=cells.text("ref"),
        legal_id=_legal_id(cells, place),
        names=_given(original=cells.text("name"), en=cells.text("name_en")),
        short_name=cells.text("short_name"),
        legal_form=cells.text("legal_form"),
        established=cells.day("established", place.country, place.today),
        seat=_place(cells, place, whole_country=False) | _spot(cells, "seat"),
        operating_place=_operating_place(cells, place),
        languages=[values.language(each) for each in spoken],
        ecosystem=cells.read("ecosystem", values.ecosystem),
        further_ecosystems=_each(cells, "further_ecosystems", values.ecosystem),
        nace=cells.read("nace", several),
        technologies=cells.read("technologies", several),
        s3_areas=cells.read("s3_areas", several),
        web=cells.text("web") or "",
        staff_fte=float(cells.read("staff_fte", _number(cells, place)) or 0),
        services=_services(cells),
        machine_translated=_each(cells, "machine_translated", values.language),
        recognition=_given(
            programme=cells.text("recognition"),
            document=cells.text("recognition_document"),
            until_day=cells.day("recognition_until", place.country, place.today),
        ),
        partner_regions=_each(cells, "partner_regions", places.region_code),
        dual_use=cells.read("dual_use", lambda text: values.word("yes", text)) == "yes",
    )


def _known_list(text: str) -> str | Fault:
    return text if text == FIELD_LIST else Fault("", *OTHER_LIST, values={"known": FIELD_LIST})


def _each(cells: Cells, name: str, reader: Callable[[str], Any]) -> list[Any] | None:
    """What `reader` makes of each word of a field; the first fault is noted."""
    found = [reader(word) for word in cells.read(name, several) or []]
    fault = next((each for each in found if isinstance(each, Fault)), None)
    if fault is not None:
        cells.faults.append((name, fault))
    return None if fault is not None or not found else found


def _services(cells: Cells) -> dict[str, str]:
    others = (each.partition(":") for each in cells.read("services_others", several) or [])
    english = cells.text("services")
    return ({"en": english} if english else {}) | {
        language.strip(): text.strip() for language, _, text in others
    }


def _operating_place(cells: Cells, place: Place) -> dict[str, Any]:
    land = cells.read("operating_country", lambda text: places.country(text, place.country))
    region = cells.read("operating_region", lambda text: places.region(text, land or place.country))
    found = _given(
        region=region,
        settlement=cells.mended("operating_settlement", places.settlement),
        street=cells.text("operating_street"),
        postcode=_postcode(cells, "operating_postcode", land or place.country),
        **_spot(cells, "operating"),
    )
    return {"country": land or place.country} | found if found or land else {}


def _spot(cells: Cells, name: str) -> dict[str, Any]:
    """The house and its coordinates."""
    return _given(
        name=cells.text(f"{name}_house"),
        lat=cells.read(f"{name}_latitude", values.exact),
        lon=cells.read(f"{name}_longitude", values.exact),
    )


def _person(cells: Cells, place: Place) -> dict[str, Any]:
    spoken = cells.read("language", values.language)
    organisation = _legal_id(cells, place)
    cluster = cells.texts.get("cluster") and _cluster(cells, place)
    kinds = cells.read("functions", several) or (["contact"] if cluster else [])
    functions = []
    for each in kinds:
        found = values.word("functions", each)
        if isinstance(found, Fault):
            cells.faults.append(("functions", found))
        else:
            functions.append(_given(function=found, cluster=cluster))
    return _given(
        ref=cells.text("ref"),
        names=_given(original=_full_name(cells), latin=cells.text("latin")),
        mail=cells.text("mail"),
        phone=cells.text("phone"),
        language=spoken or place.language,
        zone=place.zone,
        organisation=organisation and {"legal_id": organisation},
        functions=functions,
        consent=_consent(cells, place),
    )


def _full_name(cells: Cells) -> str | None:
    """The name as it stands in one column, or in two."""
    parts = (cells.text(name) for name in ("given", "family"))
    return cells.text("person") or " ".join(filter(None, parts)) or None


def _consent(cells: Cells, place: Place) -> str | None:
    """The version of the text; a column may say for each person whether they agreed to it."""
    if "consent" not in cells.texts:
        return place.consent
    text = cells.text("consent")
    agreed = None if text is None else value_of("yes", text)
    if agreed is None:
        return text
    if agreed == "yes" and place.consent:
        return place.consent
    cells.faults.append(("consent", Fault("", *(NO_VERSION if agreed == "yes" else NOT_AGREED))))
    return None


_DATA: Final[dict[Kind, Callable[[Cells, Place], dict[str, Any]]]] = {
    Kind.MEMBERS: _member,
    Kind.CLUSTERS: _of_cluster,
    Kind.PEOPLE: _person,
}


def _legal_id(cells: Cells, place: Place) -> dict[str, str] | None:
    """The number of the first register whose column holds one."""
    for scheme in schemes_of(place.country):
        text = cells.text(scheme.value)
        if text is not None:
            return {"scheme": scheme.value, "value": text}
    return None


def _cluster(cells: Cells, place: Place) -> dict[str, str] | None:
    text = cells.text("cluster")
    if text is None:
        return {"number": place.cluster} if place.cluster else None
    number = place.clusters.get(fold(text))
    if number is None:
        cells.faults.append(("cluster", Fault("", *NO_CLUSTER)))
        return None
    return {"number": number}


def _place(cells: Cells, place: Place, *, whole_country: bool) -> dict[str, Any]:
    land = cells.read("country", lambda text: places.country(text, place.country)) or place.country
    region = cells.read("region", lambda text: places.region(text, place.country))
    if region is None and whole_country and place.country != "UA" and not cells.text("region"):
        region = {"scheme": "nuts", "code": place.country}  # the list names no smaller one
    return _given(
        country=land,
        region=region,
        settlement=cells.mended("settlement", places.settlement) or ("" if whole_country else None),
        street=cells.text("street"),
        postcode=_postcode(cells, "postcode", land),
    )


def _postcode(cells: Cells, name: str, land: str) -> str | None:
    return cells.mended(name, lambda text: places.postcode(text, land))


def _number(cells: Cells, place: Place) -> Callable[[str], Any]:
    """How a number is read: as programs write it where Talka gave it out, else as people do."""
    return values.exact if cells.gave_out else lambda text: values.number(text, place.country)


def _given(**fields: Any) -> dict[str, Any]:
    """The fields that have a value; an empty text counts as one."""
    return {name: value for name, value in fields.items() if value is not None and value != {}}
