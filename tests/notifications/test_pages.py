"""The ledger and Today as people and systems see them."""

import pytest

from contracts.notifications import DeliveryRedriven
from contracts.vocabulary import DeliveryState
from services.chassis import history
from services.chassis.database import Sessions
from services.notifications.deliveries.model import Delivery
from tests.notifications.conftest import SignIn, fail_the_first, rows
from tests.notifications.pages import csrf_of, two_invitations
from tests.notifications.story import Story

LEDGER = "/notifications/deliveries"


pytestmark = pytest.mark.usefixtures("noon")


class TestLedger:
    async def test_shows_names_and_addresses_to_the_own_association(
        self, story: Story, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        lesia = await sign_in("UA", "back_office")

        page = await lesia.get(LEDGER)

        assert page.status_code == 200
        assert "Олена Коваленко" in page.text
        assert "olena@example.org" in page.text
        assert page.text.index("Marek Nowak") < page.text.index("Олена Коваленко")

    async def test_shows_the_other_side_that_somebody_was_told_but_not_whom(
        self, story: Story, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        zuzana = await sign_in("SK")

        page = await zuzana.get(LEDGER)
        answer = await zuzana.get("/notifications/v1/deliveries")

        assert "EX-2027-031" in page.text
        assert "example.org" not in page.text
        assert "Коваленко" not in page.text
        assert {item["address"] for item in answer.json()["items"]} == {None}

    @pytest.mark.parametrize("search", ["коваленко", "Kovalenko", "olena@", "OLENA@EXAMPLE.ORG"])
    async def test_n09_finds_a_person_however_it_is_written(
        self, story: Story, sign_in: SignIn, search: str
    ) -> None:
        await two_invitations(story)
        lesia = await sign_in("UA")

        page = await lesia.get(LEDGER, params={"search": search})

        assert "olena@example.org" in page.text
        assert "marek@example.org" not in page.text

    async def test_filters_by_state_and_kind(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        await fail_the_first(sessions)
        lesia = await sign_in("UA")

        failed = await lesia.get(LEDGER, params={"state": "dead", "template": "invitation"})
        none = await lesia.get(LEDGER, params={"template": "visit_agreed"})

        assert "olena@example.org" in failed.text
        assert "marek@example.org" not in failed.text
        assert "No message fits this filter" in none.text

    async def test_pages_through_all_without_hole_or_double(
        self, story: Story, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        lesia = await sign_in("UA")

        first = (await lesia.get("/notifications/v1/deliveries", params={"size": 1})).json()
        second = (
            await lesia.get(
                "/notifications/v1/deliveries", params={"size": 1, "cursor": first["next"]}
            )
        ).json()

        assert [item["name"] for item in (*first["items"], *second["items"])] == [
            "Marek Nowak",
            "Олена Коваленко",
        ]
        assert second["next"] is None

    async def test_is_empty_in_words_at_first(self, sign_in: SignIn) -> None:
        lesia = await sign_in("UA")

        assert "No message has gone out yet" in (await lesia.get(LEDGER)).text

    async def test_is_not_for_analysts(self, sign_in: SignIn) -> None:
        analyst = await sign_in("UA", "analyst")

        assert (await analyst.get(LEDGER)).status_code == 403


class TestOneDelivery:
    async def test_shows_each_attempt_with_code_and_reason(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        failed = await fail_the_first(sessions)
        lesia = await sign_in("UA")

        page = await lesia.get(f"{LEDGER}/{failed}")

        assert "550" in page.text
        assert "no such mailbox" in page.text
        assert "Send again" in page.text

    async def test_is_sent_again_with_a_reason(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        failed = await fail_the_first(sessions)
        lesia = await sign_in("UA")
        csrf = csrf_of((await lesia.get(f"{LEDGER}/{failed}")).text)

        answer = await lesia.post(
            f"{LEDGER}/{failed}/resend", data={"csrf": csrf, "reason": "the mailbox was made"}
        )

        assert answer.status_code == 303
        async with sessions() as session:
            [*_, row] = await history.rows_of(session, str(failed))
            delivery = await session.get_one(Delivery, failed)
        event = history.event_of(row)
        assert isinstance(event, DeliveryRedriven)
        assert (event.reason, delivery.state) == ("the mailbox was made", DeliveryState.QUEUED)

    async def test_is_not_sent_again_without_a_reason(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        failed = await fail_the_first(sessions)
        lesia = await sign_in("UA")
        csrf = csrf_of((await lesia.get(f"{LEDGER}/{failed}")).text)

        answer = await lesia.post(f"{LEDGER}/{failed}/resend", data={"csrf": csrf, "reason": " "})

        assert answer.status_code == 422
        assert "Say why the message is to be sent again." in answer.text

    async def test_one_that_did_not_fail_is_not_sent_again(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        [first, _] = await rows(sessions, Delivery)
        lesia = await sign_in("UA")
        lesia.headers["Accept"] = "application/json"

        answer = await lesia.put(
            f"/notifications/v1/deliveries/{first.id}/redrive", json={"reason": "again"}
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "TLK-N002")
