"""The page behind the link of a mail: is this profile still right? Asked without an account."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.errors import Conflict, Gone
from services.chassis.faults import mark
from services.chassis.http import ThroughLink
from services.chassis.links import SECRET, LinkEnded, LinkUnknown
from services.chassis.ui.i18n import Translator, bind
from services.chassis.ui.render import render
from services.registry.associations.queries import name_of, zone_of
from services.registry.clusters import words
from services.registry.clusters.model import Cluster
from services.registry.clusters.reviving import (
    LINK,
    cluster_behind,
    confirm_through_link,
    still_answers,
)
from services.registry.clusters.states import PUBLIC

router = APIRouter(prefix="/registry/i", include_in_schema=False)

UNKNOWN: Final = mark("this address is for something else; copy it from the mail again")


@router.get("/{token}")  # noqa: FAST003 - the dependency takes the token
async def show(request: Request, through: ThroughLink) -> Response:
    return await _page(request, through, await _cluster(through))


@router.post("/{token}")  # noqa: FAST003 - the dependency takes the token
async def confirm(request: Request, through: ThroughLink) -> Response:
    await _cluster(through)
    try:
        async with through.session.begin_nested():
            await confirm_through_link(through.session, through.link, at=clock.now())
    except (Conflict, Gone):
        return await _page(request, through, await _cluster(through))  # it says how things stand
    t: Translator = request.state.t
    return RedirectResponse(_address(request, t), 303, SECRET)


async def _cluster(through: ThroughLink) -> Cluster:
    if through.link.kind != LINK:  # its subject may be no cluster's id
        raise LinkUnknown(UNKNOWN)
    cluster = await cluster_behind(through.session, through.link)
    if cluster is None:
        raise LinkUnknown(UNKNOWN)
    return cluster


async def _page(request: Request, through: ThroughLink, cluster: Cluster) -> Response:
    t = bind(request, language=None, zone=await zone_of(through.session, cluster.association))
    status = 200
    if cluster.state in PUBLIC:
        template = "link_confirmed"
    elif cluster.state is not ClusterState.DORMANT:
        template, status = "link_closed", 410
    elif await _is_over(through, cluster):
        template, status = "link_ended", 410
    else:
        template = "link_question"
    answer = render(
        request,
        f"clusters/{template}.html",
        status=status,
        cluster=cluster,
        facts=words.facts(cluster.profile, t),
        states=words.STATES,
        until=through.link.expires_at,
        address=_address(request, t),
        write_to=await name_of(through.session, cluster.association, language=t.language),
    )
    answer.headers.update(SECRET)
    return answer


async def _is_over(through: ThroughLink, cluster: Cluster) -> bool:
    try:
        through.link.must_be_open(at=clock.now())
    except LinkEnded:
        return True
    return not await still_answers(through.session, cluster, through.link)


def _address(request: Request, t: Translator) -> str:
    """The page of the link, in the language in which it was opened."""
    return f"{request.url.path}?lang={t.language}"
