"""A region of a page that follows what happens, in a real browser under the strict policy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import Request
from jinja2 import ChoiceLoader, DictLoader
from playwright.async_api import expect
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from deploy.local.databases import Addresses
from deploy.local.keyring import Keyring
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.history import history as rows
from services.chassis.http import PageActor
from services.chassis.ui.render import block_of, render
from services.chassis.ui.stream import Followed
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.builders import TARAS, confirmed
from tests.chassis.site import a_site, employ
from tests.settings import Databases, settings_for

pytestmark = pytest.mark.browser

PAGE = """{% extends "page.html" %}{% block title %}Parcel 7{% endblock %}
{% block main %}{% call ui.live("parcel:7", "activity") %}{% block activity %}
<p>{{ happened }} times</p>{% endblock %}{% endcall %}{% endblock %}"""


@pytest.fixture
async def database(databases: Databases) -> Addresses:
    return await databases("chassis")


@pytest.fixture
async def address(database: Addresses, keyring: Keyring, tmp_path: Path) -> AsyncIterator[str]:
    """A service with a page about parcel 7."""
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    app = a_site(settings.model_copy(update={"role": "web"}))
    environment = app.state.ui.environment
    pages = ChoiceLoader([DictLoader({"parcel.html": PAGE}), environment.loader])
    app.state.ui.environment = environment.overlay(loader=pages)
    app.state.followed = {"parcel": Followed(subject, fragment)}
    app.add_api_route("/registry/parcels/7", parcel)
    async with served(app) as found:
        yield found


async def parcel(request: Request, _: PageActor) -> Response:
    return render(request, "parcel.html", happened=await happened(request))


async def subject(_: AsyncSession, number: str) -> str:
    return f"c-{number}"


async def fragment(request: Request, _: AsyncSession, about: str) -> str:
    assert about == "c-7"
    return block_of(request, "parcel.html", "activity", happened=await happened(request))


async def happened(request: Request) -> int:
    async with request.app.state.worker_sessions() as session:
        return len((await session.execute(rows.select())).all())


async def test_a_live_region_shows_what_happens(
    address: str, sessions: Sessions, open_page: OpenPage
) -> None:
    await employ(sessions)
    page = await open_page(f"{address}/registry/signin?next=/registry/parcels/7")
    await page.get_by_role("button", name="Act as").click()
    await expect(page.locator("#activity")).to_have_text("0 times")
    await assert_accessible(page)

    async with sessions.begin() as session:
        await history.record(session, confirmed("c-7"), actor=TARAS)

    await expect(page.locator("#activity")).to_have_text("1 times")
