"""Pages of the rules of a review: a waiver for one cluster, and the country's rule packs."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.registry import ClusterProfile
from contracts.vocabulary import COUNTRIES, LegalIdScheme
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.filters import Country
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.clusters import finding, words
from services.registry.clusters.commands import grant_waiver
from services.registry.clusters.criteria import WAIVABLE
from services.registry.clusters.model import Cluster
from services.registry.forms import day_of, said
from services.registry.packs.commands import adopt_pack
from services.registry.packs.finding import packs_of
from services.registry.packs.model import Pack, PackKnown

router = APIRouter(include_in_schema=False)

NEEDED: Final = mark("Fill this in.")
DAY: Final = mark("Give a day that exists, like 2027-03-16.")
GRANTED: Final = mark("{criterion} is waived for {name} until that day.")
ADOPTED: Final = mark("Version {version} of the rules holds from its day on.")


class TypedWaiver(BaseModel):
    """What was typed into the form of a waiver."""

    criterion: str = ""
    programme: str = ""
    document: str = ""
    until_day: str = ""

    def faults(self) -> list[Fault]:
        """What is missing."""
        empty = [name for name, text in self.model_dump().items() if not text.strip()]
        found = [Fault(f"/{name}", "TLK-R066", NEEDED) for name in empty]
        if self.until_day and day_of(self.until_day) is None:
            found.append(Fault("/until_day", "TLK-D009", DAY))
        return found


class TypedPack(BaseModel):
    """What was typed into the form of a rule pack."""

    version: str = ""
    from_day: str = ""
    required: list[str] = []
    schemes: list[str] = []

    def faults(self) -> list[Fault]:
        """What is missing."""
        found = [
            Fault(f"/{name}", "TLK-R066", NEEDED)
            for name in ("version", "from_day", "schemes")
            if not getattr(self, name)
        ]
        if self.from_day and day_of(self.from_day) is None:
            found.append(Fault("/from_day", "TLK-D009", DAY))
        return found


@router.get("/registry/clusters/{key}/waiver")
async def ask_for_waiver(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=cluster.association)
    recognition = cluster.profile.recognition
    typed = TypedWaiver()
    if recognition is not None:
        typed = TypedWaiver(programme=recognition.programme, document=recognition.document)
    return _waiver_page(request, cluster, typed)


@router.post("/registry/clusters/{key}/waiver")
async def waive(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[TypedWaiver, Form()],
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=cluster.association)
    until_day, faults = day_of(typed.until_day), typed.faults()
    if faults or until_day is None:
        return _waiver_page(request, cluster, typed, faults)
    given = {name: getattr(typed, name).strip() for name in ("programme", "document")}
    try:
        await grant_waiver(
            session,
            actor,
            key=key,
            criterion=typed.criterion,
            until_day=until_day,
            at=clock.now(),
            **given,
        )
    except Invalid as refusal:
        return _waiver_page(request, cluster, typed, refusal.faults)
    t: Translator = request.state.t
    note = t.gettext(GRANTED).format(criterion=typed.criterion, name=cluster.name)
    return see_other(f"/registry/clusters/{cluster.number}", note=note)


@router.get("/registry/rule-packs")
async def packs(
    request: Request, session: Transaction, actor: PageActor, country: Country = ""
) -> Response:
    own = actor.association if actor.association in COUNTRIES else COUNTRIES[0]
    shown = country or own
    t: Translator = request.state.t
    return render(
        request,
        "clusters/packs.html",
        packs=await packs_of(session, shown),
        country=shown,
        countries=[(code, words.country(code, t)) for code in COUNTRIES],
        adopts=actor.is_(BACK_OFFICE, of=shown),
        words=words,
    )


@router.get("/registry/rule-packs/new")
async def ask_for_pack(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    latest, *_ = await packs_of(session, actor.association)
    typed = TypedPack(required=list(latest.required), schemes=list(latest.schemes))
    return _pack_page(request, actor.association, typed)


@router.post("/registry/rule-packs/new")
async def adopt(
    request: Request,
    session: Transaction,
    actor: PageActor,
    typed: Annotated[TypedPack, Form()],
) -> Response:
    actor.must_be(BACK_OFFICE)
    from_day, faults = day_of(typed.from_day), typed.faults()
    if faults or from_day is None:
        return _pack_page(request, actor.association, typed, faults)
    pack = Pack(
        country=actor.association,
        version=typed.version.strip(),
        from_day=from_day,
        required=tuple(typed.required),
        schemes=tuple(typed.schemes),
    )
    try:
        await adopt_pack(session, actor, pack=pack, at=clock.now())
    except Invalid as refusal:
        return _pack_page(request, actor.association, typed, refusal.faults)
    except PackKnown as refusal:
        known = Fault("/version", refusal.code, refusal.text, values=refusal.values)
        return _pack_page(request, actor.association, typed, [known])
    t: Translator = request.state.t
    note = t.gettext(ADOPTED).format(version=pack.version)
    return see_other("/registry/rule-packs", note=note)


def _waiver_page(
    request: Request, cluster: Cluster, typed: TypedWaiver, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "clusters/waiver.html",
        status=422 if faults else 200,
        cluster=cluster,
        typed=typed,
        criteria=[(key, f"{key} {t.word(words.CRITERIA[key])}") for key in WAIVABLE],
        faults=said(faults or [], t),
    )


def _pack_page(
    request: Request, country: str, typed: TypedPack, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    own = [scheme for scheme in LegalIdScheme if scheme.country == country]
    return render(
        request,
        "clusters/pack.html",
        status=422 if faults else 200,
        typed=typed,
        fields=[
            (name, t.word(words.FIELDS[name]))
            for name in ClusterProfile.model_fields
            if name in words.FIELDS
        ],
        schemes=[(each.value, each.label) for each in own],
        faults=said(faults or [], t),
    )
