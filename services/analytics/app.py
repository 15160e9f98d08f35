"""Composition root of analytics: what it reads, counts, shows and streams."""

from datetime import datetime
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.analytics.dashboards import api as figures_api
from services.analytics.dashboards import pages
from services.analytics.facts import watermarks
from services.analytics.facts.consumers import analytics as consumer
from services.analytics.kpis.commands import define_kpis, report_figures
from services.analytics.kpis.definitions import SOURCES
from services.analytics.streams import api as streams_api
from services.analytics.streams.commands import count_visits
from services.analytics.streams.fanout import Fanout
from services.analytics.streams.queries import OFFERED
from services.chassis.app import Parts, make_app
from services.chassis.settings import Settings
from services.chassis.timers import Timer
from services.chassis.ui.i18n import Catalogues

HERE: Final = Path(__file__).parent
LOCALES: Final = HERE / "locales"


def analytics(settings: Settings) -> FastAPI:
    """The service as one application; nothing happens before it is started."""
    app = make_app(
        settings,
        Parts(
            title="Talka analytics",
            consumer=consumer,
            routers=(pages.router, figures_api.router, streams_api.router),
            timers=_timers(),
            background=(watermarks.watch,),
            templates=(HERE / "dashboards" / "templates",),
            locales=LOCALES,
        ),
    )
    app.state.streams = {
        topic: Fanout(app.state.worker_sessions, topic) for topic in OFFERED.values()
    }
    return app


def _timers() -> tuple[Timer, ...]:
    catalogues = Catalogues([LOCALES])

    async def define(session: AsyncSession, now: datetime) -> int:
        return await define_kpis(session, catalogues=catalogues, at=now)

    async def report(session: AsyncSession, now: datetime) -> int:
        return await report_figures(session, at=now)

    async def count(session: AsyncSession, now: datetime) -> int:
        return await count_visits(session, at=now)

    async def announce(session: AsyncSession, now: datetime) -> int:
        return await watermarks.announce(session, SOURCES, at=now)

    return (
        Timer("define figures", 3600, define),
        Timer("announce watermarks", 3600, announce),
        Timer("report figures", 10, report),
        Timer("count visits for the public", 2, count),
    )
