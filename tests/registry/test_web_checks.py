"""The worker's look at web pages: what it finds, and that no request waits for it (V-2)."""

import asyncio
import re
import socket
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.chassis.guarded import BYTES, Fetched
from services.registry.clusters.webchecking import (
    PATTERNS,
    check_pages,
    is_machine_translated,
    language_of,
)
from services.registry.clusters.webchecks import WebCheck
from tests.registry.builders import NOON, a_cluster, a_profile, saved

HOSTILE = (
    "<html",
    "<html lang ",
    "<link ",
    "<html class='",
    "<link hreflang\t",
    "\tlang",
    "<html -t-",
)


def a_page(body: str, **headers: str) -> Fetched:
    return Fetched(200, httpx.Headers(headers), body.encode())


class TestLanguage:
    @pytest.mark.parametrize(
        ("page", "language"),
        [
            (a_page('<html lang="en">'), "en"),
            (a_page("<!doctype html><HTML class=x LANG='uk-UA'>"), "uk-UA"),
            (a_page("<html>"), None),
            (a_page("<html>", **{"content-language": "pl"}), "pl"),
            (a_page('<html lang=cs><link rel="alternate" hreflang="en" href="/en">'), "en"),
        ],
    )
    def test_is_what_the_page_states(self, page: Fetched, language: str | None) -> None:
        assert language_of(page) == language

    @pytest.mark.parametrize(
        ("body", "address", "marked"),
        [
            ('<html lang="en">', "https://x.example", "no"),
            ('<html lang="en-t-uk-t0-und">', "https://x.example", "yes"),
            ('<html lang="en-x-mtfrom-uk">', "https://x.example", "yes"),
            ('<html class="translated-ltr" lang="en">', "https://x.example", "yes"),
            ('<html lang="en">', "https://x-example.translate.goog/", "yes"),
        ],
    )
    def test_d10_machine_translation_is_marked(self, body: str, address: str, marked: str) -> None:
        assert is_machine_translated(a_page(body), address) is (marked == "yes")

    @pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: repr(pattern.pattern))
    def test_every_run_of_a_pattern_has_an_end(self, pattern: re.Pattern[Any]) -> None:
        source = pattern.pattern
        text = source.decode() if isinstance(source, bytes) else source

        assert not re.search(r"[*+]|\{\d+,\}", text)

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_a_hostile_page_says_nothing(self, hostile: str) -> None:
        page = a_page((hostile * BYTES)[:BYTES])

        assert language_of(page) is None
        assert not is_machine_translated(page, "https://x.example")

    def test_a_language_is_cut_that_names_none(self) -> None:
        assert language_of(a_page("<html>", **{"content-language": "x" * 5_000})) == "x" * 80
        assert language_of(a_page(f"<html lang={'x' * 5_000}>")) == "x" * 80


class TestWorker:
    async def test_holds_no_connection_while_it_asks_others(
        self, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inside = a_profile(web="https://inside.example/")
        await saved(sessions, a_cluster(state=ClusterState.SUBMITTED, profile=inside))
        pool, held = sessions.kw["bind"].pool, []

        async def resolved(*_: object, **__: object) -> list[tuple[object, ...]]:
            held.append(pool.checkedout())
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)

        assert await check_pages(sessions, NOON) == 1
        assert held == [0]

    async def test_stores_what_it_found_and_looks_again_after_a_week(
        self, sessions: Sessions
    ) -> None:
        inside = a_profile(web="https://127.0.0.1/")
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED, profile=inside))
        await saved(sessions, a_cluster(profile=inside, legal_value="14360570"))

        looked = [await check_pages(sessions, NOON + timedelta(days=days)) for days in (0, 1, 8)]

        assert looked == [1, 0, 1]
        async with sessions() as session:
            check = (await session.scalars(select(WebCheck))).one()
        assert (check.cluster_id, check.status) == (cluster.id, None)
        assert check.fault == "the host has an address that is not asked"
        assert check.checked_at == NOON + timedelta(days=8)

    async def test_v2_who_looked_earlier_and_was_slower_does_not_write_over_the_later_one(
        self, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inside = a_profile(web="https://inside.example/")
        await saved(sessions, a_cluster(state=ClusterState.SUBMITTED, profile=inside))
        asked, may_go_on = asyncio.Event(), asyncio.Event()

        async def resolved(*_: object, **__: object) -> list[tuple[object, ...]]:
            if not asked.is_set():
                asked.set()
                await may_go_on.wait()
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
        later = NOON + timedelta(minutes=1)

        slow = asyncio.create_task(check_pages(sessions, NOON))
        await asked.wait()
        looked = [await check_pages(sessions, later)]
        may_go_on.set()
        looked.append(await slow)

        assert looked == [1, 1]
        async with sessions() as session:
            assert (await session.scalars(select(WebCheck.checked_at))).all() == [later]
