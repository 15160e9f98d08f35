"""Exchanges as one application."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.chassis.app import Parts, make_app
from services.chassis.settings import Settings
from services.exchanges.consumers import consumer
from services.exchanges.copies import api as copies_api
from services.exchanges.participants import api as participants_api
from services.exchanges.people import api as people_api
from services.exchanges.people import pages as people_pages
from services.exchanges.visits import api, calendar_api
from services.exchanges.visits.intake import exchanges_intake
from services.exchanges.visits.pages.routers import FOLLOWED, PAGES
from services.exchanges.visits.timers import TIMERS

HERE: Final = Path(__file__).parent


def exchanges(settings: Settings) -> FastAPI:
    """Visits between clusters: planned, signed, held."""
    people = (people_api.router, participants_api.router)
    interfaces = (api.router, copies_api.router, *people, calendar_api.router)
    return make_app(
        settings,
        Parts(
            title="Talka exchanges",
            consumer=consumer,
            routers=[*interfaces, calendar_api.files, *PAGES, people_pages.router],
            timers=TIMERS,
            templates=[HERE / room / "templates" for room in ("visits", "people")],
            followed=FOLLOWED,
            locales=HERE / "locales",
            intake=exchanges_intake,
        ),
    )
