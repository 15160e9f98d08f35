"""P-08: so many declarations a second for each association; the answer says what is left."""

from functools import partial

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from contracts.envelope import BATCH
from services.chassis import app, intake_door
from services.chassis.budgets import Budgets
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from tests.chassis.declarations import declared, post
from tests.chassis.site import a_client, issue
from tests.waiting import PATIENCE_SECONDS


class TestBudget:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"intake_at_once": 3, "intake_a_second": 1})

    @pytest.fixture
    def standing_still(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing flows back, however long the requests take."""
        monkeypatch.setattr(app, "Budgets", partial(Budgets, now=lambda: 0.0))

    @pytest.mark.usefixtures("standing_still")
    async def test_p08_is_in_every_answer(self, erp: AsyncClient) -> None:
        taken = await post(erp, declared("c-1"))
        refused = await post(erp, "{")

        assert taken.headers["ratelimit-policy"] == '"declarations";q=3;w=3'
        assert taken.headers["ratelimit"].startswith('"declarations";r=2;t=')
        assert (refused.status_code, refused.headers["ratelimit"][:20]) == (
            400,
            '"declarations";r=1;t',
        )

    @pytest.mark.usefixtures("standing_still")
    async def test_p08_counts_what_is_sent_again(self, erp: AsyncClient) -> None:
        posted = declared("c-1")

        first = await post(erp, posted)
        again = await post(erp, posted)

        assert first.json() == again.json()
        assert again.headers["ratelimit"].startswith('"declarations";r=1;t=')

    @pytest.mark.usefixtures("standing_still")
    async def test_p08_counts_declarations_and_refuses_when_it_is_overdrawn(
        self,
        erp: AsyncClient,
        site: FastAPI,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(intake_door, "PATIENCE_SECONDS", 0.0)
        whole = await post(erp, [declared(f"c-{n}") for n in range(6)], BATCH)
        after = await post(erp, declared("c-9"))
        other = await issue(sessions, of="PL")
        async with a_client(site, Authorization=f"Bearer {other.secret}") as neighbour:
            beside = await post(neighbour, declared("c-1"))

        assert (whole.status_code, whole.headers["ratelimit"][:18]) == (
            202,
            '"declarations";r=0',
        )
        assert (after.status_code, after.json()["code"]) == (429, "TLK-E429")
        assert after.headers["retry-after"] == "4"
        assert beside.status_code == 202

    async def test_p08_lets_who_comes_a_little_early_wait(
        self, erp: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake_door, "PATIENCE_SECONDS", PATIENCE_SECONDS)
        answers = [await post(erp, declared(f"c-{n}")) for n in range(4)]

        assert {answer.status_code for answer in answers} == {202}
