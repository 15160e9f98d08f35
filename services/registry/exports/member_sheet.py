"""Members of a cluster as a sheet: its columns are those of an import of members.

Of a sole trader name and numbers are left out: they are a person's.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from contracts.vocabulary import LegalIdScheme
from services.registry.clusters.model import Cluster
from services.registry.imports.fields import Kind
from services.registry.imports.headers import title, words_of
from services.registry.lists import joined
from services.registry.memberships.queries import Member

# What stands in the sheet to be read only; an import passes it over.
ABOUT: Final = {"number": "Number", "measured": "Measured on"}
COLUMNS: Final = (
    *("number", "cluster", "ref", "name", "name_en"),
    *(scheme.value for scheme in LegalIdScheme),
    *("joined", "left", "kind", "size", "measured"),
    *("country", "region", "settlement", "street", "postcode", "legal_form", "nace", "web"),
)


def member_lines(members: Iterable[Member], cluster: Cluster) -> Iterator[list[str]]:
    """The header and a line for each member."""
    yield [ABOUT.get(column) or title(column, "en", Kind.MEMBERS) for column in COLUMNS]
    kinds, sizes = words_of("kind", "en"), words_of("size", "en")
    for member in members:
        cells = _cells(member) | {
            "cluster": cluster.number,
            "kind": kinds[member.membership.kind],
            "size": sizes[member.organisation.size_class],
        }
        yield [cells.get(column, "") for column in COLUMNS]


def _cells(member: Member) -> dict[str, str]:
    organisation, days = member.organisation, member.days
    place, names = organisation.place, organisation.names
    known: dict[str, object] = {
        "number": organisation.number,
        "ref": organisation.ref,
        "name": names and names.original,
        "name_en": names and names.en,
        "joined": days.joined_day,
        "left": days.ended_day,
        "measured": organisation.size_day,
        "country": place.country,
        "region": place.region.code,
        "settlement": place.settlement,
        "street": place.street,
        "postcode": place.postcode,
        "legal_form": organisation.legal_form,
        "nace": joined(organisation.nace),
        "web": organisation.web,
        **{each.scheme.value: each.value for each in organisation.numbers},
    }
    return {name: "" if value is None else str(value) for name, value in known.items()}
