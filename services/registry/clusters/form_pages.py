"""Pages on which a profile is written: a new one, and an edit of one that is there."""

from typing import Final

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.reference import ecosystems
from contracts.registry import ClusterProfile, ClusterRevised
from contracts.vocabulary import LANGUAGES, ClusterState, LegalIdScheme
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.clusters import finding, profiles, regions, words
from services.registry.clusters.commands import submit_cluster
from services.registry.clusters.differing import differences
from services.registry.clusters.editing import Edited, draft_cluster, edit_cluster
from services.registry.clusters.forms import at_fields, profile_of, written
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import ProfileChanged
from services.registry.clusters.states import PUBLIC
from services.registry.forms import Form, said

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)

DRAFTED: Final = mark("{name} is a draft. Submit it when it is complete.")
SUBMITTED: Final = mark("{name} waits for its review now.")
SAVED: Final = mark("{name} is saved.")
PUBLISHED: Final = mark("Your edit of {name} is published.")
WAITS: Final = mark("Your new version of {name} waits for its review.")
UNCHANGED: Final = mark("Nothing was changed of {name}.")


@router.get("/new")
async def new(request: Request, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    return _page(request, actor, Form({}))


@router.post("/new")
async def draft(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    form = await Form.of(request)
    try:
        async with session.begin_nested():  # what cannot be submitted is not drafted either
            cluster = await draft_cluster(session, actor, profile=profile_of(form), at=clock.now())
            await session.flush()
            if form.one("submit"):
                await submit_cluster(session, actor, key=str(cluster.id), at=clock.now())
    except Invalid as refusal:
        return _page(request, actor, form, faults=at_fields(refusal.faults))
    return _saved(request, cluster, SUBMITTED if form.one("submit") else DRAFTED)


@router.get("/{key}/edit")
async def edit(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _own(session, actor, key)
    return _page(request, actor, Form(written(cluster.pending or cluster.profile)), cluster)


@router.post("/{key}/edit")
async def save(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _own(session, actor, key)
    form = await Form.of(request)
    try:
        async with session.begin_nested():
            edited = await edit_cluster(
                session,
                actor,
                key=key,
                profile=profile_of(form),
                lock=form.lock(),
                began=_began(form),
                at=clock.now(),
            )
            await session.flush()
            if form.one("submit") and edited.cluster.state is ClusterState.DRAFT:
                await submit_cluster(session, actor, key=key, at=clock.now())
    except ProfileChanged as refusal:
        shown = Form(written(refusal.whole)) if refusal.whole else form
        return _page(request, actor, shown, cluster, mine=refusal.mine)
    except Invalid as refusal:
        return _page(request, actor, form, cluster, faults=at_fields(refusal.faults))
    return _saved(request, edited.cluster, _outcome(edited))


@router.post("/{key}/translation")
async def confirm_translation(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    """A person has read what a machine translated, so the mark goes (D-10)."""
    cluster = await _own(session, actor, key)
    form = await Form.of(request)
    latest = cluster.pending or cluster.profile
    edited = await edit_cluster(
        session,
        actor,
        key=key,
        profile=latest.model_copy(update={"machine_translated": ()}),
        lock=form.lock(),
        at=clock.now(),
    )
    return _saved(request, edited.cluster, _outcome(edited))


async def _own(session: AsyncSession, actor: Actor, key: str) -> Cluster:
    cluster = await finding.cluster_of(session, actor, key)
    finding.must_keep(actor, cluster)
    return cluster


def _began(form: Form) -> ClusterProfile | None:
    """The profile that the form was filled with, by which it is known what was changed of it."""
    try:
        return ClusterProfile.model_validate_json(form.one("began"))
    except ValidationError:
        return None


def _outcome(edited: Edited) -> str:
    if edited.cluster.state is ClusterState.SUBMITTED:
        return SUBMITTED
    if edited.event is None:
        return UNCHANGED
    if isinstance(edited.event, ClusterRevised):
        return PUBLISHED
    return SAVED if edited.cluster.state is ClusterState.DRAFT else WAITS


def _saved(request: Request, cluster: Cluster, note: str) -> Response:
    t: Translator = request.state.t
    name = (cluster.pending or cluster.profile).names.en
    return see_other(f"/registry/clusters/{cluster.number}", note=t.gettext(note).format(name=name))


def _page(
    request: Request,
    actor: Actor,
    form: Form,
    cluster: Cluster | None = None,
    *,
    faults: list[Fault] | None = None,
    mine: ClusterProfile | None = None,
) -> Response:
    """The form as it was typed; with `mine`, both versions of what somebody changed meanwhile."""
    t: Translator = request.state.t
    lock, began = form.one("lock"), form.one("began")
    differing: list[tuple[str, str, str]] = []
    if cluster is not None and (mine is not None or not lock):
        latest = cluster.pending or cluster.profile
        lock, began = str(cluster.lock), latest.model_dump_json()
        differing = differences(latest, mine, t) if mine else []
    return render(
        request,
        "clusters/form.html",
        status=409 if mine else 422 if faults else 200,
        cluster=cluster,
        form=form,
        lock=lock,
        began=began,
        differences=differing,
        public=cluster is not None and cluster.state in PUBLIC,
        small=_small(t),
        schemes=_schemes(actor.association),
        seats=regions.choices(
            t.language, countries=(actor.association,), chosen=form.one("seat/region")
        ),
        places=regions.choices(
            t.language, chosen=form.one("operating_place/region"), own=actor.association
        ),
        ecosystems=[(slug, words.ecosystem(slug, t)) for slug in ecosystems()],
        spoken=[(code, words.language(code, t)) for code in LANGUAGES],
        others=[code for code in form.many("languages") if code not in LANGUAGES],
        words=words,
        faults=said(faults or [], t),
    )


def _small(t: Translator) -> str:
    small = [t.word(word) for field, word in words.FIELDS.items() if field in profiles.SMALL]
    return t.list(small)


def _schemes(country: str) -> list[tuple[str, str]]:
    return [(scheme.value, scheme.label) for scheme in LegalIdScheme if scheme.country == country]
