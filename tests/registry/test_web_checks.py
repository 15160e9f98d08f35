"""The worker's look at web pages: what it finds, and that no request waits for it (V-2)."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.chassis.guarded import Fetched
from services.registry.clusters.webchecking import (
    check_pages,
    is_machine_translated,
    language_of,
)
from services.registry.clusters.webchecks import WebCheck
from tests.registry.builders import NOON, a_cluster, a_profile, saved


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


class TestWorker:
    async def test_stores_what_it_found_and_looks_again_after_a_week(
        self, sessions: Sessions
    ) -> None:
        inside = a_profile(web="https://127.0.0.1/")
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED, profile=inside))
        await saved(sessions, a_cluster(profile=inside, legal_value="14360570"))

        looked = []
        for days in (0, 1, 8):
            async with sessions.begin() as session:
                looked.append(await check_pages(session, NOON + timedelta(days=days)))

        assert looked == [1, 0, 1]
        async with sessions() as session:
            check = (await session.scalars(select(WebCheck))).one()
        assert (check.cluster_id, check.status) == (cluster.id, None)
        assert check.fault == "the host has an address that is not asked"
        assert check.checked_at == NOON + timedelta(days=8)
