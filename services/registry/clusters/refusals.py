"""The rules about a cluster that can be broken, each with its stable code."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from contracts.registry import ClusterProfile, Criterion
from contracts.vocabulary import ClusterState
from services.chassis.errors import Conflict, DomainError, Fault, Invalid, NotAllowed, NotFound
from services.chassis.faults import mark
from services.registry.clusters import profiles
from services.registry.clusters.names import FIELD, STATE


class ClusterNotFound(NotFound):
    """No cluster of that number or id, or none that this person may see."""

    code = "TLK-R001"
    title = "No such cluster"


class WrongClusterState(Conflict):
    """The act does not follow from the state the profile is in."""

    code = "TLK-R002"
    title = "Not possible in this state"

    def __init__(self, state: ClusterState, *wanted: ClusterState) -> None:
        super().__init__(
            mark("this is done with a profile that is {wanted}; this one is {state}"),
            wanted=[STATE[each] for each in wanted],
            state=STATE[state],
        )


class FourEyes(NotAllowed):
    """Who submitted or last edited a profile does not decide on it."""

    code = "TLK-R003"
    title = "Somebody else has to decide"

    def __init__(self) -> None:
        super().__init__(
            mark("you submitted or edited this profile: ask a colleague to decide on it")
        )


class CriteriaNotMet(Conflict):
    """The profile fails criteria and no waiver covers them."""

    code = "TLK-R004"
    title = "Criteria are not met"

    def __init__(self, failed: list[Criterion]) -> None:
        super().__init__(
            mark(
                "the profile does not pass {criteria}: return it with the reasons, or confirm them"
            ),
            criteria=", ".join(criterion.id for criterion in failed),
        )
        self.failed = failed


class ProfileIncomplete(Invalid):
    """Fields that a review needs are empty."""

    code = "TLK-R005"
    title = "The profile is not complete"
    NEEDED: Final = mark("This field is needed for a review.")

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            mark("fill in {fields} before the profile is submitted"),
            [Fault(f"/{field}", self.code, self.NEEDED) for field in fields],
            fields=[FIELD[field] for field in fields],
        )


class RevisionReturned(Conflict):
    """A new version that was returned is decided on again when its cluster has amended it."""

    code = "TLK-R012"
    title = "Returned to be amended"

    def __init__(self) -> None:
        super().__init__(
            mark("this new version was returned: its cluster amends it, then it can be decided on")
        )


class StaleCluster(Conflict):
    """Somebody changed the profile since it was opened."""

    code = "TLK-R006"
    title = "Somebody changed this since you opened it"


class ProfileChanged(StaleCluster):
    """Somebody changed the profile since: it is `now`; `mine` is what was sent instead.

    Its faults name each field that differs, with both versions. Where it is known what both
    changed, `mine` differs in that alone, and `whole` holds the changes of both people.
    """

    NOW: Final = mark("This is {now} by now; you sent {sent}.")

    def __init__(
        self, now: ClusterProfile, mine: ClusterProfile, *, whole: ClusterProfile | None = None
    ) -> None:
        super().__init__(mark("look at both versions, then send yours again with the new ETag"))
        self.mine, self.whole = mine, whole
        self.faults = [
            Fault(f"/{field}", self.code, self.NOW, values={"now": before, "sent": after})
            for field, before, after in _both(now, mine)
        ]


def _both(now: ClusterProfile, mine: ClusterProfile) -> Iterator[tuple[str, str, str]]:
    before, after = now.model_dump(mode="json"), mine.model_dump(mode="json")
    for field in profiles.changed(now, mine):
        if field == "services":
            yield from _by_language(field, before[field] or {}, after[field] or {})
        else:
            yield field, _shown(before[field]), _shown(after[field])


def _by_language(
    field: str, before: dict[str, str], after: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    for language in {**before, **after}:
        was, becomes = before.get(language), after.get(language)
        if was != becomes:
            yield f"{field}/{language}", _shown(was), _shown(becomes)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class VersionMissing(DomainError):
    """A write that does not say which version its writer has seen."""

    status = 428
    code = "TLK-R009"
    title = "Say which version you have seen"

    def __init__(self) -> None:
        super().__init__(mark("send the ETag of the answer in which you saw it, in If-Match"))


class NotItsAdministrator(NotAllowed):
    """A cluster administrator keeps the profiles they were named for, and no others."""

    code = "TLK-R010"
    title = "Not your cluster"

    def __init__(self) -> None:
        super().__init__(
            mark("you are not named as an administrator of this cluster; its back office can do it")
        )


class StillVisiting(Conflict):
    """A cluster with open visits cannot end."""

    code = "TLK-R011"
    title = "Visits are still open"

    def __init__(self, visits: Sequence[str]) -> None:
        if not visits:  # none that may be named
            super().__init__(mark("visits of this cluster are open still: settle or cancel them"))
            return
        super().__init__(
            mark("these visits are open still: {visits}; settle or cancel them first"),
            visits=", ".join(visits),
        )


class DecidedByPeople(NotAllowed):
    """A system with a key declares; it does not decide."""

    code = "TLK-R008"
    title = "This is decided by a person"

    def __init__(self) -> None:
        super().__init__(mark("a key posts declarations only: sign in as a person to do this"))
