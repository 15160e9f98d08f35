"""The clusters that can visit and host, as exchanges knows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import Place
from services.chassis.filters import Country
from services.chassis.http import Acting, Router, Transaction
from services.exchanges.copies import queries

router = Router(prefix="/exchanges/v1/clusters", tags=["clusters"])


class ClusterOut(BaseModel):
    """A cluster of the catalogue; `as_of` is the time of the fact it was last copied from.

    `completeness` of the profile is 0 to 100, or null if it was not told yet.
    """

    model_config = ConfigDict(from_attributes=True)

    cluster_id: UUID
    association: str
    number: str
    name: str
    name_en: str
    city: str
    ecosystem: str
    languages: list[str]
    completeness: int | None
    as_of: datetime


@router.get("")
async def find_clusters(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    country: Country = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[ClusterOut]:
    """Published clusters of all countries, by name; `q` forgives spelling and script."""
    found = await queries.find_clusters(session, actor, text=q, country=country, limit=limit)
    return [ClusterOut.model_validate(cluster) for cluster in found]


class SiteOut(BaseModel):
    """A place that can host sessions; `as_of` is the time of the fact it was last copied from."""

    model_config = ConfigDict(from_attributes=True)

    site_id: UUID
    association: str
    names: dict[str, str]
    place: Place
    seats: int
    step_free: bool
    booth: bool
    shelter_minutes: int | None
    generator: bool
    satellite: bool
    parking: int | None
    as_of: datetime


@router.get("/{cluster_id}/sites")
async def find_sites(cluster_id: UUID, session: Transaction, actor: Acting) -> list[SiteOut]:
    """The open sites of a cluster, those with the most seats first."""
    found = await queries.sites_of(session, actor, cluster_id)
    return [SiteOut.model_validate(site) for site in found.values()]
