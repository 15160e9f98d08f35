"""Pages of the acts on one membership: it ends, its days are put right, it never was."""

from datetime import date
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Conflict, Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at
from services.registry.clusters import finding
from services.registry.forms import CORRECT, Form, said
from services.registry.memberships import words
from services.registry.memberships.commands import (
    correct_membership,
    end_membership,
    withdraw_membership,
)
from services.registry.memberships.finding import Found, membership_of
from services.registry.memberships.model import Span

router = APIRouter(prefix="/registry/memberships/{membership_id}", include_in_schema=False)

DAY: Final = mark("Give a day that exists, like 2027-03-16.")
REASON: Final = mark("Say why. The history keeps it.")
ENDED: Final = mark("The end of the membership of {name} is kept.")
CORRECTED: Final = mark("The days of {name} are put right, also for the past.")
WITHDRAWN: Final = mark("{name} never was a member; its days count no more.")


@router.get("/end")
async def ask_to_end(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await _kept(session, actor, membership_id)
    today = await day_at(session, found.cluster.association, at=clock.now())
    return _page(request, "end", found, Form.filled(ended_day=today.isoformat()))


@router.post("/end")
async def end(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await _kept(session, actor, membership_id)
    form = await Form.of(request)
    try:
        (day,), reason = _typed(form, "ended_day")
        await end_membership(
            session,
            actor,
            membership_id=membership_id,
            on=day,
            reason=reason,
            lock=form.lock(),
            at=clock.now(),
        )
    except (Invalid, Conflict) as refusal:
        return await _refused(request, session, "end", found, form=form, refusal=refusal)
    return _done(request, found, ENDED)


@router.get("/correct")
async def ask_for_days(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await _kept(session, actor, membership_id)
    days = found.membership.days
    ended = days.ended_day.isoformat() if days.ended_day else ""
    form = Form.filled(joined_day=days.joined_day.isoformat(), ended_day=ended)
    return _page(request, "correct", found, form)


@router.post("/correct")
async def correct(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await _kept(session, actor, membership_id)
    form = await Form.of(request)
    try:
        asked = ("joined_day", "ended_day") if form.one("ended_day") else ("joined_day",)
        days, reason = _typed(form, *asked)
        await correct_membership(
            session,
            actor,
            membership_id=membership_id,
            days=Span(*days),
            reason=reason,
            lock=form.lock(),
            at=clock.now(),
        )
    except (Invalid, Conflict) as refusal:
        return await _refused(request, session, "correct", found, form=form, refusal=refusal)
    return _done(request, found, CORRECTED)


@router.get("/withdraw")
async def ask_to_withdraw(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await _kept(session, actor, membership_id)
    return _page(request, "withdraw", found, Form({}))


@router.post("/withdraw")
async def withdraw(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await _kept(session, actor, membership_id)
    form = await Form.of(request)
    try:
        _, reason = _typed(form)
        await withdraw_membership(
            session,
            actor,
            membership_id=membership_id,
            reason=reason,
            lock=form.lock(),
            at=clock.now(),
        )
    except (Invalid, Conflict) as refusal:
        return await _refused(request, session, "withdraw", found, form=form, refusal=refusal)
    return _done(request, found, WITHDRAWN)


async def _kept(session: AsyncSession, actor: Actor, membership_id: UUID) -> Found:
    found = await membership_of(session, actor, membership_id)
    finding.must_keep(actor, found.cluster)
    return found


def _typed(form: Form, *days: str) -> tuple[list[date], str]:
    """The days of these fields and the reason, as they were typed."""
    faults, given = [], []
    for name in days:
        try:
            given.append(date.fromisoformat(form.one(name)))
        except ValueError:
            faults.append(Fault(f"/{name}", "TLK-D009", DAY))
    reason = form.one("reason").strip()
    if not reason:
        faults.append(Fault("/reason", "TLK-D001", REASON))
    if faults:
        raise Invalid(CORRECT, faults)
    return given, reason


async def _refused(
    request: Request,
    session: AsyncSession,
    page: str,
    found: Found,
    *,
    form: Form,
    refusal: Invalid | Conflict,
) -> Response:
    """The form as it was typed; after somebody was faster, beside the days as they are now."""
    if isinstance(refusal, Invalid):
        return _page(request, page, found, form, faults=refusal.faults)
    await session.refresh(found.membership)
    return _page(request, page, found, form, changed=True)


def _done(request: Request, found: Found, note: str) -> Response:
    t: Translator = request.state.t
    name = found.organisation.name or t.word(words.TRADER)
    address = f"/registry/clusters/{found.cluster.number}/members"
    return see_other(address, note=t.gettext(note).format(name=name))


def _page(
    request: Request,
    page: str,
    found: Found,
    form: Form,
    *,
    faults: list[Fault] | None = None,
    changed: bool = False,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        f"memberships/{page}.html",
        status=409 if changed else 422 if faults else 200,
        found=found,
        name=found.organisation.name or t.word(words.TRADER),
        lock=found.membership.lock if changed else form.one("lock") or found.membership.lock,
        changed=changed,
        form=form,
        faults=said(faults or [], t),
    )
