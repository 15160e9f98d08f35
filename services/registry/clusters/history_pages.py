"""The page of a cluster's history: what happened, and how it was on any past day."""

from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render
from services.registry.associations.queries import day_at
from services.registry.clusters import finding, story, words
from services.registry.clusters.differing import differences
from services.registry.clusters.pasts import Past, past_of
from services.registry.clusters.refusals import ClusterNotFound
from services.registry.forms import said

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)

NO_DAY: Final = mark("Give a day that exists, like 2027-03-16.")
AHEAD: Final = mark("This day has not come yet.")


@router.get("/{key}/history")
async def history(
    request: Request, session: Transaction, actor: PageActor, key: str, on: str = ""
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    t: Translator = request.state.t
    day, faults = _day(on, today=await day_at(session, cluster.association, at=clock.now()))
    past: Past | None = None
    if day is not None:
        try:
            past = await past_of(session, cluster, on=day)
        except ClusterNotFound as refusal:
            faults = [Fault("/on", refusal.code, refusal.text, values=refusal.values)]
    told = await story.of_cluster(session, actor, cluster)
    return render(
        request,
        "clusters/history.html",
        status=422 if faults else 200,
        cluster=cluster,
        on=on,
        past=past,
        facts=words.facts(past.profile, t) if past else [],
        differences=differences(past.profile, cluster.profile, t) if past else [],
        story=[
            {"text": words.happened(each, t), "at": each.time, "who": words.who(each, t)}
            for each in told
        ],
        words=words,
        faults=said(faults, t),
    )


def _day(text: str, *, today: date) -> tuple[date | None, list[Fault]]:
    if not text:
        return None, []
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, [Fault("/on", "TLK-D009", NO_DAY)]
    if day > today:
        return None, [Fault("/on", "TLK-D062", AHEAD)]
    return day, []
