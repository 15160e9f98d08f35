"""Pages of the acts on one person of the staff: changing their roles, ending the appointment."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Fault
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at
from services.registry.forms import said
from services.registry.staff import commands, queries
from services.registry.staff.forms import TypedRoles
from services.registry.staff.model import StaffMember, givable_roles
from services.registry.staff.refusals import EndsBeforeItBegins, LastBackOffice

router = APIRouter(prefix="/registry/staff", include_in_schema=False)

STAFF: Final = "/registry/staff"


@router.get("/{staff_id}/roles")
async def ask_for_roles(
    request: Request, session: Transaction, actor: PageActor, staff_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    member = await queries.member_of(session, actor, staff_id)
    return _roles_page(request, member, _held(member))


@router.post("/{staff_id}/roles")
async def set_roles(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    staff_id: UUID,
    typed: Annotated[TypedRoles, Form()],
) -> Response:
    actor.must_be(BACK_OFFICE)
    member = await queries.member_of(session, actor, staff_id)
    if faults := typed.faults(member.association):
        return _roles_page(request, member, typed, faults)
    try:
        await commands.set_roles(
            session,
            actor,
            staff_id=staff_id,
            roles=typed.given_roles,
            marks=typed.given_marks,
            until_day=typed.last_day,
            at=clock.now(),
        )
    except LastBackOffice as refusal:
        at = "/roles" if BACK_OFFICE not in typed.roles else "/until_day"
        fault = Fault(at, refusal.code, refusal.text)
        return _roles_page(request, member, typed, [fault], refusal.status)
    except EndsBeforeItBegins as refusal:
        return _roles_page(request, member, typed, refusal.faults)
    t: Translator = request.state.t
    note = t.gettext("The roles of %(name)s are changed; within a second they hold everywhere.")
    return see_other(STAFF, note=note % {"name": member.names.original})


@router.get("/{staff_id}/end")
async def ask_to_end(
    request: Request, session: Transaction, actor: PageActor, staff_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    return _end_page(request, await queries.member_of(session, actor, staff_id))


@router.post("/{staff_id}/end")
async def end(request: Request, session: Transaction, actor: PageActor, staff_id: UUID) -> Response:
    actor.must_be(BACK_OFFICE)
    now = clock.now()
    member = await queries.member_of(session, actor, staff_id)
    today = await day_at(session, actor.association, at=now)
    try:
        await commands.dismiss_staff(session, actor, staff_id=staff_id, on=today, at=now)
    except LastBackOffice as refusal:
        return _end_page(request, member, refusal)
    t: Translator = request.state.t
    note = t.gettext("%(name)s has left; within a second nothing opens for them any more.")
    return see_other(STAFF, note=note % {"name": member.names.original})


def _held(member: StaffMember) -> TypedRoles:
    until = member.until_day.isoformat() if member.until_day else ""
    return TypedRoles(roles=member.roles, marks=member.marks, until_day=until)


def _roles_page(
    request: Request,
    member: StaffMember,
    typed: TypedRoles,
    faults: list[Fault] | None = None,
    status: int = 422,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "staff/roles.html",
        status=status if faults else 200,
        member=member,
        typed=typed,
        givable=givable_roles(member.association),
        faults=said(faults or [], t),
    )


def _end_page(
    request: Request, member: StaffMember, refusal: LastBackOffice | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "staff/end.html",
        status=refusal.status if refusal else 200,
        member=member,
        faults=[Fault("", refusal.code, refusal.said(t.gettext))] if refusal else [],
    )
