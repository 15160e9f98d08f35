"""A cluster as systems read it: a row of a list, or the whole as far as the reader sees inside."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict

from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState
from services.chassis.identity import Actor
from services.registry.clusters import finding, profiles
from services.registry.clusters.model import Cluster


class ClusterRow(BaseModel):
    """A cluster as it stands in a list; `completeness` is 0 to 100, below 60 it is not matched."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    name: str
    association: str
    country: str
    city: str
    ecosystem: str
    state: ClusterState
    version: int
    dual_use: bool
    completeness: int
    is_matched: bool
    confirmed_on: date | None
    changed_at: datetime


class ClusterOut(ClusterRow):
    """A whole cluster; the last six fields are for its own association.

    `next_best` is the field that would make the profile most complete, and its gain.
    """

    profile: ClusterProfile
    ref: str | None = None
    pending: ClusterProfile | None = None
    criteria: list[dict[str, Any]] | None = None
    reasons: list[dict[str, Any]] | None = None
    note: str | None = None
    next_best: profiles.NextBest | None = None

    @classmethod
    def of(cls, cluster: Cluster, actor: Actor) -> "ClusterOut":
        """The cluster as far as this actor may see into it."""
        out = cls.model_validate(cluster)
        if finding.sees_inside(actor, cluster):
            return out.model_copy(update={"next_best": profiles.next_best(cluster.profile)})
        inside = dict.fromkeys(("ref", "pending", "criteria", "reasons", "note"))
        return out.model_copy(update=inside)


def shown(cluster: Cluster, actor: Actor, response: Response) -> ClusterOut:
    """The whole cluster, under the ETag of its version."""
    response.headers["ETag"] = f'"{cluster.lock}"'
    return ClusterOut.of(cluster, actor)
