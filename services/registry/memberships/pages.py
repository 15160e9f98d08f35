"""Pages of a cluster's members: the list of any day, adding one, ending a membership."""

from datetime import date, datetime, time
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.members import MemberDeclared
from contracts.vocabulary import LegalIdScheme, MemberKind, SizeClass
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at, zone_of
from services.registry.clusters import finding, regions
from services.registry.clusters.model import Cluster
from services.registry.forms import CORRECT, Form, said
from services.registry.memberships import queries, words
from services.registry.memberships.commands import end_membership
from services.registry.memberships.declaring import add_member
from services.registry.memberships.finding import Found, membership_of
from services.registry.memberships.queries import Wanted
from services.registry.memberships.stating import joining_of

router = APIRouter(prefix="/registry", include_in_schema=False)

SIZES: Final = (25, 50, 100)
# where a rule finds a fault → the field in which it is mended
NEAR: Final = {
    "/organisation/legal_id": "/organisation/legal_id/value",
    "/organisation/place": "/organisation/place/region",
    "/organisation/place/country": "/organisation/place/region",
    "/organisation/names": "/organisation/names/original",
    "/cluster": "/joined_day",
}
DAY: Final = mark("Give a day that exists, like 2027-03-16.")
REASON: Final = mark("Say why. The history keeps it.")


