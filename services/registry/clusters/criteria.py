"""The criteria by which a profile is let into the catalogue (V-1 to V-8).

What the register can measure is measured; what a person must look at passes when the reviewer
says so. V-1 to V-5 are waived for clusters of a recognised national programme.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.registry import ClusterProfile, Criterion
from contracts.vocabulary import CriterionResult, check_legal_id
from services.registry.clusters import profiles
from services.registry.clusters.refusals import CriteriaNotMet

MIN_STAFF_FTE: Final = 0.5

# Each of these a person looks at: the web page, the members, their kinds, consistency, and that
# two administrators answer for the profile.
LOOKED_AT: Final = ("V-2", "V-3", "V-4", "V-5", "V-7")
WAIVABLE: Final = frozenset({"V-1", "V-2", "V-3", "V-4", "V-5"})


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision for a profile: who, which criteria they saw met, on which day."""

    by: str
    confirmed: frozenset[str]
    on: date


def judge(
    profile: ClusterProfile, *, confirmed: Collection[str], on: date
) -> tuple[Criterion, ...]:
    """All criteria in order, as they stand on that day; `confirmed` is what the reviewer saw."""
    measured = {
        "V-1": (profile.staff_fte >= MIN_STAFF_FTE, f"{profile.staff_fte:g}"),
        "V-6": (not profiles.missing(profile), ", ".join(profiles.missing(profile)) or None),
        "V-8": (_identified(profile), profile.legal_id.value),
    }
    shown = {"V-2": profile.web}
    seen = {each: (each in confirmed, shown.get(each)) for each in LOOKED_AT}
    waiver = _waiver(profile, on)
    return tuple(
        _result(criterion, holds=holds, value=value, waiver=waiver)
        for criterion, (holds, value) in sorted((measured | seen).items())
    )


def require(
    profile: ClusterProfile, *, confirmed: Collection[str], on: date
) -> tuple[Criterion, ...]:
    """All criteria, if each of them passes or is waived.

    Raises:
        CriteriaNotMet: some fail; it names them.
    """
    criteria = judge(profile, confirmed=confirmed, on=on)
    failed = [found for found in criteria if found.result is CriterionResult.FAIL]
    if failed:
        raise CriteriaNotMet(failed)
    return criteria


def _result(criterion: str, *, holds: bool, value: str | None, waiver: str | None) -> Criterion:
    if holds:
        return Criterion(id=criterion, result=CriterionResult.PASS, value=value)
    if waiver is not None and criterion in WAIVABLE:
        return Criterion(id=criterion, result=CriterionResult.WAIVED, value=value, waiver=waiver)
    return Criterion(id=criterion, result=CriterionResult.FAIL, value=value)


def _waiver(profile: ClusterProfile, on: date) -> str | None:
    recognition = profile.recognition
    if recognition is None or (recognition.until_day is not None and recognition.until_day < on):
        return None
    return f"{recognition.programme}: {recognition.document}"


def _identified(profile: ClusterProfile) -> bool:
    try:
        check_legal_id(profile.legal_id.scheme, profile.legal_id.value)
    except ValueError:
        return False
    return True
