"""The page of a cluster's members on any day, as known now or then; others see how many alone."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.vocabulary import MemberKind, SizeClass
from services.chassis import clock
from services.chassis.http import PageActor, Transaction
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render
from services.registry.associations.queries import day_at, zone_of
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.memberships import queries, words
from services.registry.memberships.queries import Wanted

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)

SIZES: Final = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which members somebody asks for, on which day, and as it was known on which."""

    q: str = ""
    kind: MemberKind | None = None
    size_class: SizeClass | None = None
    on: date | None = None
    known_on: date | None = None
    size: Annotated[int, Query()] = SIZES[0]

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.q.strip(), self.kind, self.size_class)

    @property
    def filtered(self) -> bool:
        return self.wanted != Wanted() or self.on is not None or self.known_on is not None


@router.get("/{key}/members")
async def members(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    asked: Annotated[Asked, Depends()],
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
    known_at = await _end_of(session, cluster, asked.known_on)
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
        size=size,
        today=today,
        keeps=finding.may_keep(actor, cluster),
        **_choices(request.state.t),
        **shown,
    )


def _choices(t: Translator) -> dict[str, Any]:
    return {
        "sizes": [(str(each), str(each)) for each in SIZES],
        "kinds": [(each.value, t.word(word)) for each, word in words.KINDS.items()],
        "size_classes": [(each.value, t.word(word)) for each, word in words.SIZES.items()],
    }


async def _end_of(session: AsyncSession, cluster: Cluster, day: date | None) -> datetime | None:
    """The last instant of a day at the seat of the cluster's association."""
    if day is None:
        return None
    zone = ZoneInfo(await zone_of(session, cluster.association))
    return datetime.combine(day, time.max, zone)
