"""Files of the lists: always these rows, by this filter, and only what the reader may see."""

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from services.chassis import clock, sheets
from services.chassis.http import PageActor, Transaction
from services.registry.clusters import queries
from services.registry.clusters.searching import Search
from services.registry.exports.sheet import lines_of

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
    write, media_type = WRITERS[kind]
    body = await asyncio.to_thread(write, lines_of(found, refs_of=actor.association))
    name = f"clusters-{clock.now().date()}.{kind}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=disposition)
