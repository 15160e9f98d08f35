"""C-05 at the doors: who posts, looks up or follows a type on its way out is told."""

from datetime import date, timedelta

import pytest
from httpx import AsyncClient

from contracts.declarations import ClusterDeclared
from contracts.deprecation import Deprecation
from services.chassis import clock
from tests.chassis.declarations import EVENTS, declared

SUCCESSOR = "talka.registry.cluster.declared.v2"


def ending(*, sunset_in: int) -> Deprecation:
    sunset = clock.now().date() + timedelta(days=sunset_in)
    return Deprecation(sunset - timedelta(days=365), sunset, SUCCESSOR)


@pytest.fixture
def deprecated(monkeypatch: pytest.MonkeyPatch) -> Deprecation:
    """Declared clusters are on their way out, but taken still."""
    found = ending(sunset_in=90)
    monkeypatch.setattr(ClusterDeclared, "deprecated", found)
    return found


@pytest.fixture
def at_sunset(monkeypatch: pytest.MonkeyPatch) -> date:
    found = ending(sunset_in=0)
    monkeypatch.setattr(ClusterDeclared, "deprecated", found)
    return found.sunset


class TestPosting:
    async def test_c05_says_nothing_of_an_active_type(self, erp: AsyncClient) -> None:
        answer = await erp.post(EVENTS, json=declared())

        assert answer.status_code == 202
        assert not {"deprecation", "sunset", "link"} & set(answer.headers)

    async def test_c05_a_deprecated_type_is_taken_and_told(
        self, erp: AsyncClient, deprecated: Deprecation
    ) -> None:
        answer = await erp.post(EVENTS, json=[declared("c-1"), declared("c-2")])

        assert answer.status_code == 202
        assert answer.headers["deprecation"].startswith("@")
        assert f"{deprecated.sunset:%d %b %Y}" in answer.headers["sunset"]
        assert (
            f'</registry/catalogue/{SUCCESSOR}>; rel="successor-version"'
            in (answer.headers["link"])
        )

    async def test_c05_from_its_sunset_on_it_is_refused_with_its_successor(
        self, erp: AsyncClient, at_sunset: date
    ) -> None:
        answer = await erp.post(EVENTS, json=declared())

        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/type", "TLK-D031")
        assert SUCCESSOR in fault["text"]
        assert at_sunset.isoformat() in fault["text"]


class TestCatalogue:
    async def test_c05_says_since_when_until_when_and_what_instead(
        self, taras: AsyncClient, deprecated: Deprecation
    ) -> None:
        page = (await taras.get(f"/registry/catalogue/{ClusterDeclared.type}")).text

        assert "Deprecated since" in page
        assert str(deprecated.sunset.year) in page
        assert SUCCESSOR in page

    @pytest.mark.usefixtures("deprecated")
    async def test_c05_finds_what_is_deprecated(self, taras: AsyncClient) -> None:
        found = (await taras.get("/registry/catalogue?state=deprecated")).text

        assert ClusterDeclared.type in found
        assert "talka.registry.cluster.suspended.v1" not in found
