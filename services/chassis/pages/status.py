"""The status page: a sentence, then part by part. It renders when the database is away."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.chassis.http import PageActor
from services.chassis.identity import OPERATOR
from services.chassis.status import Health, status_of
from services.chassis.ui.i18n import Word
from services.chassis.ui.render import render

HEALTH: Final = {
    Health.OK: (Word("health", "ok"), "ok"),
    Health.SLOW: (Word("health", "slow"), "warn"),
    Health.DOWN: (Word("health", "down"), "off"),
    Health.UNKNOWN: (Word("health", "unknown"), "half"),
}
WAITING: Final = (Word("health", "waiting"), "warn")  # parked records are not slow, they wait
PARTS: Final = {
    "web": Word("part", "Web pages and interfaces"),
    "database": Word("part", "Database"),
    "relay": Word("part", "Sending of events"),
    "consumer": Word("part", "Reading of events"),
    "parked": Word("part", "Parked records"),
}


def status(service: str) -> APIRouter:
    """The status page of one service."""
    router = APIRouter(prefix=f"/{service}/status", include_in_schema=False)

    @router.get("")
    async def show(request: Request, actor: PageActor) -> Response:
        found = await status_of(request.app)
        return render(
            request,
            "status.html",
            fragment="parts",
            found=found,
            health=HEALTH,
            waiting=WAITING,
            parts=PARTS,
            with_values=actor.is_(OPERATOR),
        )

    return router
