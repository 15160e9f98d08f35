"""Pages of people: the list, one person, new and changed ones, absences, and forgetting."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.reference import centres
from contracts.vocabulary import LANGUAGES, PersonFunctionKind
from services.chassis import clock
from services.chassis.errors import Conflict, Fault, Invalid
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator, Word
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import home_of
from services.registry.contacts import queries
from services.registry.contacts.declaring import declare_person, revise_person
from services.registry.contacts.forgetting import forget_wholly, must_be_forgettable
from services.registry.contacts.forms import (
    LEVELS,
    TypedAbsence,
    declared_by,
    filled,
    near,
)
from services.registry.contacts.rotas import own_centres
from services.registry.forms import Form, said
from services.registry.imported import ByImport
from services.registry.people.commands import set_absences
from services.registry.people.model import Person
from services.registry.people.queries import names_of_people, people_page, person_of
from services.registry.people.refusals import TooFewAdministrators
from services.registry.staff.queries import appointments_of
from services.registry.staff.refusals import StillOnStaff

router = APIRouter(prefix="/registry/people", include_in_schema=False)

PEOPLE: Final = "/registry/people"
SIZE: Final = 50
FUNCTIONS: Final = {
    PersonFunctionKind.ADMINISTRATOR: Word("function", "Administrator of"),
    PersonFunctionKind.CONTACT: Word("function", "Contact of"),
    PersonFunctionKind.ROTA: Word("function", "On the rota of"),
}


@router.get("")
async def people(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    function: Annotated[str, Query(pattern="^(administrator|contact|rota)?$")] = "",
    imported: ByImport = "",
    after: Cursor = None,
) -> Response:
    actor.must_be(BACK_OFFICE)
    found, following = await people_page(
        session, actor, q=q, function=function, imported=imported, cursor=after, size=SIZE
    )
    return render(
        request,
        "contacts/list.html",
        people=found,
        following=following,
        numbers=await queries.numbers_of(session, found),
        functions=FUNCTIONS,
        q=q,
        function=function,
        imported=imported,
        at=clock.now(),
    )


@router.get("/new")
async def ask_whom(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    language, zone = await home_of(session, actor.association)
    return await _form(request, session, actor, Form.filled(language=language, zone=zone))


@router.post("/new")
async def keep(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    form = await Form.of(request)
    try:
        declared = declared_by(form, None)
        await declare_person(session, actor, declared, at=clock.now())
    except (Invalid, TooFewAdministrators) as refusal:
        return await _form(request, session, actor, form, refusal)
    t: Translator = request.state.t
    note = t.gettext("%(name)s is kept.") % {"name": declared.names.original}
    return see_other(PEOPLE, note=note)


@router.get("/{person_id}")
async def one(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    person = await person_of(session, actor, person_id)
    return render(request, "contacts/person.html", **await _shown(session, person))


@router.get("/{person_id}/edit")
async def ask_what(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    person = await person_of(session, actor, person_id)
    numbers = await queries.numbers_of(session, [person])
    return await _form(
        request, session, actor, filled(person, numbers), person=person, lock=person.lock
    )


@router.post("/{person_id}/edit")
async def change(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    person = await person_of(session, actor, person_id)
    form = await Form.of(request)
    try:
        declared = declared_by(form, person)
        await revise_person(
            session, actor, declared, person=person, lock=form.lock(), at=clock.now()
        )
    except (Invalid, Conflict) as refusal:
        return await _form(request, session, actor, form, refusal, person=person, lock=person.lock)
    t: Translator = request.state.t
    note = t.gettext("What is kept of %(name)s is changed.") % {"name": person.name}
    return see_other(f"{PEOPLE}/{person_id}", note=note)


@router.get("/{person_id}/away")
async def ask_when(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    return await _away(request, session, await person_of(session, actor, person_id))


@router.post("/{person_id}/away")
async def be_away(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    person = await person_of(session, actor, person_id)
    form = await Form.of(request)
    typed = TypedAbsence(form.one("from_day"), form.one("until_day"), form.one("substitute"))
    known = await queries.colleagues_of(session, person)
    read = typed.read(person, frozenset(known))
    if isinstance(read, list):
        return await _away(request, session, person, typed, read)
    kept = [each for each in person.absences if each.until_at > clock.now()]
    await set_absences(session, actor, person_id=person_id, absences=(*kept, read), at=clock.now())
    t: Translator = request.state.t
    values = {"name": person.name, "substitute": known[read.substitute_id]}
    note = t.gettext("From that day on %(substitute)s gets what %(name)s would get.") % values
    return see_other(f"{PEOPLE}/{person_id}", note=note)


@router.get("/{person_id}/forget")
async def ask_to_forget(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    person = await person_of(session, actor, person_id)
    try:
        await must_be_forgettable(session, actor, person_id=person_id)
    except (TooFewAdministrators, StillOnStaff) as refusal:
        return await _forget_page(request, session, actor, person, refusal, status=200)
    return await _forget_page(request, session, actor, person)


@router.post("/{person_id}/forget")
async def forget(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    person = await person_of(session, actor, person_id)
    t: Translator = request.state.t
    try:
        async with session.begin_nested():  # whoever stays is not forgotten in part
            await forget_wholly(session, actor, person_id=person_id, at=clock.now())
    except (TooFewAdministrators, StillOnStaff) as refusal:
        await session.refresh(person)
        return await _forget_page(request, session, actor, person, refusal)
    return see_other(PEOPLE, note=t.gettext("The person is forgotten, here and in every service."))


async def _forget_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    person: Person,
    refusal: Conflict | None = None,
    *,
    status: int | None = None,
) -> Response:
    t: Translator = request.state.t
    appointments = await appointments_of(session, actor, person.mail)
    return render(
        request,
        "contacts/forget.html",
        status=status or (refusal.status if refusal else 200),
        person=person,
        left=sum(each.dismissed for each in appointments),
        refused=refusal.said(t.gettext) if refusal else "",
    )


async def _form(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    refusal: Invalid | Conflict | None = None,
    *,
    person: Person | None = None,
    lock: int = 0,
) -> Response:
    t: Translator = request.state.t
    own = await own_centres(session, actor)
    faults: list[Fault] = []
    if isinstance(refusal, Invalid):
        faults = said(refusal.faults, t, near(form))
    elif refusal is not None:
        faults = [Fault("", refusal.code, refusal.said(t.gettext))]
    return render(
        request,
        "contacts/form.html",
        status=refusal.status if refusal else 200,
        form=form,
        person=person,
        lock=lock,
        tongues=[(code, t.language_name(code)) for code in LANGUAGES],
        levels=[(level, level) for level in LEVELS],
        centres=[(each.code, each.name_en) for each in centres().values() if each.code in own],
        faults=faults,
    )


async def _away(
    request: Request,
    session: AsyncSession,
    person: Person,
    typed: TypedAbsence | None = None,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    others = await queries.colleagues_of(session, person)
    return render(
        request,
        "contacts/away.html",
        status=422 if faults else 200,
        person=person,
        typed=typed or TypedAbsence(),
        others=[(str(each), name) for each, name in others.items()],
        faults=said(faults or [], t),
    )


async def _shown(session: AsyncSession, person: Person) -> dict[str, Any]:
    substitutes = {each.substitute_id for each in person.absences}
    return {
        "person": person,
        "numbers": await queries.numbers_of(session, [person]),
        "functions": FUNCTIONS,
        "substitutes": await names_of_people(session, substitutes),
        "at": clock.now(),
    }
