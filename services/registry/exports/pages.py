"""Files of the lists: always these rows, by this filter, and only what the reader may see."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from services.chassis import clock, sheets
from services.chassis.http import PageActor, Transaction
from services.registry.associations.queries import day_at, today_for
from services.registry.clusters import finding, queries
from services.registry.clusters.searching import Search
from services.registry.exports.member_sheet import member_lines
from services.registry.exports.sheet import lines_of
from services.registry.memberships.finding import must_see_members
from services.registry.memberships.listing import Search as MemberSearch
from services.registry.memberships.queries import all_members

router = APIRouter(prefix="/registry/clusters", include_in_schema=False)


class Format(StrEnum):
    """As which kind of file."""

    XLSX = "xlsx"
    CSV = "csv"


WRITERS: Final[Mapping[Format, tuple[Callable[[sheets.Lines], bytes], str]]] = {
    Format.XLSX: (sheets.as_xlsx, sheets.XLSX),
    Format.CSV: (sheets.as_csv, sheets.CSV),
}


@router.get("/export.{kind}")
async def clusters(
    kind: Format, session: Transaction, actor: PageActor, wanted: Search
) -> Response:
    found = await queries.all_clusters(session, actor, wanted)
    today = await today_for(session, actor, at=clock.now())
    return await _file("clusters", kind, today, lines_of(found, refs_of=actor.association))


@router.get("/{key}/members/export.{suffix}")
async def members(
    key: str, suffix: Format, session: Transaction, actor: PageActor, asked: MemberSearch
) -> Response:
    cluster = await finding.cluster_of(session, actor, key)
    must_see_members(actor, cluster)
    today = await day_at(session, cluster.association, at=clock.now())
    found = await all_members(
        session,
        cluster.id,
        asked.wanted,
        day=asked.on or today,
        known_at=await asked.known_at(session, cluster),
    )
    return await _file(f"members-{cluster.number}", suffix, today, member_lines(found, cluster))


async def _file(what: str, kind: Format, today: date, lines: sheets.Lines) -> Response:
    write, media_type = WRITERS[kind]
    body = await asyncio.to_thread(write, lines)
    name = f"{what}-{today}.{kind}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=disposition)
