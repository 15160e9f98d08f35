"""The page of a cluster's members on any day, as known now or then; others see how many alone."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.chassis import clock
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render
from services.registry.associations.queries import day_at
from services.registry.clusters import finding
from services.registry.memberships import queries, words
from services.registry.memberships.listing import SIZES, Search

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)


@router.get("/{key}/members")
async def members(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    asked: Search,
    after: Cursor = None,
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    today = await day_at(session, cluster.association, at=clock.now())
    day = asked.on or today
    counted = await queries.members_counted(session, cluster.id, day=day)
    shown: dict[str, Any] = {"cluster": cluster, "day": day, "counted": counted, "words": words}
    if not finding.sees_inside(actor, cluster):
        return render(request, "memberships/counts.html", **shown)
    size = asked.size if asked.size in SIZES else SIZES[0]
    known_at = await asked.known_at(session, cluster)
    rows, following = await queries.members_page(
        session, cluster.id, asked.wanted, day=day, known_at=known_at, cursor=after, size=size
    )
    return render(
        request,
        "memberships/list.html",
        fragment="rows",
        rows=rows,
        following=following,
        total=await queries.members_count(
            session, cluster.id, asked.wanted, day=day, known_at=known_at
        ),
        asked=asked,
        export=f"?{request.url.query}" if request.url.query else "",
        size=size,
        today=today,
        keeps=finding.may_keep(actor, cluster),
        imports=actor.is_(BACK_OFFICE, of=cluster.association),
        **_choices(request.state.t),
        **shown,
    )


def _choices(t: Translator) -> dict[str, Any]:
    return {
        "sizes": [(str(each), str(each)) for each in SIZES],
        "kinds": [(each.value, t.word(word)) for each, word in words.KINDS.items()],
        "size_classes": [(each.value, t.word(word)) for each, word in words.SIZES.items()],
    }
