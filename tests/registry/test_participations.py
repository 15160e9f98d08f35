"""R-08: participations in programmes, with role, period, budget share and support received."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.participations import (
    ParticipationCorrected,
    ParticipationEnded,
    ParticipationRecorded,
)
from services.chassis.database import Sessions
from services.registry.participations.model import Participation
from tests.registry import held
from tests.registry.builders import LESIA, MAREK
from tests.registry.conftest import SignIn
from tests.registry.held import a_participation, refused, taken, told
from tests.registry.test_pages import get, send

PARTICIPATIONS = "/registry/v1/participations"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await held.a_public_cluster(sessions)
    return await sign_in(LESIA)


async def the_one(sessions: Sessions) -> Participation:
    async with sessions() as session:
        return (await session.scalars(select(Participation))).one()


class TestDeclared:
    async def test_r08_a_participation_is_recorded_with_money_in_cents(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "participation", **a_participation())

        [event] = await told(sessions, (await the_one(sessions)).id)
        assert isinstance(event, ParticipationRecorded)
        assert event.budget_share is not None
        assert (event.budget_share.cents, event.budget_share.currency) == (12_500_000, "EUR")
        assert (event.programme, event.role, event.fstp_received) == (
            "EUROCLUSTERS",
            "partner",
            None,
        )

    async def test_r08_a_known_ref_corrects_it(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "participation", **a_participation())
        support = {"cents": 1_500_000, "currency": "EUR"}
        await taken(lesia, "participation", **a_participation(fstp_received=support))

        _, corrected = await told(sessions, (await the_one(sessions)).id)
        assert isinstance(corrected, ParticipationCorrected)
        assert corrected.fstp_received is not None

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"programme": "MOON"}, ("/data/programme", "TLK-R082")),
            ({"until_day": "2022-08-31"}, ("/data/until_day", "TLK-R083")),
            (
                {"budget_share": {"cents": 1, "currency": "USD"}},
                ("/data/budget_share/currency", "TLK-D006"),
            ),
            (
                {"holder": {"organisation": {"number": "OR-1"}}},
                ("/data/holder/organisation", "TLK-D045"),
            ),
        ],
    )
    async def test_r08_what_cannot_be_is_refused(
        self, lesia: AsyncClient, fields: dict[str, object], fault: tuple[str, str]
    ) -> None:
        assert await refused(lesia, "participation", **a_participation(**fields)) == [fault]


class TestPages:
    async def test_it_is_written_down_corrected_and_ended_by_hand(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        typed = {
            "holder": held.NUMBER,
            "programme": "EUROCLUSTERS",
            "call_id": "SMP-COSME-2021-CLUSTER-01",
            "role": "coordinator",
            "from_day": "2022-09-01",
            "budget_share_amount": "12500,50",
            "budget_share_currency": "EUR",
            "activities": "networking",
        }

        done = await send(lesia, "/registry/participations/new", **typed)

        assert done.status_code == 303, done.text
        page = done.headers["location"]
        assert (await the_one(sessions)).budget_share_cents == 1_250_050
        assert "12,500.5 EUR" in (await get(lesia, page)).text
        form = await get(lesia, f"{page}/edit")
        assert 'value="12500.5"' in form.text
        await send(lesia, f"{page}/edit", **typed | {"role": "partner"})
        assert (await the_one(sessions)).role == "partner"
        early = await send(lesia, f"{page}/end", ended_day="2020-01-01")
        ended = await send(lesia, f"{page}/end", ended_day="2024-01-31")
        assert (early.status_code, ended.status_code) == (422, 303)
        last = (await told(sessions, (await the_one(sessions)).id))[-1]
        assert isinstance(last, ParticipationEnded)
        assert "Euroclusters" in (await get(lesia, "/registry/participations")).text
        assert "Euroclusters" in (await get(lesia, f"/registry/clusters/{held.NUMBER}")).text

    async def test_a_form_with_faults_keeps_what_was_typed(self, lesia: AsyncClient) -> None:
        answer = await send(
            lesia, "/registry/participations/new", call_id="CALL-1", budget_share_amount="much"
        )

        assert answer.status_code == 422
        assert 'value="CALL-1"' in answer.text
        assert 'href="#f-budget_share_amount"' in answer.text

    @pytest.mark.parametrize("amount", ["1e999990", "1e999999", "-5", "NaN", "1.005", "9" * 13])
    async def test_r08_an_amount_is_digits_and_no_more(
        self, lesia: AsyncClient, amount: str
    ) -> None:
        answer = await send(
            lesia, "/registry/participations/new", call_id="CALL-1", budget_share_amount=amount
        )

        assert answer.status_code == 422
        assert "Give an amount like 12500 or 12500.50." in answer.text

    async def test_others_read_it_without_the_money(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await taken(lesia, "participation", **a_participation())
        marek = await sign_in(MAREK, of="PL")
        one = await the_one(sessions)

        shown = (await marek.get(f"{PARTICIPATIONS}/{one.id}")).json()
        page = await get(marek, f"/registry/participations/{one.id}")
        foreign = await marek.put(
            f"{PARTICIPATIONS}/{one.id}/ending", json={"ended_day": "2024-01-31"}
        )

        assert (shown["programme"], shown["budget_share"]) == ("EUROCLUSTERS", None)
        assert "125,000" not in page.text
        assert foreign.status_code == 403
