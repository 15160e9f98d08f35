"""Pages of the keys with which an association's systems post and read."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.keys import DECLARE
from services.chassis.settings import Settings
from services.chassis.ui.i18n import Translator, Word
from services.chassis.ui.render import render, see_other
from services.registry.forms import day_of, said
from services.registry.staff import key_commands, queries
from services.registry.staff.forms import DAY
from services.registry.staff.key_commands import OVERLAP_USUALLY
from services.registry.staff.keys import ApiKey
from services.registry.staff.refusals import KeyLivesTooLong, OverlapTooLong

router = APIRouter(prefix="/registry/keys", include_in_schema=False)

SERVICES: Final = ("registry", "exchanges", "notifications", "analytics")
FEW_SIGNS: Final = 4
USUAL_LIFE: Final = timedelta(days=180)

SCOPES: Final = {
    "declarations:write": Word("scope", "Post declarations"),
    "snapshots:read": Word("scope", "Read lists and single records"),
    "streams:read": Word("scope", "Follow streams"),
    "exports:read": Word("scope", "Fetch exports"),
}
STATES: Final = {
    "active": (Word("key state", "Active"), "ok"),
    "expiring": (Word("key state", "Expires soon"), "warn"),
    "expired": (Word("key state", "Expired"), "done"),
    "revoked": (Word("key state", "Revoked"), "off"),
}

OPEN: Final = frozenset({"active", "expiring"})

NAME: Final = mark("Say which system will use the key.")
SERVICE: Final = mark("Choose at least one service.")
SCOPE: Final = mark("Choose at least one thing that the key may do.")


class TypedKey(BaseModel):
    """What somebody typed into the form for a new key."""

    name: str = ""
    services: list[str] = []
    scopes: list[str] = []
    expires_on: str = ""

    def faults(self) -> list[Fault]:
        """What is missing before the key can be made."""
        needed = (
            ("/name", "TLK-D001", NAME, self.name.strip()),
            ("/services", "TLK-D006", SERVICE, set(self.services).intersection(SERVICES)),
            ("/scopes", "TLK-D006", SCOPE, set(self.scopes).intersection(SCOPES)),
            ("/expires_on", "TLK-D009", DAY, day_of(self.expires_on)),
        )
        return [Fault(pointer, code, text) for pointer, code, text, given in needed if not given]

    def expires_at(self, zone: str) -> datetime:
        """The end of the day that was typed, in that zone."""
        day = day_of(self.expires_on) or date.min
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


@router.get("")
async def keys(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    rows = await queries.keys_of(session, actor, at=clock.now())
    left = sum(row.owner_dismissed and row.state in OPEN for row in rows)
    return render(
        request, "staff/keys.html", rows=rows, scopes=SCOPES, states=STATES, open=OPEN, left=left
    )


@router.get("/new")
async def new_key(request: Request, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    until = (clock.now() + USUAL_LIFE).date().isoformat()
    return _form(request, TypedKey(services=["registry"], scopes=[DECLARE], expires_on=until))


@router.post("/new")
async def issue_key(
    request: Request, session: Transaction, actor: PageActor, typed: Annotated[TypedKey, Form()]
) -> Response:
    actor.must_be(BACK_OFFICE)
    faults = typed.faults()
    if faults:
        return _form(request, typed, faults)
    t: Translator = request.state.t
    try:
        made, secret = await key_commands.issue_key(
            session,
            actor,
            name=typed.name.strip(),
            owner_id=UUID(actor.id.removeprefix("staff:")),
            scopes=frozenset(typed.scopes),
            services=frozenset(typed.services).intersection(SERVICES),
            expires_at=typed.expires_at(t.zone),
            at=clock.now(),
        )
    except KeyLivesTooLong as refusal:
        return _form(request, typed, [Fault("/expires_on", refusal.code, refusal.text)])
    return _made(request, made, secret)


@router.get("/{key_id}")
async def key(request: Request, session: Transaction, actor: PageActor, key_id: UUID) -> Response:
    actor.must_be(BACK_OFFICE)
    row = await queries.key_of(session, actor, key_id, at=clock.now())
    running: Settings = request.app.state.settings
    return render(
        request,
        "staff/key.html",
        row=row,
        scopes=SCOPES,
        states=STATES,
        open=OPEN,
        services=[name for name in SERVICES if name in running.services],
    )


@router.get("/{key_id}/rotate")
async def ask_to_rotate(
    request: Request, session: Transaction, actor: PageActor, key_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    row = await queries.key_of(session, actor, key_id, at=clock.now())
    return render(request, "staff/key_rotate.html", row=row, days=str(OVERLAP_USUALLY))


@router.post("/{key_id}/rotate")
async def rotate(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key_id: UUID,
    days: Annotated[str, Form()] = "",
) -> Response:
    actor.must_be(BACK_OFFICE)
    now = clock.now()
    row = await queries.key_of(session, actor, key_id, at=now)
    old_valid_days = int(days) if days.isdecimal() and len(days) < FEW_SIGNS else 0
    try:
        made, secret = await key_commands.rotate_key(
            session, actor, key_id=key_id, old_valid_days=old_valid_days, at=now
        )
    except OverlapTooLong as refusal:
        t: Translator = request.state.t
        faults = [Fault("/days", refusal.code, refusal.said(t.gettext))]
        return render(
            request, "staff/key_rotate.html", status=422, row=row, days=days, faults=faults
        )
    return _made(request, made, secret)


@router.post("/{key_id}/owner")
async def take_over(
    request: Request, session: Transaction, actor: PageActor, key_id: UUID
) -> Response:
    taken = await key_commands.take_over_key(session, actor, key_id=key_id, at=clock.now())
    t: Translator = request.state.t
    note = t.gettext("From now on you answer for the key %(name)s.")
    return see_other(f"/registry/keys/{key_id}", note=note % {"name": taken.name})


@router.get("/{key_id}/revoke")
async def ask_to_revoke(
    request: Request, session: Transaction, actor: PageActor, key_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    row = await queries.key_of(session, actor, key_id, at=clock.now())
    return render(request, "staff/key_revoke.html", row=row)


@router.post("/{key_id}/revoke")
async def revoke_key(
    request: Request, session: Transaction, actor: PageActor, key_id: UUID
) -> Response:
    revoked = await key_commands.revoke_key(session, actor, key_id=key_id, at=clock.now())
    t: Translator = request.state.t
    note = t.gettext("The key %(name)s is revoked; within a second nothing opens with it.")
    return see_other(f"/registry/keys/{key_id}", note=note % {"name": revoked.name})


def _made(request: Request, key: ApiKey, secret: str) -> Response:
    """The key, this once."""
    page = render(request, "staff/key_made.html", key=key, secret=secret)
    page.headers["Cache-Control"] = "no-store"
    return page


def _form(request: Request, typed: TypedKey, faults: list[Fault] | None = None) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "staff/key_new.html",
        status=422 if faults else 200,
        typed=typed,
        services=[(name, name.capitalize()) for name in SERVICES],
        scopes=[(scope, t.word(word)) for scope, word in SCOPES.items()],
        faults=said(faults or [], t),
    )
