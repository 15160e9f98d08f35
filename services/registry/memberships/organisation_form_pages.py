"""Pages on which an organisation is entered before it is a member, and on which one is edited."""

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.forms import Form, said
from services.registry.memberships import organisation_form
from services.registry.memberships.entering import enter_organisation, revise_organisation
from services.registry.organisations.model import Organisation
from services.registry.organisations.queries import organisation_of
from services.registry.organisations.refusals import StaleOrganisation

router = APIRouter(prefix="/registry/organisations", include_in_schema=False)

ENTERED: Final = mark("{name} is in the register. Add it to a cluster on the page of its members.")
SAVED: Final = mark("{name} is saved.")
UNCHANGED: Final = mark("Nothing changed: {name} is known like this.")


@router.get("/new")
async def ask_which(request: Request, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    return _page(request, actor.association, Form({}))


@router.post("/new")
async def enter(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    form = await Form.of(request)
    try:
        stated = organisation_form.stated_in(form)
        entered, events = await enter_organisation(session, actor, stated, at=clock.now())
    except Invalid as refusal:
        return _page(request, actor.association, form, faults=refusal.faults)
    return _done(request, entered, ENTERED if events else UNCHANGED)


@router.get("/{key}/edit")
async def ask_for_facts(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    organisation = await _kept(session, actor, key)
    filled = organisation_form.filled(organisation)
    return _page(request, organisation.association, filled, organisation)


@router.post("/{key}/edit")
async def edit(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    organisation = await _kept(session, actor, key)
    form = await Form.of(request)
    home = organisation.association
    try:
        stated = organisation_form.stated_in(form, known=organisation.place)
        edited, events = await revise_organisation(
            session, actor, stated, key=key, lock=form.lock(), at=clock.now()
        )
    except Invalid as refusal:
        return _page(request, home, form, organisation, faults=refusal.faults)
    except StaleOrganisation:
        return _page(request, home, form, organisation, changed=True)
    return _done(request, edited, SAVED if events else UNCHANGED)


async def _kept(session: AsyncSession, actor: Actor, key: str) -> Organisation:
    organisation = await organisation_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=organisation.association)
    return organisation


def _done(request: Request, organisation: Organisation, note: str) -> Response:
    t: Translator = request.state.t
    name = organisation.name or organisation.number
    address = f"/registry/organisations/{organisation.number}"
    return see_other(address, note=t.gettext(note).format(name=name))


def _page(
    request: Request,
    association: str,
    form: Form,
    organisation: Organisation | None = None,
    *,
    faults: list[Fault] | None = None,
    changed: bool = False,
) -> Response:
    """The form as it was typed; after somebody was faster, with both versions beside it."""
    t: Translator = request.state.t
    differences, lock = [], form.one("lock")
    if organisation is not None and changed:
        differences = organisation_form.differences(organisation, form, t)
    if organisation is not None and (changed or not lock):
        lock = str(organisation.lock)
    return render(
        request,
        "organisations/form.html",
        status=409 if changed else 422 if faults else 200,
        organisation=organisation,
        form=form,
        lock=lock,
        changed=changed,
        differences=differences,
        faults=said(faults or [], t, organisation_form.NEAR),
        **organisation_form.choices(form, association, t),
    )
