"""The worker's look at the web pages of profiles that await a review (V-2); never in a request."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import FastAPI
from sqlalchemy import Row, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ClusterState
from services.chassis import clock, guarded
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.clusters.webchecks import WebCheck

AT_ONCE: Final = 20
IDLE_SECONDS: Final = 30.0
STALE_AFTER: Final = timedelta(days=7)
AWAITED: Final = (ClusterState.SUBMITTED, ClusterState.IN_REVIEW, ClusterState.UNDER_REVISION)

LONGEST: Final = 80  # of the name of a language
# Pages are foreign: every run has an end, so that a hostile one costs no more than any other.
_HTML_LANG: Final = re.compile(
    rb"<html[^<>]{0,1000}?\slang\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9-]{1,80})", re.IGNORECASE
)
_IN_ENGLISH: Final = re.compile(
    rb"<link[^<>]{1,1000}?hreflang\s{0,9}=\s{0,9}[\"']?en\b", re.IGNORECASE
)
# BCP 47 extension T (RFC 6497) and the private tag of translating browsers
_MACHINE: Final = re.compile(r"-t-.{0,80}?\bt0\b|-x-mtfrom-", re.IGNORECASE)
_TRANSLATED: Final = re.compile(
    rb"<html[^<>]{0,1000}?class=[\"'][^\"'<>]{0,1000}?translated-(ltr|rtl)", re.IGNORECASE
)
PATTERNS: Final = (_HTML_LANG, _IN_ENGLISH, _MACHINE, _TRANSLATED)
_TRANSLATORS: Final = (".translate.goog",)


async def web_checks(app: FastAPI) -> None:
    """Look at the pages that are due, until cancelled."""
    while True:
        await check_pages(app.state.worker_sessions, clock.now())
        await asyncio.sleep(IDLE_SECONDS)


async def check_pages(sessions: Sessions, now: datetime) -> int:
    """Look at some pages that nobody has looked at lately; gives how many.

    No transaction is open while others' servers are asked. Two processes at it look twice at most,
    and what the earlier one found does not replace what the later one found.
    """
    async with sessions.begin() as session:
        due = await _due(session, now)
    found = await asyncio.gather(*(_look(each.address) for each in due))
    rows = [
        {"cluster_id": each.id, "association": each.association, "checked_at": now, **seen}
        for each, seen in zip(due, found, strict=True)
    ]
    async with sessions.begin() as session:
        await _keep(session, rows)
    return len(rows)


async def _keep(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write what was found, in one statement, unless somebody looked later and was quicker."""
    if not rows:
        return
    new = insert(WebCheck).values(sorted(rows, key=lambda row: row["cluster_id"]))
    found = {column.name: column for column in new.excluded if not column.primary_key}
    await session.execute(
        new.on_conflict_do_update(
            index_elements=[WebCheck.cluster_id],
            set_=found,
            where=WebCheck.checked_at <= new.excluded.checked_at,
        )
    )


def language_of(page: guarded.Fetched) -> str | None:
    """The language that the page states; English if it says that it has an English version."""
    stated = _HTML_LANG.search(page.body)
    header = page.headers.get("content-language")
    language = stated[1].decode() if stated else header and header[:LONGEST]
    if (language or "").lower().startswith("en") or not _IN_ENGLISH.search(page.body):
        return language
    return "en"


def is_machine_translated(page: guarded.Fetched, address: str) -> bool:
    """Whether the page says that a machine has translated it (D-10)."""
    stated = _HTML_LANG.search(page.body)
    host = urlsplit(address).hostname or ""
    return bool(
        host.endswith(_TRANSLATORS)
        or _TRANSLATED.search(page.body)
        or (stated and _MACHINE.search(stated[1].decode()))
    )


async def _due(session: AsyncSession, now: datetime) -> Sequence[Row[Any]]:
    address = func.coalesce(Cluster.pending["web"].astext, Cluster.profile["web"].astext)
    unseen = or_(
        WebCheck.cluster_id.is_(None),
        WebCheck.address != address,
        WebCheck.checked_at < now - STALE_AFTER,
    )
    rows = (
        select(Cluster.id, Cluster.association, address.label("address"))
        .outerjoin(WebCheck, WebCheck.cluster_id == Cluster.id)
        .where(Cluster.state.in_(AWAITED), unseen)
        .order_by(Cluster.changed_at, Cluster.id)
        .limit(AT_ONCE)
    )
    return (await session.execute(rows)).all()


async def _look(address: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "address": address,
        "status": None,
        "language": None,
        "machine_translated": False,
        "fault": None,
    }
    try:
        page = await guarded.fetch(address)
    except guarded.NotFetched as refusal:
        return found | {"fault": str(refusal)}
    return found | {
        "status": page.status,
        "language": language_of(page),
        "machine_translated": is_machine_translated(page, address),
    }
