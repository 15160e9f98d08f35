"""Pages as browsers get them: headers, languages, fragments, notes, canonical addresses."""

import gzip
import hashlib
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from jinja2 import DictLoader, UndefinedError
from starlette.responses import Response

from services.chassis.ui import assets
from services.chassis.ui.assets import FOREVER
from services.chassis.ui.render import render, see_other
from tests.chassis.ui.site import site

STATIC = Path(assets.__file__).parent / "static"


@pytest.fixture
def client() -> httpx.AsyncClient:
    return of(with_pages(site()))


def of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


def with_pages(app: FastAPI) -> FastAPI:
    """Add a list with a fragment, an act that leaves a note, and a page with a typing error."""
    pages = DictLoader(
        {
            "list.html": "<h1>List</h1>{% block rows %}<p>{{ word }}</p>{% endblock %}",
            "note.html": "{{ success }}",
            "wrong.html": "{{ wrod }}",
            "macros.html": "",
        }
    )
    app.state.ui.environment = app.state.ui.environment.overlay(loader=pages)

    @app.get("/registry/list")
    async def show(request: Request, q: str = "") -> Response:
        return render(request, "list.html", fragment="rows", word=q)

    @app.post("/registry/act")
    async def act() -> Response:
        return see_other("/registry/note", note="CL-1091 є. 100 % готово")

    @app.get("/registry/note")
    async def note(request: Request) -> Response:
        return render(request, "note.html")

    @app.get("/registry/wrong")
    async def wrong(request: Request) -> Response:
        return render(request, "wrong.html")

    return app


class TestPage:
    async def test_carries_the_security_headers(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/registry/list")

        assert page.headers["content-security-policy"] == (
            "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
        assert page.headers["cache-control"] == "private, no-cache"
        assert page.headers["server-timing"].startswith("app;dur=")

    async def test_escapes_every_value(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/registry/list", params={"q": "<script>alert(1)</script>"})

        assert "<script>" not in page.text

    async def test_holds_nothing_inline(self) -> None:
        async with of(site()) as client:
            page = await client.get("/registry/gallery?wrong=1")

        assert (
            re.findall(r"<style|\sstyle=|\son\w+=|<script(?! defer src=)|javascript:", page.text)
            == []
        )

    async def test_refuses_a_name_that_nobody_gave(self, client: httpx.AsyncClient) -> None:
        with pytest.raises(UndefinedError, match="wrod"):
            await client.get("/registry/wrong")


class TestFragment:
    async def test_is_the_block_alone_for_htmx(self, client: httpx.AsyncClient) -> None:
        part = await client.get("/registry/list?q=x", headers={"HX-Request": "true"})

        assert part.text == "<p>x</p>"

    async def test_is_a_whole_page_for_everybody_else(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/registry/list?q=x")

        assert (page.text, page.headers["vary"]) == ("<h1>List</h1><p>x</p>", "HX-Request")


class TestNote:
    async def test_is_shown_once_on_the_next_page(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/registry/act")

        first = await client.get(answer.headers["location"])
        second = await client.get(answer.headers["location"])

        assert (answer.status_code, first.text, second.text) == (303, "CL-1091 є. 100 % готово", "")


class TestAddress:
    async def test_loses_filters_that_nobody_filled_in(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/registry/list?q=&host=CZ&city=Ko%C5%A1ice&state=")

        assert answer.headers["location"] == "/registry/list?host=CZ&city=Ko%C5%A1ice"

    async def test_of_an_interface_is_left_alone(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/registry/v1/clusters?after=")).status_code == 404


class TestChoice:
    async def test_of_a_language_is_kept(self) -> None:
        async with of(site()) as client:
            await client.get("/registry/gallery?lang=uk")
            page = await client.get("/registry/gallery")

        assert ('<html lang="uk"' in page.text, "Толока" in page.text) == (True, True)

    async def test_of_colours_is_kept(self) -> None:
        async with of(site()) as client:
            await client.get("/registry/gallery?theme=dark")
            page = await client.get("/registry/gallery")

        assert 'data-theme="dark"' in page.text

    async def test_that_does_not_exist_is_not(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/registry/list?lang=xx")

        assert "set-cookie" not in page.headers


class TestAssets:
    async def test_are_kept_for_ever_under_their_hash(self) -> None:
        app = site()
        async with of(app) as client:
            style = await client.get(app.state.ui.assets.url("talka.css"))

        assert (style.headers["cache-control"], style.headers["content-type"]) == (
            FOREVER,
            "text/css; charset=utf-8",
        )

    async def test_of_another_version_are_not_kept(self) -> None:
        async with of(site()) as client:
            style = await client.get("/registry/assets/000000000000/talka.css")

        assert (style.status_code, style.headers["cache-control"]) == (200, "no-cache")

    def test_are_the_ones_that_were_released(self) -> None:
        for line in (STATIC / "SHA256SUMS").read_text().splitlines():
            known, name = line.split()
            assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == known

    def test_hold_little_script_of_our_own(self) -> None:
        assert len((STATIC / "talka.js").read_bytes()) < 3 * 1024

    async def test_are_small(self) -> None:
        app = site()
        async with of(app) as client:
            sizes = {
                name: len(gzip.compress((await client.get(app.state.ui.assets.url(name))).content))
                for name in ("talka.css", "htmx.min.js", "hx-sse.min.js", "talka.js")
            }

        assert sizes.pop("talka.css") < 12 * 1024
        assert sum(sizes.values()) < 25 * 1024
