"""Pages of the staff: who acts for the association, and appointing somebody."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from contracts.vocabulary import LANGUAGES
from services.chassis import clock
from services.chassis.errors import Fault
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at, zone_of
from services.registry.forms import said
from services.registry.staff import commands, queries
from services.registry.staff.forms import TypedAppointment
from services.registry.staff.model import givable_roles
from services.registry.staff.refusals import AlreadyOnStaff, EndsBeforeItBegins

router = APIRouter(prefix="/registry/staff", include_in_schema=False)

STAFF: Final = "/registry/staff"
SIZE: Final = 50


@router.get("")
async def staff(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    left: bool = False,
    after: Cursor = None,
) -> Response:
    actor.must_be(BACK_OFFICE)
    members, following = await queries.staff_page(
        session, actor, q=q, left=left, cursor=after, size=SIZE
    )
    return render(request, "staff/list.html", members=members, following=following, q=q, left=left)


@router.get("/new")
async def ask_whom(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    today = await day_at(session, actor.association, at=clock.now())
    t: Translator = request.state.t
    return _form(request, actor, TypedAppointment(language=t.language, from_day=today.isoformat()))


@router.post("/new")
async def appoint(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    typed: Annotated[TypedAppointment, Form()],
) -> Response:
    actor.must_be(BACK_OFFICE)
    if faults := typed.faults(actor.association):
        return _form(request, actor, typed, faults)
    try:
        member = await commands.appoint_staff(
            session,
            actor,
            names=typed.names,
            mail=typed.mail.strip(),
            language=typed.language,
            zone=await zone_of(session, actor.association),
            roles=typed.given_roles,
            marks=typed.given_marks,
            login=typed.login.strip() or None,
            from_day=typed.first_day,
            until_day=typed.last_day,
            at=clock.now(),
        )
    except AlreadyOnStaff as refusal:
        t: Translator = request.state.t
        fault = Fault("/mail", refusal.code, refusal.said(t.gettext))
        return _form(request, actor, typed, [fault], refusal.status)
    except EndsBeforeItBegins as refusal:
        return _form(request, actor, typed, refusal.faults)
    t = request.state.t
    note = t.gettext("%(name)s is appointed and can sign in from the first day on.")
    return see_other(STAFF, note=note % {"name": member.names.original})


def _form(
    request: Request,
    actor: Actor,
    typed: TypedAppointment,
    faults: list[Fault] | None = None,
    status: int = 422,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "staff/new.html",
        status=status if faults else 200,
        typed=typed,
        givable=givable_roles(actor.association),
        tongues=[(code, t.language_name(code)) for code in LANGUAGES],
        faults=said(faults or [], t),
    )
