"""Late in the evening it is tomorrow already where an association sits: its day counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.centres.model import CentreLink
from services.registry.labels.model import Label
from services.registry.labels.timers import remind_of_labels
from services.registry.offers.model import latest_end
from services.registry.participations.model import Participation
from services.registry.sites.model import Site
from tests.registry import held
from tests.registry.builders import LESIA
from tests.registry.conftest import SignIn
from tests.registry.held import a_label, a_participation, a_site, taken
from tests.registry.test_centres import a_centre
from tests.registry.test_pages import get, send


@pytest.fixture
def tomorrow(app: FastAPI, tmp_path: Path) -> Iterator[date]:
    """The day in Kyiv, by a clock that was moved to 22:30 of the day before in UTC."""
    assert app.state.settings.service == "registry"  # it has read the clock's file
    now = clock.now()
    evening = datetime.combine(now.date() + timedelta(days=1), time(22, 30), UTC)
    clock.advance(evening - now)
    yield evening.date() + timedelta(days=1)
    clock.keep_in(tmp_path / "none")  # as it was


@pytest.fixture
async def lesia(tomorrow: date, sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    assert clock.now().date() < tomorrow
    await held.a_public_cluster(sessions)
    return await sign_in(LESIA)


async def id_of(sessions: Sessions, thing: type[Site] | type[Participation]) -> str:
    async with sessions() as session:
        return str(await session.scalar(select(thing.id)))


class TestTomorrow:
    async def test_is_what_the_forms_propose(
        self, lesia: AsyncClient, sessions: Sessions, tomorrow: date
    ) -> None:
        await a_centre(sessions)
        await taken(lesia, "site", **a_site())
        await taken(lesia, "participation", **a_participation())
        site, participation = await id_of(sessions, Site), await id_of(sessions, Participation)
        forms = (
            "/registry/centres/CRC-AGR/link",
            "/registry/sites/new",
            f"/registry/sites/{site}/close",
            f"/registry/participations/{participation}/end",
            f"/registry/clusters/{held.NUMBER}/archive",
        )

        missing = [
            form for form in forms if f'value="{tomorrow}"' not in (await get(lesia, form)).text
        ]

        assert missing == []
        offer = await get(lesia, "/registry/offers/new")
        assert f"{format_date(latest_end(tomorrow), locale='en_GB')} at the latest." in offer.text

    async def test_names_the_file_of_an_export(self, lesia: AsyncClient, tomorrow: date) -> None:
        answer = await lesia.get("/registry/clusters/export.csv")

        assert f"clusters-{tomorrow}.csv" in answer.headers["content-disposition"]

    async def test_r07_is_when_a_cluster_belongs_to_a_centre_no_more(
        self, lesia: AsyncClient, sessions: Sessions, tomorrow: date
    ) -> None:
        await a_centre(sessions)
        served = f"/registry/v1/centres/CRC-AGR/clusters/{held.NUMBER}/served"
        await lesia.put(served, json={"from_day": str(tomorrow)})
        assert held.NUMBER in (await get(lesia, "/registry/centres/CRC-AGR")).text

        address = f"/registry/centres/CRC-AGR/unlink/{held.NUMBER}/served"
        assert (await send(lesia, address)).status_code == 303

        async with sessions() as session:
            assert await session.scalar(select(CentreLink.until_day)) == tomorrow

    async def test_r09_r20_decides_which_label_is_found_and_reminded_of(
        self, lesia: AsyncClient, sessions: Sessions, tomorrow: date
    ) -> None:
        ninety = tomorrow + timedelta(days=90)
        await taken(lesia, "label", **a_label(from_day=str(tomorrow), until_day=str(ninety)))

        found = await lesia.get("/registry/v1/clusters?label=silver")
        facets = await lesia.get("/registry/v1/clusters/facets")
        async with sessions.begin() as session:
            reminded = await remind_of_labels(session, clock.now())
            label = (await session.scalars(select(Label))).one()

        assert [each["number"] for each in found.json()["items"]] == [held.NUMBER]
        assert facets.json()["labels"] == {"silver": 1}
        assert (label.ends_on, reminded) == (ninety, 1)
