"""What machines ask a service: is it alive, is it ready, how much did it do."""

from dataclasses import asdict
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse

from services.chassis.errors import NotFound
from services.chassis.status import Health, status_of


def router(service: str) -> APIRouter:
    """The routes `/healthz`, `/readyz`, `/status.json` and `/metrics` of one service."""
    routes = APIRouter(prefix=f"/{service}", include_in_schema=False)

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @routes.get("/readyz")
    async def readyz(request: Request) -> Response:
        """Whether requests can be served: the database is there. Kafka may be away (P-03)."""
        status = await status_of(request.app)
        ready = all(p.health is not Health.DOWN for p in status.parts if p.name == "database")
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    @routes.get("/status.json")
    async def status(request: Request) -> Response:
        """Every part with its value; from this machine only."""
        _from_here(request)
        found = asdict(await status_of(request.app))
        for part in found["parts"]:
            part["since"] = part["since"] and part["since"].isoformat()
        return JSONResponse(found)

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Prometheus metrics of the process; from this machine only."""
        _from_here(request)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


def _from_here(request: Request) -> None:
    """Operators' figures are nobody else's: the real peer counts, never a forwarded header."""
    peer = request.client.host if request.client else ""
    try:
        here = ip_address(peer).is_loopback
    except ValueError:
        here = False
    if not here:
        raise NotFound("There is nothing at this address.")
