"""The schedule as a month, a week by host, or a list; and the calendar that follows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary import COUNTRIES, VisitState, text_in
from services.chassis import clock
from services.chassis.filters import Country
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.paging import Cursor
from services.chassis.ui import calendar
from services.chassis.ui.calendar import Month
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render
from services.exchanges.copies.queries import clusters_as_of
from services.exchanges.visits import schedule
from services.exchanges.visits.access import COORDINATOR
from services.exchanges.visits.calendar_api import feed_address
from services.exchanges.visits.commands.subscribing import LASTS, subscribe
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.days_off import holidays_of
from services.exchanges.visits.schedule import Entry, Wanted

router = APIRouter(prefix="/exchanges", include_in_schema=False)

View = Literal["month", "week", "list"]
ROWS = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    view: View = "month"
    on: date | None = None
    host: Country = ""
    guest: Country = ""
    state: Annotated[list[VisitState] | None, Query()] = None
    mine: bool = False
    q: str = ""
    after: Cursor = None

    @property
    def wanted(self) -> Wanted:
        """The filters."""
        return Wanted(self.host, self.guest, self.q.strip(), self.mine, frozenset(self.state or ()))


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are looked at, their name, and where one turns to from there."""

    on: date
    today: date
    first: date
    last: date | None
    name: str
    previous: date
    next: date


@router.get("/")
async def begin(_: PageActor) -> Response:
    return RedirectResponse("/exchanges/schedule", 303)


@router.get("/schedule")
async def show(
    request: Request,
    session: Transaction,
    actor: PageActor,
    asked: Annotated[Asked, Depends()],
) -> Response:
    t: Translator = request.state.t
    today = clock.now().astimezone(ZoneInfo(t.zone)).date()
    period = _period(asked, today, t)
    entries, following = await _entries(session, actor, asked, period)
    return render(
        request,
        "visits/schedule.html",
        fragment="period",
        asked=asked,
        wanted=asked.wanted,
        filtered=asked.wanted != Wanted(),
        period=period,
        entries=entries,
        following=following,
        upcoming=None if entries else await _upcoming(session, actor, period),
        as_of=await clusters_as_of(session),
        may_plan=actor.is_(COORDINATOR),
        countries=words.countries(t, COUNTRIES),
        states=[(state.value, t.word(word)) for state, (word, _) in words.STATES.items()],
        words=words,
        title_of=lambda entry: text_in(entry.title, t.language),
        **_laid_out(asked.view, entries, period, t),
    )


@router.get("/schedule/subscribe")
async def ask_to_subscribe(request: Request, _: PageActor) -> Response:
    return render(request, "visits/subscribe.html", address="", lasts_days=LASTS.days)


@router.post("/schedule/subscribe")
async def make_subscription(request: Request, session: Transaction, actor: PageActor) -> Response:
    settings = request.app.state.settings
    link = await subscribe(session, actor, link_key=settings.link_key, at=clock.now())
    answer = render(
        request,
        "visits/subscribe.html",
        address=feed_address(settings, link),
        lasts_days=LASTS.days,
    )
    answer.headers["Cache-Control"] = "no-store"  # the address is shown this once
    return answer


def _period(asked: Asked, today: date, t: Translator) -> Period:
    on = asked.on or today
    month = Month(on.replace(day=1))
    if asked.view == "week":
        first, last = schedule.week_of(on)
        week = timedelta(days=7)
        return Period(on, today, first, last, t.interval(first, last), first - week, first + week)
    if asked.view == "month":
        first, last = schedule.month_of(on)
        return Period(
            on, today, first, last, t.date(month.first, "month"), month.previous, month.next
        )
    return Period(on, today, on, None, t.date(on), month.previous, month.next)


async def _entries(
    session: AsyncSession, actor: Actor, asked: Asked, period: Period
) -> tuple[Sequence[Entry], str | None]:
    if period.last is not None:
        found = await schedule.schedule(
            session, actor, asked.wanted, first=period.first, last=period.last
        )
        return found, None
    return await schedule.schedule_page(
        session, actor, asked.wanted, since=period.first, cursor=asked.after, size=ROWS
    )


async def _upcoming(session: AsyncSession, actor: Actor, period: Period) -> Entry | None:
    return await schedule.next_after(session, actor, period.last or period.first)


def _laid_out(
    view: View, entries: Sequence[Entry], period: Period, t: Translator
) -> dict[str, Any]:
    """The entries as the template of the view wants them."""
    match view:
        case "month":
            return {"month": _month(entries, period, t)}
        case "week":
            by_host = sorted(entries, key=lambda entry: entry.host_association)
            return {
                "lanes": [
                    (host, _week(list(visits), period, t))
                    for host, visits in groupby(by_host, key=lambda entry: entry.host_association)
                ]
            }
        case "list":
            weeks = groupby(entries, key=lambda entry: schedule.week_of(entry.first_day))
            return {"weeks": [(t.interval(*days), list(visits)) for days, visits in weeks]}


def _month(entries: Sequence[Entry], period: Period, t: Translator) -> Month:
    bars = [_bar(entry, t) for entry in entries]
    hosts = {entry.host_association for entry in entries}
    off = holidays_of(hosts, first=period.first, last=period.last or period.first, t=t)
    return calendar.month_of(period.on, bars, today=period.today, holidays=off)


def _week(entries: Sequence[Entry], period: Period, t: Translator) -> Month:
    """The one week of a month that is looked at."""
    month = _month(entries, period, t)
    return Month(month.first, [week for week in month.weeks if week.days[0].on == period.first])


def _bar(entry: Entry, t: Translator) -> calendar.Entry:
    word, kind = words.STATES[entry.state]
    return calendar.Entry(
        first=entry.first_day,
        last=entry.last_day,
        title=text_in(entry.title, t.language),
        address=f"/exchanges/visits/{entry.number}",
        route=f"{entry.visitor_association} → {entry.host_association}",
        kind=kind,
        word=t.word(word),
    )
