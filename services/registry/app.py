"""The registry as one application."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.chassis.app import Parts, make_app
from services.chassis.settings import Settings
from services.registry import rooms
from services.registry.clusters import (
    act_api,
    act_pages,
    api,
    ending_api,
    ending_pages,
    form_pages,
    history_pages,
    link_pages,
    pages,
    snapshot_api,
    waiver_pages,
)
from services.registry.clusters import intake as cluster_intake
from services.registry.clusters import timers as cluster_timers
from services.registry.clusters.webchecking import web_checks
from services.registry.contacts import api as people_api
from services.registry.contacts import intake as contact_intake
from services.registry.contacts import pages as people_pages
from services.registry.copies.consumers import registry_consumer
from services.registry.data_requests import act_pages as data_request_act_pages
from services.registry.data_requests import api as data_request_api
from services.registry.data_requests import pages as data_request_pages
from services.registry.data_requests import timers as data_request_timers
from services.registry.declarations import act_pages as declaration_act_pages
from services.registry.declarations import intake as withdrawal_intake
from services.registry.declarations import pages as declaration_pages
from services.registry.exports import pages as export_pages
from services.registry.imports import pages as import_pages
from services.registry.imports import routers as import_routers
from services.registry.imports import timers as import_timers
from services.registry.imports.work import imports
from services.registry.memberships import intake as member_intake
from services.registry.memberships import routers as member_routers
from services.registry.packs import api as packs_api
from services.registry.staff import act_pages as staff_act_pages
from services.registry.staff import api as staff_api
from services.registry.staff import key_pages
from services.registry.staff import pages as staff_pages
from services.registry.staff import timers as staff_timers

HERE: Final = Path(__file__).parent
INTAKES: Final = (  # each registers what it takes
    *(cluster_intake, member_intake, contact_intake, withdrawal_intake),
    *rooms.DOORS,
)
FOLDERS: Final = (
    *("clusters", "contacts", "copies", "data_requests", "declarations", "imports"),
    *("memberships", "staff"),
    *rooms.FOLDERS,
)
TIMERS: Final = (
    *staff_timers.TIMERS,
    *data_request_timers.TIMERS,
    *import_timers.TIMERS,
    *rooms.TIMERS,
)
ROUTERS: Final = (
    pages.home,
    api.router,
    act_api.router,
    snapshot_api.router,
    form_pages.router,
    history_pages.router,
    ending_pages.router,
    ending_api.router,
    waiver_pages.router,
    link_pages.router,
    export_pages.router,
    packs_api.router,
    *member_routers.ROUTERS,
    pages.router,
    act_pages.router,
    people_api.router,
    people_pages.router,
    data_request_api.router,
    data_request_pages.router,
    data_request_act_pages.router,
    staff_api.router,
    staff_pages.router,
    staff_act_pages.router,
    key_pages.router,
    declaration_pages.router,
    declaration_act_pages.router,
    *import_routers.ROUTERS,
    *rooms.ROUTERS,
)


def registry(settings: Settings) -> FastAPI:
    """Associations, their staff and keys, and the clusters they stand for."""
    app = make_app(
        settings,
        Parts(
            title="Talka registry",
            consumer=registry_consumer,
            background=(imports, web_checks),
            timers=(*cluster_timers.timers(settings.link_key), *TIMERS),
            routers=ROUTERS,
            templates=[HERE / folder / "templates" for folder in FOLDERS],
            intake=cluster_intake.registry_intake,
            locales=HERE / "locales",
            uploads=import_pages.UPLOADS,
        ),
    )
    app.state.cluster_parts = rooms.PARTS
    return app
