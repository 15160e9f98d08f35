"""What a list has no column for stays as the register has it.

A declaration states a thing whole. A list seldom has all of it, and nobody who sends one means to
empty the rest.
"""

from collections.abc import Collection
from typing import Any, Final

from services.registry.clusters.model import Cluster
from services.registry.imports.fields import MEMBER, Field, Kind
from services.registry.organisations.model import Organisation

Stated = dict[str, Any]

# Parts of one thing: where what the list tells of it has changed, the rest is no longer true.
_TOGETHER: Final = frozenset({"names", "seat", "place", "operating_place"})
_OF_CLUSTER: Final = frozenset({"legal_id", "ref"})  # by these it is found


def of_cluster(cluster: Cluster) -> Stated:
    """A cluster as a declaration states it: with the changes that wait."""
    profile = cluster.pending or cluster.profile
    return _filled(profile.model_dump(mode="json", exclude_none=True, exclude=set(_OF_CLUSTER)))


def of_organisation(organisation: Organisation) -> Stated:
    """An organisation as a declaration states it; its size is a fact of its own."""
    names = organisation.names
    known = {
        "names": names and names.model_dump(mode="json", exclude_none=True),
        "legal_form": organisation.legal_form,
        "kind": organisation.kind.value,
        "place": organisation.place.model_dump(mode="json", exclude_none=True),
        "nace": organisation.nace,
        "web": organisation.web,
    }
    return _filled(known)


def keep(
    kind: Kind,
    data: Stated,
    known: Stated,
    *,
    fields: Collection[Field],
    columns: Collection[str],
) -> Stated:
    """The data with what is known of all that the list has no column for."""
    below = MEMBER if kind is Kind.MEMBERS else "/data"
    told = [
        pointer.removeprefix(f"{below}/").split("/")
        for field in fields
        if field.name in columns
        for pointer in field.pointers
    ]
    given = data.get("organisation", {}) if kind is Kind.MEMBERS else data
    kept = {name: _kept(name, given.get(name), value, told) for name, value in known.items()}
    whole = given | kept
    return data | {"organisation": whole} if kind is Kind.MEMBERS else whole


def _filled(known: Stated) -> Stated:
    """Without what is empty: a list that says it again states the same."""
    return {name: value for name, value in known.items() if value not in (None, "", [], {})}


def _kept(name: str, given: Any, known: Any, told: list[list[str]]) -> Any:
    mine = [pointer[1:] for pointer in told if pointer[0] == name]
    if not mine:
        return known
    if not isinstance(known, dict) or not isinstance(given, dict):
        return given
    parts = {pointer[0] for pointer in mine if pointer}
    same = all(given.get(part) == known.get(part) for part in parts)
    if name in _TOGETHER and not same:
        return given
    return known | {part: value for part, value in given.items() if part in parts or not parts}
