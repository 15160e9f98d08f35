"""All pages that every service has, as one list of routers to be included after its own."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.chassis.pages.accessibility import accessibility
from services.chassis.pages.catalogue import catalogue
from services.chassis.pages.gallery import gallery
from services.chassis.pages.keys import keys
from services.chassis.pages.parked import parked
from services.chassis.pages.signin import signin
from services.chassis.pages.status import status
from services.chassis.settings import Settings
from services.chassis.ui.stream import stream


def common_pages(settings: Settings) -> Sequence[APIRouter]:
    """Sign-in, status, parked records, catalogue, stream; the gallery in demo mode only."""
    name = settings.service
    pages = [
        signin(settings),
        status(name),
        parked(name),
        catalogue(name),
        stream(name),
        accessibility(name),
        keys(name),
    ]
    return [*pages, gallery(name)] if settings.signin == "demo" else pages
