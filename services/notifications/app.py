"""The composition root of notifications: everything is wired here, nothing happens at import."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI

from services.chassis.app import Parts, make_app
from services.chassis.settings import Settings
from services.notifications.channels.mail import MailServer
from services.notifications.consumers import notifications as consumer
from services.notifications.deliveries import api, pages
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.worker import Postman
from services.notifications.today import pages as today

HERE: Final = Path(__file__).parent
LOCALES: Final = HERE / "locales"


def notifications(settings: Settings) -> FastAPI:
    """The service that tells everybody concerned, and shows what waits for whom."""
    return make_app(
        settings,
        Parts(
            title="Talka notifications",
            consumer=consumer,
            routers=[api.router, pages.router, today.router],
            background=[postman],
            templates=[HERE / "deliveries" / "templates", HERE / "today" / "templates"],
            locales=LOCALES,
        ),
    )


async def postman(app: FastAPI) -> None:
    """Write and send mails until cancelled."""
    settings: Settings = app.state.settings
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        starttls=settings.smtp_starttls,
    )
    scribe = Scribe.of(settings, app.state.ui.catalogues)
    await Postman(app.state.worker_sessions, server, scribe).run()
