"""Pages of the acts on a cluster: the review, and whatever asks for a reason before it is done."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.errors import Fault, NotFound
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at
from services.registry.clusters import finding, words
from services.registry.clusters.acts import (
    ACTS,
    REVIEW,
    START,
    TAKE_BACK,
    Act,
    Typed,
    acts_for,
    needs_colleague,
)
from services.registry.clusters.colleagues import nobody_decides
from services.registry.clusters.commands import publish_cluster
from services.registry.clusters.criteria import judge, to_be_looked_at
from services.registry.clusters.differing import differences
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import CriteriaNotMet, FourEyes
from services.registry.clusters.standing import standing_of

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)


@router.get("/{key}/review")
async def review(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _mine(session, actor, key)
    return await _review_page(request, session, actor, cluster)


@router.post("/{key}/review")
async def publish(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[Typed, Form()],
) -> Response:
    confirmed = frozenset(typed.criteria)
    try:
        cluster = await publish_cluster(
            session, actor, key=key, confirmed=confirmed, lock=typed.lock, at=clock.now()
        )
    except CriteriaNotMet as refusal:
        cluster = await _mine(session, actor, key)
        fault = Fault("/criteria", refusal.code, refusal.said(request.state.t.gettext))
        return await _review_page(
            request, session, actor, cluster, confirmed=confirmed, fault=fault
        )
    return _done(request, REVIEW, cluster)


@router.get("/{key}/{name}")
async def ask(
    request: Request, session: Transaction, actor: PageActor, key: str, name: str
) -> Response:
    act = _act_called(name)
    if not act.consequence:
        raise NotFound(NO_PAGE)
    cluster = await _mine(session, actor, key, act)
    if act.decides and not cluster.may_be_decided_by(actor.id):
        raise FourEyes
    return _act_page(request, act, cluster, Typed())


@router.post("/{key}/{name}")
async def do(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    name: str,
    typed: Annotated[Typed, Form()],
) -> Response:
    act = _act_called(name)
    faults = act.faults(typed)
    if faults:
        return _act_page(request, act, await _mine(session, actor, key, act), typed, faults)
    cluster = await act.command(
        session, actor, key=key, lock=typed.lock, at=clock.now(), **act.given(typed)
    )
    return _done(request, act, cluster)


NO_PAGE = mark("there is nothing at this address; check it, or begin at the start")


def _act_called(name: str) -> Act:
    act = ACTS.get(name)
    if act is None:
        raise NotFound(NO_PAGE)
    return act


async def _mine(session: AsyncSession, actor: Actor, key: str, act: Act = REVIEW) -> Cluster:
    """The cluster, for somebody who may do this with it."""
    cluster = await finding.cluster_of(session, actor, key)
    if act.keeps:
        finding.must_keep(actor, cluster)
    else:
        actor.must_be(BACK_OFFICE, of=cluster.association)
    return cluster


def _done(request: Request, act: Act, cluster: Cluster) -> Response:
    address = f"/registry/clusters/{cluster.number}"
    onward = f"{address}/review" if act is START else address
    t: Translator = request.state.t
    return see_other(onward, note=t.gettext(act.done).format(name=cluster.name))


def _act_page(
    request: Request, act: Act, cluster: Cluster, typed: Typed, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "clusters/act.html",
        status=422 if faults else 200,
        act=act,
        cluster=cluster,
        consequence=t.gettext(act.consequence).format(name=cluster.name),
        criteria=[(key, f"{key} {t.word(word)}") for key, word in words.CRITERIA.items()],
        typed=typed,
        faults=[Fault(each.pointer, each.code, each.said(t.gettext)) for each in faults or []],
    )


async def _review_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    cluster: Cluster,
    *,
    confirmed: frozenset[str] = frozenset(),
    fault: Fault | None = None,
) -> Response:
    t: Translator = request.state.t
    profile = cluster.pending or cluster.profile
    on = await day_at(session, cluster.association, at=clock.now())
    standing = await standing_of(session, cluster, profile, on=on)
    return render(
        request,
        "clusters/review.html",
        status=422 if fault else 200,
        cluster=cluster,
        inside=finding.sees_inside(actor, cluster),
        facts=words.facts(profile, t),
        differences=differences(cluster.profile, profile, t),
        criteria=judge(profile, standing, confirmed=confirmed),
        standing=standing,
        looked_at=to_be_looked_at(profile, standing),
        confirmed=confirmed,
        open=cluster.state in {ClusterState.IN_REVIEW, ClusterState.UNDER_REVISION}
        and not cluster.is_returned,
        start=START if START in acts_for(actor, cluster) else None,
        needs_colleague=needs_colleague(actor, cluster),
        nobody_decides=await nobody_decides(session, actor, cluster, at=clock.now()),
        take_back=TAKE_BACK,
        words=words,
        faults=[fault] if fault else [],
    )
