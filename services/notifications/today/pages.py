"""Today: the home of coordinators and back offices, one line for each thing that waits."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary import text_in
from services.chassis import clock
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.navigation import home
from services.chassis.ui.render import render, see_other
from services.notifications.today import commands, queries
from services.notifications.today.queries import Group
from services.notifications.today.words import GROUPS, act, what

HERE = "/notifications/today"

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def today(request: Request, session: Transaction, actor: PageActor) -> Response:
    elsewhere = _home(request, actor)
    if elsewhere != HERE:
        return RedirectResponse(elsewhere, 303)
    t: Translator = request.state.t
    at = clock.now()
    groups: dict[Group, list[queries.TaskRow]] = {group: [] for group in Group}
    for row in await queries.open_tasks(session, actor):
        groups[queries.group_of(row.task.due_at, at=at, zone=t.zone)].append(row)
    return render(
        request,
        "today/today.html",
        groups={group: rows for group, rows in groups.items() if rows},
        done=await queries.just_done(session, actor, at=at),
        upcoming=await queries.next_visit(session, actor, at=at),
        last_news=await queries.last_news(session),
        words=GROUPS,
        what=what,
        act=act,
        text_in=text_in,
    )


@router.post("/{task_id}/done")
async def finish(
    request: Request, session: Transaction, actor: PageActor, task_id: UUID
) -> Response:
    await commands.finish_task(session, actor, id_=task_id, at=clock.now())
    t: Translator = request.state.t
    return see_other(HERE, note=t.gettext("Done. You can take it back below for a day."))


@router.post("/{task_id}/undo")
async def undo(request: Request, session: Transaction, actor: PageActor, task_id: UUID) -> Response:
    await commands.reopen_task(session, actor, id_=task_id, at=clock.now())
    t: Translator = request.state.t
    return see_other(HERE, note=t.gettext("The task is open again."))


def _home(request: Request, actor: Actor) -> str:
    settings = request.app.state.settings
    return home("notifications", settings.services, actor.roles)
