"""Pages of organisations: one with its numbers, memberships and history; merges, and requests."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.vocabulary import MemberKind, SizeClass
from services.chassis import clock
from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.clusters import words as cluster_words
from services.registry.forms import CORRECT, Form, said
from services.registry.imported import ByImport
from services.registry.memberships import asking, differing, words
from services.registry.memberships.merging import merge_organisations
from services.registry.memberships.queries import belongings_of
from services.registry.organisations import queries, story
from services.registry.organisations.model import Organisation
from services.registry.organisations.requests import MergeRequest, RequestState

router = APIRouter(prefix="/registry/organisations", include_in_schema=False)

SIZE: Final = 50
REASON: Final = mark("Say why. The history keeps it.")
INTO: Final = mark("Give the number of the organisation that stays, like OR-20417.")


@router.get("")
async def all_organisations(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    kind: MemberKind | None = None,
    size_class: SizeClass | None = None,
    imported: ByImport = "",
    after: Cursor = None,
) -> Response:
    wanted = queries.Wanted(q.strip(), kind, size_class, imported)
    rows, following = await queries.organisations_page(
        session, actor, wanted, cursor=after, size=SIZE
    )
    t: Translator = request.state.t
    return render(
        request,
        "organisations/list.html",
        rows=rows,
        following=following,
        total=await queries.organisations_count(session, actor, wanted),
        wanted=wanted,
        filtered=wanted != queries.Wanted(),
        waiting=await asking.requests_waiting(session, actor),
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        size_classes=[(each.value, t.word(word)) for each, word in words.SIZES.items()],
        enters=actor.is_(BACK_OFFICE),
        words=words,
    )


@router.get("/requests")
async def all_requests(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    state: RequestState | None = None,
    after: Cursor = None,
) -> Response:
    rows, following = await asking.requests_page(
        session, actor, state=state, cursor=after, size=SIZE
    )
    t: Translator = request.state.t
    return render(
        request,
        "organisations/requests.html",
        rows=rows,
        following=following,
        state=state,
        states=[(each.value, t.word(word)) for each, (word, _) in words.REQUESTS.items()],
        words=words,
    )


@router.get("/requests/{request_id}")
async def one_request(
    request: Request, session: Transaction, actor: PageActor, request_id: UUID
) -> Response:
    asked = await asking.request_of(session, actor, request_id)
    return await _request_page(request, session, actor, asked)


@router.post("/requests/{request_id}/accept")
async def accept(
    request: Request, session: Transaction, actor: PageActor, request_id: UUID
) -> Response:
    done = await asking.accept_merge(session, actor, request_id=request_id, at=clock.now())
    t: Translator = request.state.t
    note = t.gettext("Both are one organisation from now on; %(association)s can count it.")
    return see_other(
        "/registry/organisations/requests", note=note % {"association": done.association}
    )


@router.post("/requests/{request_id}/decline")
async def decline(
    request: Request, session: Transaction, actor: PageActor, request_id: UUID
) -> Response:
    form = await Form.of(request)
    reason = form.one("reason").strip()
    asked = await asking.request_of(session, actor, request_id)
    if not reason:
        faults = [Fault("/reason", "TLK-D001", REASON)]
        return await _request_page(request, session, actor, asked, faults)
    await asking.decline_merge(session, actor, request_id=request_id, reason=reason, at=clock.now())
    t: Translator = request.state.t
    note = t.gettext("The request of %(association)s is declined.")
    return see_other(
        "/registry/organisations/requests", note=note % {"association": asked.association}
    )


@router.get("/{key}")
async def one_organisation(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    organisation = await queries.organisation_of(session, actor, key)
    t: Translator = request.state.t
    told = await story.of_organisation(session, actor, organisation)
    survivor = await _survivor(session, actor, organisation)
    return render(
        request,
        "organisations/organisation.html",
        organisation=organisation,
        name=_name(organisation, t),
        survivor=survivor,
        belongings=await belongings_of(session, actor, organisation.id),
        story=[
            {
                "text": words.happened(each, t),
                "at": each.time,
                "who": words.who(each, t),
                "changes": changes,
            }
            for each, changes in zip(told, differing.changes(told, t), strict=True)
        ],
        keeps=actor.is_(BACK_OFFICE, of=organisation.association) and survivor is None,
        words=words,
        country=cluster_words.country(organisation.place.country, t),
    )


@router.get("/{key}/merge")
async def ask_into_which(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    organisation = await queries.organisation_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=organisation.association)
    return await _merge_page(request, session, actor, organisation, form=Form({}))


@router.post("/{key}/merge")
async def merge(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    organisation = await queries.organisation_of(session, actor, key)
    form = await Form.of(request)
    try:
        into, reason = _which(form)
        survivor = await merge_organisations(
            session,
            actor,
            key=key,
            into=into,
            reason=reason,
            lock=form.lock(),
            at=clock.now(),
        )
    except Invalid as refusal:
        found = refusal.faults or [Fault("/into", refusal.code, refusal.text)]
        return await _merge_page(request, session, actor, organisation, form=form, faults=found)
    except (NotFound, Conflict) as refusal:
        found = [Fault("/into", refusal.code, refusal.text, values=refusal.values)]
        return await _merge_page(
            request, session, actor, organisation, form=form, faults=found, status=refusal.status
        )
    t: Translator = request.state.t
    note = t.gettext("%(gone)s is one with %(number)s from now on.")
    values = {"gone": organisation.number, "number": survivor.number}
    return see_other(f"/registry/organisations/{survivor.number}", note=note % values)


def _which(form: Form) -> tuple[str, str]:
    """The organisation that stays, and the reason."""
    typed = {name: form.one(name).strip() for name in ("into", "reason")}
    wanted = {"into": INTO, "reason": REASON}
    faults = [
        Fault(f"/{name}", "TLK-D001", text) for name, text in wanted.items() if not typed[name]
    ]
    if faults:
        raise Invalid(CORRECT, faults)
    return typed["into"], typed["reason"]


async def _survivor(
    session: AsyncSession, actor: Actor, organisation: Organisation
) -> Organisation | None:
    if organisation.merged_into is None:
        return None
    return await queries.organisation_of(session, actor, str(organisation.merged_into))


async def _merge_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    *,
    form: Form,
    faults: list[Fault] | None = None,
    status: int = 422,
) -> Response:
    t: Translator = request.state.t
    belongings = await belongings_of(session, actor, organisation.id)
    return render(
        request,
        "organisations/merge.html",
        status=status if faults else 200,
        organisation=organisation,
        name=_name(organisation, t),
        following=sum(each.days.ended_day is None for each in belongings),
        form=form,
        faults=said(faults or [], t),
    )


async def _request_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    asked: MergeRequest,
    faults: list[Fault] | None = None,
) -> Response:
    decides = actor.is_(BACK_OFFICE, of=asked.association_asked)
    t: Translator = request.state.t
    other = None
    if actor.association == asked.association_asked or actor.reads_across:
        other = await queries.organisation_of(session, actor, str(asked.other_id))
    return render(
        request,
        "organisations/request.html",
        status=422 if faults else 200,
        asked=asked,
        other=other,
        decides=decides and asked.state is RequestState.REQUESTED,
        words=words,
        faults=said(faults or [], t),
    )


def _name(organisation: Organisation, t: Translator) -> str:
    return organisation.name or t.word(words.TRADER)
