"""Two edits of one profile at once: what only one of two people changed holds (R-18).

Names and services are compared by their parts, every other field as a whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.registry import ClusterProfile
from contracts.vocabulary import Names
from services.registry.clusters import profiles


@dataclass(frozen=True, slots=True)
class Merged:
    """The latest profile with all that was changed of it, and with what both changed alone."""

    profile: ClusterProfile
    disputed: ClusterProfile


def merged_with(latest: ClusterProfile, mine: ClusterProfile, *, began: ClusterProfile) -> Merged:
    """`mine` was made of `began`, of which somebody else has made `latest` meanwhile."""
    all_of_mine, disputed = {}, {}
    for field in profiles.changed(began, mine):
        was, said, now = (getattr(each, field) for each in (began, mine, latest))
        if field in {"names", "services"}:
            all_of_mine[field], disputed[field] = _by_parts(was, said, now)
        else:
            all_of_mine[field] = said
            if field in profiles.changed(began, latest):
                disputed[field] = said
    return Merged(latest.model_copy(update=all_of_mine), latest.model_copy(update=disputed))


def _by_parts(was: Any, said: Any, now: Any) -> tuple[Any, Any]:
    before, typed, known = (dict(each or {}) for each in (was, said, now))
    mine = [part for part in {**before, **typed} if before.get(part) != typed.get(part)]
    both = [part for part in mine if before.get(part) != known.get(part)]
    laid = (_laid_over(known, typed, mine), _laid_over(known, typed, both))
    if isinstance(now, Names):
        return Names(**laid[0]), Names(**laid[1])
    return laid[0] or None, laid[1] or None


def _laid_over(
    known: Mapping[str, str], typed: Mapping[str, str], parts: Iterable[str]
) -> dict[str, str]:
    whole = {**known, **{part: typed.get(part) for part in parts}}
    return {part: text for part, text in whole.items() if text is not None}
