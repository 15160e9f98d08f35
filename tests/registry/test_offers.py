"""R-15: offers and requests, anonymous until both sides show interest, with an end."""

from datetime import UTC, datetime, time, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.offers import (
    OfferExpired,
    OfferInterestReturned,
    OfferInterestShown,
    OfferPosted,
    OfferWithdrawn,
)
from services.chassis.database import Sessions
from services.registry.offers.model import Offer
from services.registry.offers.timers import expire_offers
from tests.registry import held
from tests.registry.builders import LESIA, MAREK
from tests.registry.conftest import SignIn
from tests.registry.held import an_offer, in_days, refused, taken, told
from tests.registry.test_pages import get, send

OFFERS = "/registry/v1/offers"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await held.a_public_cluster(sessions)
    return await sign_in(LESIA)


@pytest.fixture
async def marek(sign_in: SignIn) -> AsyncClient:
    return await sign_in(MAREK, of="PL", name="Marek Zieliński")


async def posted(lesia: AsyncClient, sessions: Sessions, **fields: object) -> Offer:
    await taken(lesia, "offer", **an_offer(**fields))
    async with sessions() as session:
        return (await session.scalars(select(Offer).order_by(Offer.posted_at.desc()))).first() or (
            pytest.fail("nothing was posted")
        )


class TestDeclared:
    async def test_r15_an_offer_is_posted_with_tags_intent_and_end(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        offer = await posted(lesia, sessions)

        [event] = await told(sessions, offer.id)
        assert isinstance(event, OfferPosted)
        assert (event.tags, event.intent) == (("cnc machining", "aluminium"), "supply contract")
        assert event.until_day.isoformat() == in_days(90)

    @pytest.mark.parametrize("until_day", [in_days(0), in_days(400)])
    async def test_r15_it_ends_after_today_and_within_twelve_months(
        self, lesia: AsyncClient, until_day: str
    ) -> None:
        faults = await refused(lesia, "offer", **an_offer(until_day=until_day))

        assert faults == [("/data/until_day", "TLK-R088")]

    async def test_r15_a_holder_has_ten_open_at_most(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        for number in range(10):
            await taken(lesia, "offer", **an_offer(ref=f"offers/{number}"))

        assert await refused(lesia, "offer", **an_offer()) == [("/data/holder", "TLK-R087")]
        offer = await posted(lesia, sessions, ref="offers/3", intent="joint bid")
        assert offer.intent == "joint bid"

    async def test_r15_it_expires_by_event(self, lesia: AsyncClient, sessions: Sessions) -> None:
        offer = await posted(lesia, sessions)
        noon = datetime.combine(held.today(), time(12), UTC)
        done = []

        for day in (90, 92, 93):
            async with sessions.begin() as session:
                done.append(await expire_offers(session, noon + timedelta(days=day)))

        assert done == [0, 1, 0]
        assert isinstance((await told(sessions, offer.id))[-1], OfferExpired)


class TestAnonymity:
    @pytest.mark.parametrize("kind", ["offer", "request"])
    async def test_r15_the_holder_is_hidden_until_both_sides_show_interest(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions, kind: str
    ) -> None:
        offer = await posted(lesia, sessions, kind=kind)
        one = f"{OFFERS}/{offer.id}"

        async def seen() -> tuple[str | None, str | None]:
            shown = (await marek.get(one)).json()
            return shown["association"], shown["holder_name"]

        assert await seen() == (None, None)
        assert (await marek.put(f"{one}/interest")).status_code == 200
        assert await seen() == (None, None)
        assert (await lesia.put(f"{one}/interests/PL")).status_code == 200
        assert await seen() == ("UA", "Lviv IT Cluster")
        kinds = [type(event) for event in await told(sessions, offer.id)]
        assert kinds == [OfferPosted, OfferInterestShown, OfferInterestReturned]

    async def test_r15_no_page_or_search_tells_the_holder(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions
    ) -> None:
        offer = await posted(lesia, sessions)

        for address in (
            f"/registry/offers/{offer.id}",
            "/registry/offers",
            "/registry/offers?tag=aluminium",
            f"{OFFERS}?q=machined",
        ):
            answer = await get(marek, address)
            assert "machined" in answer.text
            assert "Lviv" not in answer.text
        assert str(offer.id) not in (await get(marek, f"/registry/clusters/{held.NUMBER}")).text
        assert str(offer.id) in (await get(lesia, f"/registry/clusters/{held.NUMBER}")).text
        assert (await marek.get(f"{OFFERS}?q=lviv")).json()["items"] == []

    async def test_r15_one_with_a_name_is_open_at_once(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions
    ) -> None:
        offer = await posted(lesia, sessions, anonymous=False)

        shown = (await marek.get(f"{OFFERS}/{offer.id}")).json()

        assert shown["holder_number"] == held.NUMBER

    async def test_r15_nobody_shows_interest_in_the_own_offer(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        offer = await posted(lesia, sessions)

        assert (await lesia.put(f"{OFFERS}/{offer.id}/interest")).status_code == 403
        assert (await lesia.put(f"{OFFERS}/{offer.id}/interests/PL")).status_code == 403


class TestPages:
    async def test_it_is_posted_answered_and_withdrawn_by_hand(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions
    ) -> None:
        typed = {
            "holder": held.NUMBER,
            "kind": "request",
            "text/en": "We look for a foundry",
            "tags": "Foundry, castings",
            "intent": "supply contract",
            "until_day": in_days(60),
            "anonymous": "yes",
        }

        done = await send(lesia, "/registry/offers/new", **typed)

        assert done.status_code == 303, done.text
        page = done.headers["location"]
        await send(marek, f"{page}/interest", page=page)
        assert "Poland" in (await get(lesia, page)).text
        await send(lesia, f"{page}/interests/PL", page=page)
        assert "Lviv IT Cluster" in (await get(marek, page)).text
        gone = await send(lesia, f"{page}/withdraw")
        assert gone.status_code == 303
        assert (await get(marek, page)).status_code == 404
        subject = page.rsplit("/", 1)[1]
        assert isinstance((await told(sessions, subject))[-1], OfferWithdrawn)

    async def test_a_form_with_faults_keeps_what_was_typed(self, lesia: AsyncClient) -> None:
        answer = await send(lesia, "/registry/offers/new", intent="joint bid")

        assert answer.status_code == 422
        assert 'value="joint bid"' in answer.text
        assert 'href="#f-text-en"' in answer.text

    async def test_an_empty_list_says_what_it_is_for(self, lesia: AsyncClient) -> None:
        assert "No offers and requests yet" in (await get(lesia, "/registry/offers")).text
        assert "Nothing fits" in (await get(lesia, "/registry/offers?q=nothing")).text
