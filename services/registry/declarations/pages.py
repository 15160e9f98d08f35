"""Pages of posted declarations: what came, by which door, from whom, and what became of it."""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.chassis.filters import chosen
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.intake import Way
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render
from services.registry.clusters.intake import registry_intake
from services.registry.declarations import queries, words
from services.registry.declarations.model import State
from services.registry.declarations.possible import possible_with
from services.registry.declarations.queries import Wanted
from services.registry.forms import day_of, said

router = APIRouter(prefix="/registry/declarations", include_in_schema=False)

SIZE: Final = 50


@router.get("")
async def all_declarations(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    state: str = "",
    kind: Annotated[str, Query(alias="type")] = "",
    way: str = "",
    day: str = "",
    after: Cursor = None,
) -> Response:
    actor.must_be(BACK_OFFICE)
    wanted = Wanted(
        q.strip(),
        chosen(State, state, "state"),
        kind,
        chosen(Way, way, "way"),
        day_of(day),
    )
    page, following = await queries.declarations_page(
        session, actor, wanted, cursor=after, size=SIZE
    )
    t: Translator = request.state.t
    return render(
        request,
        "declarations/list.html",
        fragment="rows",
        posted=page,
        following=following,
        total=await queries.declarations_count(session, actor, wanted),
        refused=await queries.declarations_count(session, actor, Wanted(state=State.REFUSED)),
        wanted=wanted,
        filtered=wanted != Wanted(),
        words=words,
        states=[(each.value, t.word(word)) for each, (word, _) in words.STATES.items()],
        types=type_words(t),
        ways=[(each.value, t.word(word)) for each, word in words.WAYS.items()],
    )


@router.get("/one")
async def one_declaration(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    source: str = "",
    name: Annotated[str, Query(alias="id")] = "",
) -> Response:
    actor.must_be(BACK_OFFICE)
    found = await queries.declaration_of(session, actor, source, name)
    possible = await possible_with(request.app.state.sessions, actor, found)
    return render(
        request,
        "declarations/one.html",
        found=found,
        posted=found.posted,
        data=json.dumps(found.data, ensure_ascii=False, indent=2),
        words=words,
        told=said(found.refusal.faults if found.refusal else [], request.state.t),
        possible=possible,
        stays=said(possible.faults, request.state.t),
    )


def type_words(t: Translator) -> list[tuple[str, str]]:
    """The types that the registry takes, by what people call them."""
    known = [
        (kind, t.word(word))
        for kind, word in words.TYPES.items()
        if kind in registry_intake.classes
    ]
    return sorted(known, key=lambda pair: pair[1])
