"""R-09: quality labels with their validity, reminders, expiry and history."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.labels import LabelExpired, LabelGranted, LabelWithdrawn
from services.chassis.database import Sessions
from services.registry.labels.model import Label, LabelReminder, LabelState
from services.registry.labels.timers import expire_labels, remind_of_labels
from tests.registry import held
from tests.registry.builders import LESIA, MAREK
from tests.registry.conftest import SignIn
from tests.registry.held import a_label, in_days, refused, taken, told
from tests.registry.test_pages import get, send
from tests.registry.test_withdrawals import withdraw

LABELS = "/registry/v1/labels"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await held.a_public_cluster(sessions)
    return await sign_in(LESIA)


async def labels(sessions: Sessions) -> list[Label]:
    async with sessions() as session:
        return list(await session.scalars(select(Label).order_by(Label.from_day, Label.id)))


async def days(sessions: Sessions) -> list[tuple[int, int]]:
    """From when until when each label counts, in days from now."""
    today = held.today()
    return [
        ((each.from_day - today).days, (each.ends_on - today).days)
        for each in await labels(sessions)
    ]


def days_from_now(days: int) -> datetime:
    return datetime.combine(held.today(), datetime.min.time(), UTC) + timedelta(days=days, hours=12)


class TestDeclared:
    async def test_r09_a_label_is_granted_with_its_days(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())

        [label] = await labels(sessions)
        [granted] = await told(sessions, label.id)
        assert isinstance(granted, LabelGranted)
        assert (granted.level, granted.cluster_id) == ("silver", label.cluster_id)
        [shown] = (await lesia.get(f"{LABELS}?q=lviv")).json()["items"]
        assert (shown["cluster_number"], shown["state"]) == (held.NUMBER, "granted")

    async def test_r09_it_ends_after_it_begins(self, lesia: AsyncClient) -> None:
        faults = await refused(lesia, "label", **a_label(until_day=in_days(-100)))

        assert faults == [("/data/until_day", "TLK-R073")]

    async def test_r09_it_names_a_cluster_of_the_association(self, sign_in: SignIn) -> None:
        marek = await sign_in(MAREK, of="PL")

        assert await refused(marek, "label", **a_label()) == [("/data/cluster", "TLK-D043")]

    async def test_r09_a_lower_one_does_not_begin_while_a_higher_is_in_force(
        self, lesia: AsyncClient
    ) -> None:
        await taken(lesia, "label", **a_label(level="gold"))

        assert await refused(lesia, "label", **a_label(from_day=in_days(10))) == [
            ("/data/level", "TLK-R072")
        ]
        later = a_label(from_day=in_days(201), until_day=in_days(900))
        assert await taken(lesia, "label", **later)

    async def test_r09_a_higher_one_ends_the_one_before(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())

        await taken(lesia, "label", **a_label(level="gold", from_day=in_days(-5)))

        silver, gold = await labels(sessions)
        assert (silver.state, gold.state) == (LabelState.EXPIRED, LabelState.GRANTED)
        expired = (await told(sessions, silver.id))[-1]
        assert isinstance(expired, LabelExpired)
        assert expired.ended_day.isoformat() == in_days(-6)

    async def test_r09_a_known_ref_corrects_the_label(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label(ref="labels/9"))
        await taken(lesia, "label", **a_label(ref="labels/9", issuer="National agency"))

        [label] = await labels(sessions)
        assert label.issuer == "National agency"
        assert len(await told(sessions, label.id)) == 2

    async def test_r09_a_corrected_one_still_makes_way_for_the_higher_one_after_it(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label(ref="labels/9"))
        gold = a_label(level="gold", from_day=in_days(50), until_day=in_days(900))
        await taken(lesia, "label", **gold)

        await taken(lesia, "label", **a_label(ref="labels/9", issuer="National agency"))

        assert await days(sessions) == [(-100, 49), (50, 900)]

    async def test_r09_one_written_down_late_makes_way_for_the_higher_one_after_it(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        gold = a_label(level="gold", from_day=in_days(50), until_day=in_days(900))
        await taken(lesia, "label", **gold)

        await taken(lesia, "label", **a_label())

        assert await days(sessions) == [(-100, 49), (50, 900)]

    async def test_r09_a_higher_one_is_not_put_around_the_beginning_of_a_lower_one(
        self, lesia: AsyncClient
    ) -> None:
        await taken(lesia, "label", **a_label(from_day=in_days(50), until_day=in_days(900)))

        assert await refused(lesia, "label", **a_label(level="gold")) == [
            ("/data/level", "TLK-R072")
        ]

    async def test_r09_one_that_begins_later_after_all_gives_the_days_between_back(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())
        gold = a_label(ref="labels/10", level="gold", until_day=in_days(900))
        await taken(lesia, "label", **gold | {"from_day": in_days(50)})

        await taken(lesia, "label", **gold | {"from_day": in_days(80)})

        assert await days(sessions) == [(-100, 79), (80, 900)]

    @pytest.mark.parametrize("way", ["act", "declaration"])
    async def test_r09_a_withdrawn_one_gives_its_days_back(
        self, lesia: AsyncClient, sessions: Sessions, way: str
    ) -> None:
        await taken(lesia, "label", **a_label())
        gold = a_label(level="gold", from_day=in_days(50), until_day=in_days(900))
        event = (await taken(lesia, "label", **gold))[-1]
        _, label = await labels(sessions)
        assert await days(sessions) == [(-100, 49), (50, 900)]

        if way == "declaration":
            assert (await withdraw(lesia, UUID(event)))["status"] == "accepted"
        else:
            answer = await lesia.put(f"{LABELS}/{label.id}/withdrawal", json={"reason": "x"})
            assert answer.is_success

        assert (await days(sessions))[0] == (-100, 200)


class TestTime:
    async def test_r09_reminds_once_90_and_once_30_days_before(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())
        done = []

        for day in (100, 111, 112, 169, 171, 172):
            async with sessions.begin() as session:
                done.append(await remind_of_labels(session, days_from_now(day)))

        assert done == [0, 1, 0, 0, 1, 0]
        async with sessions() as session:
            kept = await session.scalars(select(LabelReminder.days_before))
            assert sorted(kept) == [30, 90]

    async def test_r09_a_reminder_is_shown_to_the_own_back_office(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())
        [label] = await labels(sessions)
        marek = await sign_in(MAREK, of="PL")
        ends_soon = "1 label of your clusters ends within 90 days."
        assert ends_soon not in (await get(lesia, "/registry/labels")).text

        async with sessions.begin() as session:
            await remind_of_labels(session, days_from_now(111))

        assert ends_soon in (await get(lesia, "/registry/labels")).text
        assert ends_soon not in (await get(marek, "/registry/labels")).text
        one = f"/registry/labels/{label.id}"
        assert "90 days before its last day" in (await get(lesia, one)).text

    async def test_r09_one_that_is_over_when_it_is_written_down_expires_at_once(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label(from_day="2013-01-01", until_day="2014-12-31"))

        [label] = await labels(sessions)
        granted, expired = await told(sessions, label.id)
        assert isinstance(granted, LabelGranted)
        assert isinstance(expired, LabelExpired)
        assert expired.ended_day.isoformat() == "2014-12-31"

    async def test_r09_expires_by_event_and_keeps_the_history(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())
        done = []

        for day in (200, 202, 203):
            async with sessions.begin() as session:
                done.append(await expire_labels(session, days_from_now(day)))

        assert done == [0, 1, 0]
        [label] = await labels(sessions)
        granted, expired = await told(sessions, label.id)
        assert isinstance(granted, LabelGranted)
        assert isinstance(expired, LabelExpired)
        assert expired.ended_day.isoformat() == in_days(200)


class TestPages:
    async def test_a_label_is_written_down_by_hand(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        typed = {f"{key}": str(value) for key, value in a_label().items() if key != "cluster"}

        answer = await send(
            lesia, "/registry/labels/new", **typed, **{"cluster/number": held.NUMBER}
        )

        [label] = await labels(sessions)
        assert answer.headers["location"] == f"/registry/labels/{label.id}"
        page = await get(lesia, f"/registry/labels/{label.id}")
        assert "Silver label of Lviv IT Cluster" in page.text
        assert "ESCA" in (await get(lesia, "/registry/labels")).text
        assert "ESCA" in (await get(lesia, f"/registry/clusters/{held.NUMBER}")).text

    async def test_a_form_with_faults_keeps_what_was_typed(self, lesia: AsyncClient) -> None:
        answer = await send(lesia, "/registry/labels/new", issuer="Some agency")

        assert answer.status_code == 422
        assert "Some agency" in answer.text
        for label in ("Cluster", "Level", "Valid from"):
            assert f">{label}: This field is missing.</a>" in answer.text

    async def test_a_withdrawal_asks_why(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await taken(lesia, "label", **a_label())
        [label] = await labels(sessions)
        address = f"/registry/labels/{label.id}/withdraw"

        first = await send(lesia, address, reason=" ")
        second = await send(lesia, address, reason="lost its members")

        assert (first.status_code, second.status_code) == (422, 303)
        withdrawn = (await told(sessions, label.id))[-1]
        assert isinstance(withdrawn, LabelWithdrawn)
        again = await lesia.put(f"{LABELS}/{label.id}/withdrawal", json={"reason": "x"})
        assert (again.status_code, again.json()["code"]) == (409, "TLK-R071")

    async def test_others_read_and_do_not_write(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await taken(lesia, "label", **a_label())
        [label] = await labels(sessions)
        marek = await sign_in(MAREK, of="PL")

        read = await marek.get(f"{LABELS}/{label.id}")
        written = await marek.put(f"{LABELS}/{label.id}/withdrawal", json={"reason": "x"})

        assert (read.status_code, written.status_code) == (200, 403)
        assert (await get(marek, f"/registry/labels/{label.id}/withdraw")).status_code == 403

    async def test_an_empty_list_says_what_a_label_is(self, lesia: AsyncClient) -> None:
        assert "No labels yet" in (await get(lesia, "/registry/labels")).text
        assert "No label fits" in (await get(lesia, "/registry/labels?q=nothing")).text
