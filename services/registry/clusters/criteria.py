"""The criteria by which a profile is let into the catalogue (V-1 to V-8), as pure checks.

What the register can measure is measured; what a person must look at passes when the reviewer
says so. V-1 to V-5 can be waived, each by a paper with an end.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from contracts.registry import ClusterProfile, Criterion
from contracts.vocabulary import CriterionResult, check_legal_id
from services.chassis.errors import filled
from services.chassis.faults import mark
from services.chassis.words import Gettext
from services.registry.clusters import profiles
from services.registry.clusters.names import FIELD
from services.registry.clusters.refusals import CriteriaNotMet

MIN_STAFF_FTE: Final = 0.5
MIN_MEMBERS: Final = 15
MIN_KINDS: Final = 2
MIN_ADMINISTRATORS: Final = 2

# A person looks at these: the page and whether the profile agrees with it; members and
# administrators only as long as the register knows of none.
LOOKED_AT: Final = ("V-2", "V-3", "V-4", "V-5", "V-7")
WAIVABLE: Final = ("V-1", "V-2", "V-3", "V-4", "V-5")


@dataclass(frozen=True, slots=True)
class WebPage:
    """What the worker found at the profile's web address; `fault` says why it is no page."""

    address: str
    checked_on: date
    status: int | None = None
    language: str | None = None
    machine_translated: bool = False
    fault: str | None = None

    @property
    def opens(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - 2xx

    @property
    def is_english(self) -> bool:
        return (self.language or "").lower().partition("-")[0] == "en"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register knows on a day of a cluster, beside its profile.

    `members` counts the open memberships by kind, `waivers` names the paper by criterion; `pack`
    is the version of the rules that hold on that day. None means that nothing was measured.
    """

    on: date
    pack: str = ""
    required: tuple[str, ...] = profiles.REQUIRED
    schemes: tuple[str, ...] | None = None
    members: Mapping[str, int] | None = None
    administrators: int | None = None
    page: WebPage | None = None
    identifier_is_free: bool = True
    waivers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision for a profile: who, which criteria they saw met, what was known."""

    by: str
    confirmed: frozenset[str]
    standing: Standing

    @property
    def on(self) -> date:
        return self.standing.on


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion as it stands: the measured value, and why it does not pass.

    `reason` is an English sentence and the key of its translations; `values` fill it.
    """

    id: str
    result: CriterionResult
    value: str | None = None
    waiver: str | None = None
    reason: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def criterion(self) -> Criterion:
        return Criterion(id=self.id, result=self.result, value=self.value, waiver=self.waiver)

    def said(self, gettext: Gettext) -> str:
        """Why it does not pass, in the language of `gettext`."""
        return filled(gettext(self.reason), self.values, gettext) if self.reason else ""


@dataclass(frozen=True, slots=True)
class _Measured:
    holds: bool
    value: str | None = None
    reason: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


STAFF: Final = mark("{value} full-time positions; {least} is the least.")
NOT_SEEN: Final = mark("Nobody has said yet that this was looked at and is so.")
NO_PAGE: Final = mark("The page did not open: {fault}. Look at it, and say so if it is right.")
NOT_ENGLISH: Final = mark("The page does not say that it is in English. Look at it.")
MEMBERS: Final = mark("{value} members on that day; {least} are needed.")
KINDS: Final = mark("Members of {value} kinds; {least} are needed.")
EMPTY: Final = mark("The rules of the country ask for fields that are empty: {fields}.")
ADMINISTRATORS: Final = mark("{value} administrators; {least} are needed.")
CHECK_DIGIT: Final = mark("The number cannot have been given out: its check digit is wrong.")
SCHEME: Final = mark("The rules of the country do not take this kind of legal id.")
NOT_FREE: Final = mark("Another cluster stands under this legal id.")


def judge(
    profile: ClusterProfile, standing: Standing, *, confirmed: Collection[str]
) -> tuple[Finding, ...]:
    """All criteria in their order; `confirmed` is what the reviewer saw."""
    measured = {
        "V-1": _staff(profile),
        "V-2": _page(profile, standing, seen="V-2" in confirmed),
        "V-3": _members(standing, seen="V-3" in confirmed),
        "V-4": _kinds(standing, seen="V-4" in confirmed),
        "V-5": _seen(seen="V-5" in confirmed),
        "V-6": _pack(profile, standing),
        "V-7": _administrators(standing, seen="V-7" in confirmed),
        "V-8": _identifier(profile, standing),
    }
    return tuple(_finding(each, found, standing) for each, found in measured.items())


def to_be_looked_at(profile: ClusterProfile, standing: Standing) -> tuple[str, ...]:
    """The criteria that a reviewer decides by looking; no look mends what was measured."""
    unseen = judge(profile, standing, confirmed=())
    seen = judge(profile, standing, confirmed=LOOKED_AT)
    return tuple(
        one.id for one, other in zip(unseen, seen, strict=True) if one.result is not other.result
    )


def require(profile: ClusterProfile, review: Review) -> tuple[Criterion, ...]:
    """All criteria, if each of them passes or is waived.

    Raises:
        CriteriaNotMet: some fail; it names them.
    """
    found = judge(profile, review.standing, confirmed=review.confirmed)
    criteria = [each.criterion for each in found]
    failed = [each for each in criteria if each.result is CriterionResult.FAIL]
    if failed:
        raise CriteriaNotMet(failed)
    return tuple(criteria)


def _finding(criterion: str, found: _Measured, standing: Standing) -> Finding:
    if found.holds:
        return Finding(criterion, CriterionResult.PASS, found.value)
    waiver = standing.waivers.get(criterion) if criterion in WAIVABLE else None
    result = CriterionResult.FAIL if waiver is None else CriterionResult.WAIVED
    return Finding(criterion, result, found.value, waiver, found.reason, found.values)


def _seen(value: str | None = None, *, seen: bool, reason: str = NOT_SEEN) -> _Measured:
    return _Measured(seen, value, reason)


def _at_least(least: float, value: float, reason: str) -> _Measured:
    known = {"value": f"{value:g}", "least": f"{least:g}"}
    return _Measured(value >= least, f"{value:g}", reason, known)


def _staff(profile: ClusterProfile) -> _Measured:
    return _at_least(MIN_STAFF_FTE, profile.staff_fte, STAFF)


def _page(profile: ClusterProfile, standing: Standing, *, seen: bool) -> _Measured:
    """A page that was measured as open and in English passes; else the reviewer's eyes decide."""
    page = standing.page
    if page is None or page.address != profile.web:
        return _seen(profile.web, seen=seen)
    if page.fault is not None or not page.opens:
        fault = page.fault or f"HTTP {page.status}"
        return _Measured(seen, f"{profile.web}: {fault}", NO_PAGE, {"fault": fault})
    translated = ", machine translation" if page.machine_translated else ""
    value = f"{profile.web}: {page.status}, {page.language or '?'}{translated}"
    return _Measured(seen or page.is_english, value, NOT_ENGLISH)


def _members(standing: Standing, *, seen: bool) -> _Measured:
    if standing.members is None:
        return _seen(seen=seen)
    return _at_least(MIN_MEMBERS, sum(standing.members.values()), MEMBERS)


def _kinds(standing: Standing, *, seen: bool) -> _Measured:
    if standing.members is None:
        return _seen(seen=seen)
    found = [kind for kind, members in standing.members.items() if members]
    return _at_least(MIN_KINDS, len(found), KINDS)


def _pack(profile: ClusterProfile, standing: Standing) -> _Measured:
    empty = profiles.missing(profile, standing.required)
    rules = f"{profile.seat.country} {standing.pack}".strip()
    value = f"{rules}: {', '.join(empty)}" if empty else rules
    return _Measured(not empty, value, EMPTY, {"fields": [FIELD[field] for field in empty]})


def _administrators(standing: Standing, *, seen: bool) -> _Measured:
    if standing.administrators is None:
        return _seen(seen=seen)
    return _at_least(MIN_ADMINISTRATORS, standing.administrators, ADMINISTRATORS)


def _identifier(profile: ClusterProfile, standing: Standing) -> _Measured:
    value, scheme = profile.legal_id.value, profile.legal_id.scheme
    try:
        check_legal_id(scheme, value)
    except ValueError:
        return _Measured(holds=False, value=value, reason=CHECK_DIGIT)
    if standing.schemes is not None and scheme not in standing.schemes:
        return _Measured(holds=False, value=value, reason=SCHEME)
    return _Measured(standing.identifier_is_free, value, NOT_FREE)
