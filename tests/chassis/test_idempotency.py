"""`Idempotency-Key`: an act that is asked for again is done once."""

import asyncio

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from services.chassis import idempotency
from services.chassis.database import Sessions
from tests.chassis.builders import NOON
from tests.chassis.site import a_client, employ, recorded

PARCELS = "/registry/v1/parcels"
PARCEL = {"reason": "r-1", "weight": 5}


class TestKey:
    async def test_gives_the_first_answer_again(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        headers = {"Idempotency-Key": "k-1"}
        first = await taras.post(PARCELS, json=PARCEL, headers=headers)

        again = await taras.post(PARCELS, json=PARCEL, headers=headers)

        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["content-type"] == first.headers["content-type"]
        assert await recorded(sessions) == ["r-1"]

    async def test_a27_refuses_another_body(self, taras: AsyncClient, sessions: Sessions) -> None:
        headers = {"Idempotency-Key": "k-1"}
        await taras.post(PARCELS, json=PARCEL, headers=headers)

        answer = await taras.post(PARCELS, json=PARCEL | {"reason": "r-2"}, headers=headers)

        assert answer.status_code == 409
        assert await recorded(sessions) == ["r-1"]

    async def test_a28_is_each_actor_s_own(
        self, site: FastAPI, taras: AsyncClient, sessions: Sessions
    ) -> None:
        headers = {"Idempotency-Key": "k-1"}
        await taras.post(PARCELS, json=PARCEL, headers=headers)
        lesia = await employ(sessions)
        async with a_client(site) as other:
            await other.post(f"/registry/signin/as/{lesia}")

            answer = await other.post(PARCELS, json=PARCEL | {"reason": "r-2"}, headers=headers)

        assert answer.status_code == 201
        assert await recorded(sessions) == ["r-1", "r-2"]

    async def test_a29_does_one_of_many_at_once(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        sent = [
            taras.post(PARCELS, json=PARCEL, headers={"Idempotency-Key": "k-1"}) for _ in range(100)
        ]

        answers = await asyncio.gather(*sent)

        done = [answer for answer in answers if answer.status_code == 201]
        assert len({answer.text for answer in done}) == 1
        assert {answer.status_code for answer in answers} <= {201, 503}
        assert await recorded(sessions) == ["r-1"]

    @pytest.mark.parametrize("key", ["", " ", "a" * 10_240, "a\tb", "a b", "ключ"])
    async def test_a30_is_a_short_printable_text(
        self, taras: AsyncClient, sessions: Sessions, key: str
    ) -> None:
        answer = await taras.post(
            PARCELS, json=PARCEL, headers=[(b"Idempotency-Key", key.encode())]
        )

        assert answer.status_code == 400
        assert await recorded(sessions) == []

    async def test_is_free_again_when_the_act_was_refused(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        headers = {"Idempotency-Key": "k-1"}
        await taras.post(PARCELS, json={"weight": 1}, headers=headers)

        answer = await taras.post(PARCELS, json=PARCEL, headers=headers)

        assert answer.status_code == 201
        assert await recorded(sessions) == ["r-1"]

    async def test_is_forgotten_after_thirty_days(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await taras.post(PARCELS, json=PARCEL, headers={"Idempotency-Key": "k-1"})
        async with sessions.begin() as session:
            await session.execute(
                text("update idempotency set made_at = :at"), {"at": NOON.replace(month=1)}
            )

            assert await idempotency.forget(session, NOON) == 1
