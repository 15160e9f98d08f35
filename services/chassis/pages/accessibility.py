"""The accessibility statement, for everybody and in every language of the pages."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.chassis.ui.render import render


def accessibility(service: str) -> APIRouter:
    """The statement of one service; nobody has to sign in to read it."""
    router = APIRouter(prefix=f"/{service}/accessibility", include_in_schema=False)

    @router.get("")
    async def show(request: Request) -> Response:
        return render(request, "accessibility.html")

    return router