@router.get("/clusters/{key}/members")
async def members(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    q: str = "",
    kind: MemberKind | None = None,
    size_class: SizeClass | None = None,
    on: date | None = None,
    known_on: date | None = None,
    size: Annotated[int, Query()] = SIZES[0],
    after: Cursor = None,
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    today = await day_at(session, cluster.association, at=clock.now())
    day, wanted = on or today, Wanted(q.strip(), kind, size_class)
    counted = await queries.members_counted(session, cluster.id, day=day)
    shown: dict[str, Any] = {
        "cluster": cluster,
        "day": day,
        "today": today,
        "counted": counted,
        "words": words,
    }
    if not finding.sees_inside(actor, cluster):
        return render(request, "memberships/counts.html", **shown)
    known_at = await _end_of(session, cluster, known_on) if known_on else None
    rows, following = await queries.members_page(
        session,
        cluster.id,
        wanted,
        day=day,
        known_at=known_at,
        cursor=after,
        size=size if size in SIZES else SIZES[0],
    )
    t: Translator = request.state.t
    return render(
        request,
        "memberships/list.html",
        fragment="rows",
        **shown,
        rows=rows,
        following=following,
        total=await queries.members_count(session, cluster.id, wanted, day=day, known_at=known_at),
        wanted=wanted,
        known_on=known_on,
        filtered=wanted != Wanted() or on is not None or known_on is not None,
        size=size,
        sizes=[(str(each), str(each)) for each in SIZES],
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        size_classes=[(each.value, t.word(word)) for each, word in words.SIZES.items()],
        keeps=finding.may_keep(actor, cluster),
    )


@router.get("/clusters/{key}/members/new")
async def ask_whom(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _kept(session, actor, key)
    today = await day_at(session, cluster.association, at=clock.now())
    return _form(request, cluster, Form.filled(joined_day=today.isoformat()))


@router.post("/clusters/{key}/members/new")
async def add(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    cluster = await _kept(session, actor, key)
    form = await Form.of(request)
    try:
        declared = form.declared(
            MemberDeclared, more=_stated(form) | {"cluster": {"id": str(cluster.id)}}
        )
        events = await add_member(
            session, actor, joining_of(declared), key=str(cluster.id), at=clock.now()
        )
    except Invalid as refusal:
        return _form(request, cluster, form, refusal.faults)
    t: Translator = request.state.t
    note = (
        t.gettext("%(name)s is a member now.")
        if events
        else t.gettext("Nothing changed: %(name)s is a member already.")
    )
    name = declared.organisation.names.original
    return see_other(f"/registry/clusters/{cluster.number}/members", note=note % {"name": name})


@router.get("/memberships/{membership_id}/end")
async def ask_to_end(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await membership_of(session, actor, membership_id)
    finding.must_keep(actor, found.cluster)
    today = await day_at(session, found.cluster.association, at=clock.now())
    return _end_page(request, found, Form.filled(ended_day=today.isoformat()))


@router.post("/memberships/{membership_id}/end")
async def end(
    request: Request, session: Transaction, actor: PageActor, membership_id: UUID
) -> Response:
    found = await membership_of(session, actor, membership_id)
    form = await Form.of(request)
    try:
        day, reason = _leaving(form)
        await end_membership(
            session, actor, membership_id=membership_id, on=day, reason=reason, at=clock.now()
        )
    except Invalid as refusal:
        return _end_page(request, found, form, refusal.faults)
    t: Translator = request.state.t
    note = t.gettext("The membership of %(name)s ends on %(date)s.")
    name = found.organisation.name or t.word(words.TRADER)
    return see_other(
        f"/registry/clusters/{found.cluster.number}/members",
        note=note % {"name": name, "date": t.date(day)},
    )


async def _kept(session: AsyncSession, actor: Actor, key: str) -> Cluster:
    cluster = await finding.cluster_of(session, actor, key)
    finding.must_keep(actor, cluster)
    return cluster


async def _end_of(session: AsyncSession, cluster: Cluster, day: date) -> datetime:
    """The last instant of a day at the seat of the cluster's association."""
    zone = ZoneInfo(await zone_of(session, cluster.association))
    return datetime.combine(day, time.max, zone)


def _leaving(form: Form) -> tuple[date, str]:
    faults, day = [], date.min
    try:
        day = date.fromisoformat(form.one("ended_day"))
    except ValueError:
        faults.append(Fault("/ended_day", "TLK-D009", DAY))
    reason = form.one("reason").strip()
    if not reason:
        faults.append(Fault("/reason", "TLK-D001", REASON))
    if faults:
        raise Invalid(CORRECT, faults)
    return day, reason


def _stated(form: Form) -> dict[str, object]:
    """The organisation as it was typed, its region as a declaration writes it."""
    part = "organisation"
    choice = form.one(f"{part}/place/region")
    region = regions.read(choice)
    place: dict[str, object] = {"settlement": form.one(f"{part}/place/settlement").strip()}
    if region is not None:
        place |= {"region": region.model_dump(), "country": regions.country_of(choice)}
    names = {each: form.one(f"{part}/names/{each}").strip() for each in ("original", "en")}
    size_day = form.one(f"{part}/size_day")
    return {
        part: {
            "legal_id": {
                "scheme": form.one(f"{part}/legal_id/scheme"),
                "value": form.one(f"{part}/legal_id/value").strip(),
            },
            "names": {"original": names["original"], "en": names["en"] or names["original"]},
            "kind": form.one(f"{part}/kind"),
            "size_class": form.one(f"{part}/size_class") or SizeClass.UNKNOWN,
            "place": place,
            "sole_trader": bool(form.one(f"{part}/sole_trader")),
            **({"size_day": size_day} if size_day else {}),
        }
    }


def _form(
    request: Request, cluster: Cluster, form: Form, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "memberships/new.html",
        status=422 if faults else 200,
        cluster=cluster,
        form=form,
        schemes=[
            (each.value, each.value.partition("_")[2].upper())
            for each in LegalIdScheme
            if each.country == cluster.association
        ],
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        size_classes=[(each.value, t.word(word)) for each, word in words.SIZES.items()],
        places=regions.choices(
            t.language,
            countries=(cluster.association,),
            chosen=form.one("organisation/place/region"),
        ),
        faults=said(faults or [], t, NEAR),
    )


def _end_page(
    request: Request, found: Found, form: Form, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "memberships/end.html",
        status=422 if faults else 200,
        found=found,
        name=found.organisation.name or t.word(words.TRADER),
        form=form,
        faults=said(faults or [], t),
    )
