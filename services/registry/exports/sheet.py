"""Clusters as a sheet with the fields of the European Cluster Collaboration Platform (R-02).

Its columns are those of an import of clusters: taken in again, it gives equal profiles. The column
`field_list` names the version of the columns.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from contracts.registry import ClusterProfile
from contracts.vocabulary import LegalIdScheme, Place
from services.registry.clusters.model import Cluster
from services.registry.imports.fields import FIELD_LIST, PARTS, Kind
from services.registry.imports.headers import title
from services.registry.lists import joined

# What stands in the sheet to be read only; an import passes it over.
ABOUT: Final = {
    "number": "Number",
    "state": "Profile state",
    "version": "Profile version",
    "completeness": "Complete (0 to 100)",
    "confirmed_on": "Confirmed on",
}
IN_PROFILE: Final = (
    *("name", "name_en", "short_name", "legal_form"),
    *(scheme.value for scheme in LegalIdScheme),
    *("established", "country", "region", "settlement", "street", "postcode"),
    *("seat_house", "seat_latitude", "seat_longitude"),
    *(f"operating_{part}" for part in PARTS),
    *("languages", "ecosystem", "further_ecosystems", "nace", "technologies", "s3_areas"),
    *("web", "staff_fte", "services", "services_others", "machine_translated"),
    *("recognition", "recognition_document", "recognition_until"),
    *("partner_regions", "dual_use"),
)
COLUMNS: Final = ("field_list", *ABOUT, "ref", *IN_PROFILE)


def lines_of(clusters: Iterable[Cluster], *, refs_of: str) -> Iterator[list[str]]:
    """The header and a line for each cluster; own keys are those of the association `refs_of`."""
    yield [ABOUT.get(column) or title(column, "en", Kind.CLUSTERS) for column in COLUMNS]
    for cluster in clusters:
        cells = cells_of(cluster.profile) | {
            "field_list": FIELD_LIST,
            "ref": (cluster.ref or "") if cluster.association == refs_of else "",
            **{name: _plain(getattr(cluster, name)) for name in ABOUT},
        }
        yield [cells[column] for column in COLUMNS]


def cells_of(profile: ClusterProfile) -> dict[str, str]:
    """The texts of a profile by column."""
    services = dict(profile.services or {})
    english = services.pop("en", "")
    cells = dict.fromkeys(IN_PROFILE, "") | {
        "name": profile.names.original,
        "name_en": profile.names.en,
        profile.legal_id.scheme.value: profile.legal_id.value,
        "services": english,
        "services_others": joined(f"{language}: {text}" for language, text in services.items()),
        "partner_regions": joined(region.code for region in profile.partner_regions),
        "dual_use": "yes" if profile.dual_use else "no",
    }
    for name in ("short_name", "legal_form", "established", "ecosystem", "web", "staff_fte"):
        cells[name] = _plain(getattr(profile, name))
    for name in (
        "languages",
        "further_ecosystems",
        "nace",
        "technologies",
        "s3_areas",
        "machine_translated",
    ):
        cells[name] = joined(getattr(profile, name))
    if profile.recognition is not None:
        cells["recognition"] = profile.recognition.programme
        cells["recognition_document"] = profile.recognition.document
        cells["recognition_until"] = _plain(profile.recognition.until_day)
    seat = _place("seat", profile.seat)
    plain = ("country", "region", "settlement", "street", "postcode")
    cells |= {name: seat.pop(f"seat_{name}") for name in plain} | seat
    return cells | _place("operating", profile.operating_place)


def _place(name: str, place: Place | None) -> dict[str, str]:
    if place is None:
        return {}
    parts = {part: _plain(getattr(place, field)) for part, field in PARTS.items()}
    return {f"{name}_{part}": text for part, text in parts.items()} | {
        f"{name}_region": place.region.code
    }


def _plain(value: object) -> str:
    return "" if value is None else str(value)
