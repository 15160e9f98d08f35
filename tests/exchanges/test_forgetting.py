"""Whoever the registry forgets is forgotten in all visits, and nobody else (D-02, D-04)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.event import Event, uuid7
from contracts.participants import ParticipantErased, ParticipantRecorded
from contracts.people import ContactNames, PersonErased, PersonRecorded
from services.chassis import history
from services.chassis.database import Sessions
from services.exchanges.consumers import consumer
from services.exchanges.participants.model import KnownPerson, Participant
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import NOON
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import invited, planned
from tests.exchanges.test_consumers import a_record

ERASED = uuid7()


def recorded(mail: str) -> PersonRecorded:
    return PersonRecorded(
        subject=str(ERASED),
        time=NOON,
        names=ContactNames(original="Оксана"),
        mail=mail,
        language="uk",
        zone="Europe/Kyiv",
    )


async def tell(sessions: Sessions, *events: Event, tombstone: bool = True) -> None:
    numbered = enumerate(events)
    batch = [a_record(each, sequence=number + 1, offset=number) for number, each in numbered]
    if tombstone:
        batch[-1] = replace(batch[-1], value=None)
    async with sessions.begin() as session:
        await consumer.apply(session, batch)


async def people(sessions: Sessions, ids: Sequence[UUID]) -> list[Participant]:
    async with sessions.begin() as session:
        rows = select(Participant).where(Participant.id.in_(ids)).order_by(Participant.id)
        return list(await session.scalars(rows))


async def told_of(sessions: Sessions, participant: Participant) -> list[tuple[str, bool]]:
    """The events about a participant: type, and whether data are there."""
    async with sessions.begin() as session:
        rows = await history.rows_of(session, str(participant.id))
        return [(row["type"], row["data"] is not None) for row in rows]


class TestAnErasedPerson:
    async def test_d04_is_forgotten_in_visits_under_every_address(
        self, visit: Visit, sessions: Sessions
    ) -> None:
        ids = await invited(sessions, visit, "oksana@old.example", "olena@example.org")

        await tell(
            sessions,
            recorded("Oksana@old.example"),
            recorded("oksana@new.example"),
            PersonErased(subject=str(ERASED), time=NOON),
        )

        gone, stays = await people(sessions, ids)
        assert (gone.name, gone.mail, gone.languages) == ("–", "", [])
        assert stays.mail == "olena@example.org"
        assert await told_of(sessions, gone) == [
            (ParticipantRecorded.type, False),
            (ParticipantErased.type, False),
        ]
        assert await told_of(sessions, stays) == [(ParticipantRecorded.type, True)]
        async with sessions.begin() as session:
            assert (await session.scalars(select(KnownPerson))).all() == []

    async def test_d04_until_then_the_back_office_gets_all_that_is_kept_of_them(
        self, visit: Visit, sessions: Sessions, sign_in: SignIn
    ) -> None:
        ids = await invited(sessions, visit, "oksana@old.example", "olena@example.org")
        await tell(sessions, recorded("oksana@old.example"), tombstone=False)
        address = f"/exchanges/v1/people/{ERASED}"

        own = await (await sign_in("UA", roles=("back_office",))).get(address)
        theirs = await (await sign_in("SK", roles=("back_office",))).get(address)
        coordinator = await (await sign_in("UA")).get(address)

        [kept] = own.json()["items"]
        assert (kept["id"], kept["mail"]) == (str(ids[0]), "oksana@old.example")
        assert theirs.json()["items"] == []
        assert coordinator.status_code == 403

    @pytest.mark.usefixtures("copies")
    async def test_d04_what_is_kept_comes_in_pages(
        self, sessions: Sessions, sign_in: SignIn
    ) -> None:
        ids = [
            participant
            for visit in (await planned(sessions), await planned(sessions), await planned(sessions))
            for participant in await invited(sessions, visit, "oksana@old.example")
        ]
        await tell(sessions, recorded("oksana@old.example"), tombstone=False)
        office = await sign_in("UA", roles=("back_office",))
        address = f"/exchanges/v1/people/{ERASED}"

        first = (await office.get(address, params={"limit": 2})).json()
        last = (await office.get(address, params={"limit": 2, "after": first["next"]})).json()

        listed = [kept["id"] for page in (first, last) for kept in page["items"]]
        assert listed == [str(participant) for participant in ids]
        assert (len(first["items"]), last["next"]) == (2, None)

    async def test_r14_of_dual_use_only_a_vetted_colleague_looks_it_up(
        self, visit: Visit, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await invited(sessions, visit, "oksana@old.example")
        await tell(sessions, recorded("oksana@old.example"), tombstone=False)
        async with sessions.begin() as session:
            (await session.get_one(Visit, visit.id)).dual_use = True
        address = f"/exchanges/v1/people/{ERASED}"
        roles = ("back_office",)

        refused = await (await sign_in("UA", roles=roles)).get(address)
        vetted = await (await sign_in("UA", roles=roles, marks=("dual_use_vetted",))).get(address)

        assert (refused.status_code, refused.json()["code"]) == (403, "TLK-X027")
        assert [kept["mail"] for kept in vetted.json()["items"]] == ["oksana@old.example"]

    @pytest.mark.parametrize("mail", ["OKSANA@old.example", "İvan@Old.example"])
    async def test_d04_is_known_again_by_an_address_in_any_letters(
        self, visit: Visit, sessions: Sessions, mail: str
    ) -> None:
        ids = await invited(sessions, visit, mail)

        await tell(sessions, recorded(mail), PersonErased(subject=str(ERASED), time=NOON))

        [gone] = await people(sessions, ids)
        assert gone.mail == ""

    async def test_d04_of_another_association_is_not_taken_for_somebody_of_ours(
        self, visit: Visit, sessions: Sessions
    ) -> None:
        [delegate] = await invited(sessions, visit, "oksana@example.org")
        async with sessions.begin() as session:
            row = await session.get_one(Participant, delegate)
            row.association = "SK"

        await tell(
            sessions,
            recorded("oksana@example.org"),
            PersonErased(subject=str(ERASED), time=NOON),
        )

        [known] = await people(sessions, [delegate])
        assert known.mail == "oksana@example.org"
