"""Clusters for systems: the list, one, its history, and a new draft.

Systems change clusters by declarations only; a draft here is for people's own programs.
"""

from collections.abc import Sequence
from datetime import date

from fastapi import Response

from contracts.registry import ClusterProfile
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.clusters import editing, finding, forms, queries, story
from services.registry.clusters.answers import ClusterOut, ClusterRow, shown
from services.registry.clusters.facets import Facets, facets_of
from services.registry.clusters.pasts import Past, past_of
from services.registry.clusters.searching import Search
from services.registry.story import Told

router = Router(prefix="/registry/v1/clusters", tags=["clusters"])


@router.get("")
async def list_clusters(
    *,
    session: Transaction,
    actor: Acting,
    wanted: Search,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[ClusterRow]:
    """The clusters you may see, by name; `q` finds names, cities, ecosystems and numbers.

    `region` is a NUTS code, or a part of one, or one of ISO 3166-2:UA; `basis` says whether the
    seat or the operating place lies in it. `state` may also be `revision_returned`: your own
    clusters whose new version was returned, which `under_revision` leaves out.
    """
    rows, following = await queries.clusters_page(session, actor, wanted, cursor=cursor, size=limit)
    return Page(items=[ClusterRow.model_validate(row) for row in rows], next=following)


@router.get("/facets")
async def facets(session: Transaction, actor: Acting, wanted: Search) -> Facets:
    """How many clusters each further choice of a search would find."""
    return await facets_of(session, actor, wanted)


@router.get("/{key}")
async def one_cluster(
    key: str,
    session: Transaction,
    actor: Acting,
    response: Response,
    as_of: date | None = None,
) -> ClusterOut | Past:
    """One cluster, by number or id; with `as_of` as it was at the end of that past day."""
    cluster = await finding.cluster_of(session, actor, key)
    if as_of is not None:
        return await past_of(session, cluster, on=as_of)
    return shown(cluster, actor, response)


@router.post("", status_code=201)
async def draft(
    profile: ClusterProfile, session: Transaction, actor: Acting, response: Response
) -> ClusterOut:
    """Begin a draft; submit it when it is complete."""
    given = forms.checked(profile.model_dump(mode="json"))
    cluster = await editing.draft_cluster(session, actor, profile=given, at=clock.now())
    await session.flush()
    response.headers["Location"] = f"{router.prefix}/{cluster.number}"
    return shown(cluster, actor, response)


@router.get("/{key}/history")
async def history_of_cluster(key: str, session: Transaction, actor: Acting) -> Sequence[Told]:
    """What happened to one cluster as far as you may read it, the newest first."""
    cluster = await finding.cluster_of(session, actor, key)
    return await story.of_cluster(session, actor, cluster)
