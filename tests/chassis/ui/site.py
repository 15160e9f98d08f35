"""A small application with the real templates, for tests of looks and words without a database."""

from fastapi import FastAPI, Request
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from services.chassis.identity import Actor
from services.chassis.pages.gallery import gallery
from services.chassis.settings import Settings
from services.chassis.ui.middleware import PageMiddleware
from services.chassis.ui.render import Ui, install

NOWHERE = "postgresql+asyncpg://nowhere/none"
IVANA = Actor(
    "staff:0192",
    "CZ",
    frozenset({"coordinator", "back_office"}),
    name="Ivana Horáková",
    zone="Europe/Prague",
)


def settings() -> Settings:
    return Settings(
        service="registry",
        database_url=NOWHERE,
        worker_database_url=NOWHERE,
        relay_database_url=NOWHERE,
        kafka_bootstrap="nowhere:1",
        signin="demo",
        secret=SecretStr("of the tests"),
        link_key=SecretStr("of the tests"),
    )


class SignedIn:
    """Stands in for the session: everybody is the same person."""

    def __init__(self, app: ASGIApp, actor: Actor | None) -> None:
        self._app = app
        self._actor = actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            Request(scope).state.actor = self._actor
        await self._app(scope, receive, send)


def site(actor: Actor | None = IVANA) -> FastAPI:
    app = FastAPI()
    install(app, Ui(settings()))
    app.add_middleware(SignedIn, actor=actor)
    app.add_middleware(PageMiddleware)
    app.include_router(gallery("registry"))
    return app
