"""Pages of clusters for reading: the list, and one cluster with its history."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from contracts.vocabulary import text_in
from services.chassis import clock
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import today_for
from services.registry.clusters import finding, profiles, queries, story, words
from services.registry.clusters.acts import TAKE_BACK, acts_for, needs_colleague
from services.registry.clusters.carrying import figures_of
from services.registry.clusters.choices import choices_of
from services.registry.clusters.colleagues import nobody_decides
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.ending import successions_of
from services.registry.clusters.facets import facets_of
from services.registry.clusters.parts import parts_of
from services.registry.clusters.places import relocations_of
from services.registry.clusters.searching import Search, Wanted
from services.registry.clusters.states import CAN_CHANGE
from services.registry.copies.queries import visits_of_cluster
from services.registry.copies.words import VISIT_STATES

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)

home = APIRouter(include_in_schema=False)

SIZES: Final = (25, 50, 100)


@home.get("/registry/")
async def at_home() -> Response:
    return see_other("/registry/clusters")


@router.get("")
async def all_clusters(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    wanted: Search,
    size: Annotated[int, Query()] = SIZES[0],
    after: Cursor = None,
) -> Response:
    page, following = await queries.clusters_page(
        session, actor, wanted, cursor=after, size=size if size in SIZES else SIZES[0]
    )
    t: Translator = request.state.t
    return render(
        request,
        "clusters/list.html",
        fragment="rows",
        clusters=page,
        following=following,
        members=await queries.members_of(
            session, page, on=await today_for(session, actor, at=clock.now())
        ),
        total=await queries.clusters_count(session, actor, wanted),
        wanted=wanted,
        filtered=wanted != Wanted(),
        size=size,
        sizes=[(str(each), str(each)) for each in SIZES],
        canonical=f"/registry/clusters?{wanted.query}".removesuffix("?"),
        export=f"?{wanted.query}" if wanted.query else "",
        choices=choices_of(await facets_of(session, actor, wanted), wanted, t),
        imports=actor.is_(BACK_OFFICE),
        registers=actor.is_(BACK_OFFICE, CLUSTER_ADMIN),
        sees_inside=finding.sees_inside,
        words=words,
    )


@router.get("/{key}")
async def one_cluster(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    t: Translator = request.state.t
    told = await story.of_cluster(session, actor, cluster)
    return render(
        request,
        "clusters/cluster.html",
        cluster=cluster,
        latest=cluster.pending or cluster.profile,
        facts=words.facts(cluster.profile, t),
        matched_from=profiles.MATCHED_FROM,
        next_best=profiles.next_best(cluster.profile),
        moves=await relocations_of(session, cluster.id),
        successions=await successions_of(session, cluster.id),
        inside=finding.sees_inside(actor, cluster),
        looked_at=LOOKED_AT,
        story=[
            {"text": words.happened(each, t), "at": each.time, "who": words.who(each, t)}
            for each in told
        ],
        parts=await parts_of(request, session, actor, cluster),
        visits=await visits_of_cluster(session, actor, cluster.id),
        figures=await figures_of(session, actor, cluster.id),
        visit_states=VISIT_STATES,
        text_in=text_in,
        edits=cluster.state in CAN_CHANGE and finding.may_keep(actor, cluster),
        acts=acts_for(actor, cluster),
        needs_colleague=needs_colleague(actor, cluster),
        nobody_decides=await nobody_decides(session, actor, cluster, at=clock.now()),
        take_back=TAKE_BACK,
        words=words,
    )
