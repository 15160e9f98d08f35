"""What happens to a cluster that is there: new versions, places, successors, people, waivers."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from .registry import ClusterEvent, Reason
from .vocabulary import FiguresRule, Place, PlaceKind, SuccessionKind


class ClusterRevisionReturned(ClusterEvent):
    """A new version is not published as it is; version `version` stays public meanwhile.

    Its cluster mends what `reasons` name and lays it before the reviewers again.
    """

    type: ClassVar[str] = "talka.registry.cluster.revision_returned.v1"

    version: int
    reasons: tuple[Reason, ...]
    note: str | None = None


class ClusterRelocated(ClusterEvent):
    """Seat or operating place is at `place` from `from_day`; until then it was at `former`.

    `former` is absent when the cluster had no operating place of its own: it was at the seat.
    """

    type: ClassVar[str] = "talka.registry.cluster.relocated.v1"

    kind: PlaceKind
    place: Place
    former: Place | None = None
    from_day: date


class ClusterRevisionDropped(ClusterEvent):
    """The revision that waited is taken back: the public version stays, and nothing waits."""

    type: ClassVar[str] = "talka.registry.cluster.revision_dropped.v1"

    reason: str


class ClusterSucceeded(ClusterEvent):
    """The cluster ended and others carry on: `figures_rule` says where its figures go."""

    type: ClassVar[str] = "talka.registry.cluster.succeeded.v1"

    kind: SuccessionKind
    predecessors: tuple[UUID, ...]
    successors: tuple[UUID, ...]
    figures_rule: FiguresRule


class ClusterAdministratorsNamed(ClusterEvent):
    """These people, and nobody else, answer for the profile from now on."""

    type: ClassVar[str] = "talka.registry.cluster.administrators_named.v1"

    administrators: tuple[UUID, ...]


class WaiverGranted(ClusterEvent):
    """The criterion need not be met until `until_day`, because a programme recognised the cluster.

    `document` names the paper that says so.
    """

    type: ClassVar[str] = "talka.registry.cluster.waiver_granted.v1"

    criterion: str
    programme: str
    document: str
    until_day: date


class WaiverLapsed(ClusterEvent):
    """The day of the waiver has passed: the criterion must be met again at the next review."""

    type: ClassVar[str] = "talka.registry.cluster.waiver_lapsed.v1"

    criterion: str
