"""The page on which an organisation becomes a member of a cluster."""

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.members import MemberDeclared
from contracts.vocabulary import LegalIdScheme, SizeClass
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at
from services.registry.clusters import finding, regions
from services.registry.clusters.model import Cluster
from services.registry.forms import Form, said
from services.registry.memberships import words
from services.registry.memberships.declaring import add_member
from services.registry.memberships.stating import joining_of

router = APIRouter(prefix="/registry", include_in_schema=False)

# where a rule finds a fault → the field in which it is mended
NEAR: Final = {
    "/organisation/legal_id": "/organisation/legal_id/value",
    "/organisation/place": "/organisation/place/region",
    "/organisation/place/country": "/organisation/place/region",
    "/organisation/names": "/organisation/names/original",
    "/cluster": "/joined_day",
}


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
        declared = form.declared(
            MemberDeclared, more=_stated(form) | {"cluster": {"id": str(cluster.id)}}
        )
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


def _stated(form: Form) -> dict[str, object]:
    """The organisation as it was typed, its region as a declaration writes it."""
    part = "organisation"
    choice = form.one(f"{part}/place/region")
    region = regions.read(choice)
    place: dict[str, object] = {"settlement": form.one(f"{part}/place/settlement").strip()}
    if region is not None:
        place |= {"region": region.model_dump(), "country": regions.country_of(choice)}
    names = {each: form.one(f"{part}/names/{each}").strip() for each in ("original", "en")}
    size_day = form.one(f"{part}/size_day")
    return {
        part: {
            "legal_id": {
                "scheme": form.one(f"{part}/legal_id/scheme"),
                "value": form.one(f"{part}/legal_id/value").strip(),
            },
            "names": {"original": names["original"], "en": names["en"] or names["original"]},
            "kind": form.one(f"{part}/kind"),
            "size_class": form.one(f"{part}/size_class") or SizeClass.UNKNOWN,
            "place": place,
            "sole_trader": bool(form.one(f"{part}/sole_trader")),
            **({"size_day": size_day} if size_day else {}),
        }
    }


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
        schemes=[
            (each.value, each.value.partition("_")[2].upper())
            for each in LegalIdScheme
            if each.country == cluster.association
        ],
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        size_classes=[(each.value, t.word(word)) for each, word in words.SIZES.items()],
        places=regions.choices(
            t.language,
            countries=(cluster.association,),
            chosen=form.one("organisation/place/region"),
        ),
        faults=said(faults or [], t, NEAR),
    )
