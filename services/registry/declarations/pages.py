"""Pages of posted declarations: what was taken, from whom, and what came of it."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.paging import Cursor
from services.chassis.ui.render import render
from services.registry.declarations import queries

router = APIRouter(prefix="/registry/declarations", include_in_schema=False)

SIZE: Final = 50


@router.get("")
async def all_declarations(
    request: Request, session: Transaction, actor: PageActor, after: Cursor = None
) -> Response:
    actor.must_be(BACK_OFFICE)
    taken, following = await queries.declarations_page(session, actor, cursor=after, size=SIZE)
    return render(request, "declarations/list.html", taken=taken, following=following)


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
    taken = await queries.declaration_of(session, actor, source, name)
    return render(request, "declarations/one.html", taken=taken)
