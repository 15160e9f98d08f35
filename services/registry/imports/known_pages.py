"""The page of differences: what is known, what each row says, and what becomes of the row."""

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Fault
from services.chassis.http import PageActor, Transaction
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import see_other
from services.registry.forms import Form
from services.registry.imports import known_rows, showing, words
from services.registry.imports.deciding import MAY_BE_BOTH, Decision, offered
from services.registry.imports.model import Import
from services.registry.imports.refusals import DecidedMeanwhile
from services.registry.imports.states import State

router = APIRouter(prefix="/registry/imports", include_in_schema=False)

SIZE: Final = 25


@router.get("/{key}/differences")
async def differences(
    request: Request, session: Transaction, actor: PageActor, key: str, after: Cursor = None
) -> Response:
    found = await showing.mine(session, actor, key)
    return await _page(request, session, found, after)


@router.post("/{key}/differences")
async def decide(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    form = await Form.of(request)
    given = (await request.form()).keys()
    rows = [int(each[6:]) for each in given if each.startswith("known/") and each[6:].isdecimal()]
    mine = {row: _decision(form.one(f"known/{row}")) for row in rows}
    try:
        found = await known_rows.decide(
            session,
            actor,
            key=key,
            decisions={row: each for row, each in mine.items() if each},
            seen={row: each for row in rows if (each := _decision(form.one(f"was/{row}")))},
            for_all=_decision(form.one("all")),
            at=clock.now(),
        )
    except DecidedMeanwhile as refusal:
        found = await showing.mine(session, actor, key)
        return await _page(
            request, session, found, form.one("after") or None, refusal=refusal, mine=mine
        )
    return see_other(f"/registry/imports/{found.number}")


def _decision(value: str) -> Decision | None:
    return Decision(value) if value in set(Decision) else None


async def _page(
    request: Request,
    session: AsyncSession,
    found: Import,
    after: str | None,
    *,
    refusal: DecidedMeanwhile | None = None,
    mine: dict[int, Decision | None] | None = None,
) -> Response:
    t: Translator = request.state.t
    rows, following = await known_rows.differing_page(session, found, cursor=after, size=SIZE)
    others = refusal.others if refusal else {}
    faults = [
        Fault(
            f"/known/{row}",
            DecidedMeanwhile.code,
            t.gettext("Row %(row)s: meanwhile somebody chose “%(choice)s”.")
            % {"row": row, "choice": t.word(words.DECISIONS[other])},
        )
        for row, other in others.items()
    ]
    return showing.step(
        request,
        "imports/differences.html",
        found,
        status=refusal.status if refusal else 200,
        rows=[known_rows.shown(found, row, t) for row in rows],
        mine=mine or {},
        total=await known_rows.differing_count(session, found),
        following=following,
        after=after or "",
        decides=found.state is State.WAITING,
        both=found.kind in MAY_BE_BOTH,
        decisions=[(each.value, t.word(words.DECISIONS[each])) for each in offered(found.kind)],
        faults=faults,
    )
