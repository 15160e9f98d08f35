"""The page on which an organisation becomes a member of a cluster."""

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.members import MemberDeclared
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.forms import Form, said
from services.registry.memberships import organisation_form
from services.registry.memberships.declaring import add_member
from services.registry.memberships.stating import joining_of

router = APIRouter(prefix="/registry", include_in_schema=False)


@router.get("/clusters/{key}/members/new")
async def ask_whom(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _kept(session, actor, key)
    today = await day_at(session, cluster.association, at=clock.now())
    return _form(request, cluster, Form.filled(joined_day=today.isoformat()))


@router.post("/clusters/{key}/members/new")
async def add(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _kept(session, actor, key)
    form = await Form.of(request)
    try:
        more = {"organisation": organisation_form.typed(form), "cluster": {"id": str(cluster.id)}}
        declared = form.declared(MemberDeclared, more=more)
        events = await add_member(
            session, actor, joining_of(declared), key=str(cluster.id), at=clock.now()
        )
    except Invalid as refusal:
        return _form(request, cluster, form, refusal.faults)
    t: Translator = request.state.t
    note = (
        t.gettext("%(name)s is a member now.")
        if events
        else t.gettext("Nothing changed: %(name)s is a member already.")
    )
    name = declared.organisation.names.original
    return see_other(f"/registry/clusters/{cluster.number}/members", note=note % {"name": name})


async def _kept(session: AsyncSession, actor: Actor, key: str) -> Cluster:
    cluster = await finding.cluster_of(session, actor, key)
    finding.must_keep(actor, cluster)
    return cluster


def _form(
    request: Request, cluster: Cluster, form: Form, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "memberships/new.html",
        status=422 if faults else 200,
        cluster=cluster,
        form=form,
        **organisation_form.choices(form, cluster.association, t),
        faults=said(faults or [], t, organisation_form.NEAR | {"/cluster": "/joined_day"}),
    )
