"""One address: each service by its first segment, and a page for one that is away."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient, Limits
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from deploy.local.gateway import AWAY, Gateway
from deploy.local.site import WEB

SERVICES = ("registry", "exchanges")


async def registry(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"registry has {scope['path']}")(scope, receive, send)


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    gateway = Gateway({"registry": registry}, services=SERVICES)
    async with AsyncClient(transport=ASGITransport(gateway), base_url="http://test") as made:
        yield made


class TestGateway:
    async def test_begins_with_what_is_to_do_today(self, client: AsyncClient) -> None:
        answer = await client.get("/")

        assert (answer.status_code, answer.headers["location"]) == (303, "/notifications/today")

    @pytest.mark.parametrize("path", ["/registry", "/registry/", "/registry/clusters/7"])
    async def test_hands_on_the_whole_path(self, client: AsyncClient, path: str) -> None:
        assert (await client.get(path)).text == f"registry has {path}"

    async def test_does_not_know_other_addresses(self, client: AsyncClient) -> None:
        assert (await client.get("/registryx")).status_code == 404


def test_a_connection_outlasts_the_time_for_which_clients_keep_it() -> None:
    kept_seconds = Limits().keepalive_expiry

    assert kept_seconds is not None
    assert WEB["timeout_keep_alive"] > kept_seconds


class TestAway:
    @pytest.mark.parametrize(
        ("accepts", "language"),
        [
            ("uk", "uk"),
            ("de, pl;q=0.8, en;q=0.9", "en"),
            ("sk-SK,sk;q=0.9", "sk"),
            ("", "en"),
            ("x;q=y, ro", "ro"),
        ],
    )
    async def test_speaks_the_reader_s_language(
        self, client: AsyncClient, accepts: str, language: str
    ) -> None:
        answer = await client.get("/exchanges/visits", headers={"accept-language": accepts})

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert f'<html lang="{language}">' in answer.text
        assert AWAY[language]["title"] in answer.text

    def test_has_words_in_all_seven_languages(self) -> None:
        assert set(AWAY) == {"en", "uk", "pl", "cs", "sk", "lt", "ro"}
