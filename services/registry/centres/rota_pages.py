"""The page on which a back office says who is to be asked at its centre, and who instead."""

from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import faults_of
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry import forms
from services.registry.centres import commands, finding, words
from services.registry.centres.api import MOST_ON_ROTA, Rota
from services.registry.centres.rota import colleagues

HERE: Final = "/registry/centres"
PARTS: Final = ("person_id", "from_day", "until_day", "substitute_id")

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("/{code}/rota")
async def ask_who(request: Request, session: Transaction, actor: PageActor, code: str) -> Response:
    centre = await finding.centre_of(session, actor, code)
    return await _form(
        request=request, session=session, actor=actor, code=code, entries=centre.rota
    )


@router.post("/{code}/rota")
async def set_rota(request: Request, session: Transaction, actor: PageActor, code: str) -> Response:
    typed = _typed(await forms.Form.of(request))
    try:
        rota = Rota.model_validate({"entries": typed})
        async with session.begin_nested():
            await commands.set_rota(session, actor, code=code, entries=rota.entries, at=clock.now())
    except ValidationError as wrong:
        faults = faults_of(wrong.errors(include_url=False, include_input=False))
        return await _form(
            request=request, session=session, actor=actor, code=code, entries=typed, faults=faults
        )
    except Invalid as refusal:
        return await _form(
            request=request,
            session=session,
            actor=actor,
            code=code,
            entries=typed,
            faults=refusal.faults,
        )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{code}", note=t.gettext("The rota is changed."))


def _typed(form: forms.Form) -> list[dict[str, str]]:
    """The rows in which something was typed, in their order."""
    rows = (
        {part: form.one(f"entries/{row}/{part}").strip() for part in PARTS}
        for row in range(MOST_ON_ROTA + 1)
    )
    return [{part: said for part, said in row.items() if said} for row in rows if any(row.values())]


async def _form(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    code: str,
    entries: list[dict[str, Any]],
    faults: list[Fault] | None = None,
) -> Response:
    centre = await finding.centre_of(session, actor, code)
    actor.must_be(BACK_OFFICE, of=centre.association)
    known = await colleagues(session, actor)
    return render(
        request,
        "centres/rota.html",
        status=422 if faults else 200,
        centre=centre,
        rows=[*entries, {}][:MOST_ON_ROTA],
        people=[(str(person_id), name) for person_id, name in known.items()],
        words=words,
        faults=forms.said(faults or [], request.state.t),
    )
