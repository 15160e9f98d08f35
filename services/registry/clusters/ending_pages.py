"""Pages on which a cluster moves, and on which it ends with or without successors."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from contracts.declared.clusters import ClusterEndDeclared, RelocationDeclared
from contracts.vocabulary import FiguresRule, PlaceKind, SuccessionKind
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import faults_of, mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import today_for
from services.registry.clusters import finding, regions, words
from services.registry.clusters.ending import Ending, end, successors_named
from services.registry.clusters.model import Cluster
from services.registry.clusters.moving import Move, relocate
from services.registry.clusters.refusals import StillVisiting
from services.registry.forms import said

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)

MOVED: Final = mark("{name} has moved. Figures by region follow from that day.")
ENDED: Final = mark("{name} is archived.")


class TypedMove(BaseModel):
    """What was typed into the form of a move."""

    kind: str = PlaceKind.OPERATING.value
    region: str = ""
    settlement: str = ""
    street: str = ""
    postcode: str = ""
    from_day: str = ""

    def declared(self, number: str) -> RelocationDeclared:
        """The same as a declaration states it."""
        region = regions.read(self.region)
        place = {
            "country": regions.country_of(self.region),
            "region": region and region.model_dump(),
            "settlement": self.settlement.strip(),
            "street": self.street.strip(),
            "postcode": self.postcode.strip(),
        }
        stated = {
            "cluster": {"number": number},
            "kind": self.kind,
            "from_day": self.from_day,
            "time": clock.now(),
        }
        return RelocationDeclared.model_validate(_given(stated) | {"place": _given(place)})


class TypedEnd(BaseModel):
    """What was typed into the form of an end."""

    reason: str = ""
    ended_day: str = ""
    successors: str = ""
    kind: str = ""
    figures_rule: str = ""

    def declared(self, number: str) -> ClusterEndDeclared:
        """The same as a declaration states it."""
        numbers = [each.strip() for each in self.successors.split(",") if each.strip()]
        stated = {
            "cluster": {"number": number},
            "reason": self.reason.strip(),
            "ended_day": self.ended_day,
            "successors": [{"number": each} for each in numbers],
            "kind": self.kind,
            "figures_rule": self.figures_rule,
            "time": clock.now(),
        }
        return ClusterEndDeclared.model_validate(_given(stated))


@router.get("/{key}/move")
async def ask_to_move(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    finding.must_keep(actor, cluster)
    return _move_page(request, cluster, TypedMove())


@router.post("/{key}/move")
async def move(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[TypedMove, Form()],
) -> Response:
    cluster = await finding.cluster_of(session, actor, key, for_update=True)
    finding.must_keep(actor, cluster)
    try:
        stated = typed.declared(cluster.number)
        asked = Move(stated.kind, stated.place, stated.from_day)
        await relocate(session, actor, cluster, asked, at=clock.now())
    except ValidationError as found:
        return _move_page(request, cluster, typed, _faults(found))
    except Invalid as refusal:
        return _move_page(request, cluster, typed, _at_move(refusal.faults))
    return _done(request, cluster, MOVED)


@router.get("/{key}/archive")
async def ask_to_end(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=cluster.association)
    today = await today_for(session, actor, at=clock.now())
    return _end_page(request, cluster, TypedEnd(ended_day=today.isoformat()))


@router.post("/{key}/archive")
async def archive(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[TypedEnd, Form()],
) -> Response:
    cluster = await finding.cluster_of(session, actor, key, for_update=True)
    actor.must_be(BACK_OFFICE, of=cluster.association)
    try:
        stated = typed.declared(cluster.number)
        successors = await successors_named(session, actor, stated.successors)
        ending = Ending(
            stated.reason, stated.ended_day, successors, stated.kind, stated.figures_rule
        )
        await end(session, actor, cluster, ending, at=clock.now())
    except ValidationError as found:
        return _end_page(request, cluster, typed, _faults(found))
    except Invalid as refusal:
        return _end_page(request, cluster, typed, _at_end(refusal.faults))
    except StillVisiting as refusal:
        fault = Fault("", refusal.code, refusal.text, values=refusal.values)
        return _end_page(request, cluster, typed, [fault], status=refusal.status)
    return _done(request, cluster, ENDED)


def _given(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed; an empty field is missing, and not wrongly written."""
    return {name: value for name, value in typed.items() if value}


def _faults(found: ValidationError) -> list[Fault]:
    faults = faults_of(found.errors(include_url=False, include_input=False))
    return _at_move(_at_end(faults))


def _at_move(faults: list[Fault]) -> list[Fault]:
    """The faults at the fields of the form; a region is chosen with its country."""
    fields = {"/place": "/region", "/place/country": "/region", "/place/region": "/region"}
    pointers = [fields.get(f.pointer, f.pointer.replace("/place", "")) for f in faults]
    regional = [pointer if not pointer.startswith("/region") else "/region" for pointer in pointers]
    placed = [
        Fault(pointer, each.code, each.text, each.rule, each.values)
        for pointer, each in zip(regional, faults, strict=True)
    ]
    return list({(each.pointer, each.text): each for each in placed}.values())


def _at_end(faults: list[Fault]) -> list[Fault]:
    """The faults at the fields of the form; all successors stand in one, the rest below it."""
    return [
        Fault(
            "/successors" if f.pointer.startswith("/successors") or not f.pointer else f.pointer,
            f.code,
            f.text,
            f.rule,
            f.values,
        )
        for f in faults
    ]


def _done(request: Request, cluster: Cluster, note: str) -> Response:
    t: Translator = request.state.t
    address = f"/registry/clusters/{cluster.number}"
    return see_other(address, note=t.gettext(note).format(name=cluster.name))


def _move_page(
    request: Request, cluster: Cluster, typed: TypedMove, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "clusters/move.html",
        status=422 if faults else 200,
        cluster=cluster,
        typed=typed,
        kinds=[(kind.value, t.word(word)) for kind, word in words.PLACE_KINDS.items()],
        places=regions.choices(t.language, own=cluster.association),
        faults=said(faults or [], t),
    )


def _end_page(
    request: Request,
    cluster: Cluster,
    typed: TypedEnd,
    faults: list[Fault] | None = None,
    status: int = 422,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "clusters/end.html",
        status=status if faults else 200,
        cluster=cluster,
        typed=typed,
        kinds=[(kind.value, t.word(words.SUCCESSIONS[kind])) for kind in SuccessionKind],
        rules=[(rule.value, t.word(words.FIGURES_RULES[rule])) for rule in FiguresRule],
        faults=said(faults or [], t),
    )
