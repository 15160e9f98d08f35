"""Who acts: people by their session, systems by their keys, and what each may do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text

from contracts.event import Event, uuid7
from contracts.staff import ApiKeyIssued, ApiKeyRevoked, StaffAppointed, StaffDismissed, StaffErased
from contracts.vocabulary import PersonNames, Role
from services.chassis import keys as keys_module
from services.chassis import staff
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed, NotSignedIn
from services.chassis.identity import SYSTEM, Actor
from services.chassis.keys import DECLARE, READ, STREAM, WRONG_KEYS, Keys, new_key, sha256_of
from services.chassis.refusals import TooMany
from tests.chassis.builders import NOON, TARAS, ZUZANA, a_record
from tests.chassis.site import a_client, employ, issue

ME = "/registry/v1/me"


class TestActor:
    def test_passes_with_the_role_in_the_association(self) -> None:
        TARAS.must_be("coordinator", "back_office", of="UA")

    @pytest.mark.parametrize(
        ("actor", "of"),
        [(ZUZANA, "SK"), (TARAS, "SK"), (SYSTEM, "UA"), (Actor("key:1", "UA"), "UA")],
    )
    def test_a07_is_refused_without_it(self, actor: Actor, of: str) -> None:
        with pytest.raises(NotAllowed, match=f"the role “Back office” of {of}"):
            actor.must_be("back_office", of=of)

    @pytest.mark.parametrize(
        ("roles", "said"),
        [
            (("operator",), "role “Operator” of ECA; whoever runs Talka can give it"),
            (("operator", "back_office"), "role “Operator” of ECA; whoever runs Talka can give it"),
            (("analyst", "operator"), "ECA: “Analyst”, “Operator”; whoever runs Talka can"),
            (("back_office",), "role “Back office”, which ECA does not give: ask the back office"),
            (("back_office", "coordinator"), "which ECA does not give: “Back office”, “Exchange"),
        ],
    )
    def test_a07_who_works_for_all_is_told_who_can_give_the_role(
        self, roles: tuple[str, ...], said: str
    ) -> None:
        with pytest.raises(NotAllowed) as refused:
            Actor("staff:1", "ECA", frozenset({"support_office"})).must_be(*roles)

        assert said in refused.value.said(str)
        assert "its back office" not in refused.value.said(str)

    def test_reads_across_as_the_support_office_only(self) -> None:
        assert Actor("staff:1", "ECA", frozenset({"support_office"})).reads_across
        assert not Actor("staff:1", "ECA", frozenset({"analyst", "operator"})).reads_across


class TestKey:
    def test_shows_its_prefix_and_hides_the_rest(self) -> None:
        key = new_key()

        assert key.secret.startswith(key.prefix)
        assert (len(key.prefix), key.sha256) == (10, sha256_of(key.secret))
        assert len(key.secret) >= 53

    async def test_acts_for_its_association(self, erp: AsyncClient) -> None:
        me = (await erp.get(ME)).json()

        assert (me["id"].partition(":")[0], me["association"]) == ("key", "UA")

    @pytest.mark.parametrize(
        "header", ["Bearer tlk_abcdef", "Bearer x", "Basic dGxrOng=", "tlk_abcdef", "Bearer "]
    )
    async def test_is_refused_when_nobody_knows_it(self, anybody: AsyncClient, header: str) -> None:
        answer = await anybody.get(ME, headers={"Authorization": header})

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="talka"'

    @pytest.mark.parametrize("secret", ["tlk_abcdef", "x", "wrong-key"])
    async def test_is_called_unknown_when_it_is_sent_in_the_right_form(
        self, anybody: AsyncClient, secret: str
    ) -> None:
        answer = await anybody.get(ME, headers={"Authorization": f"Bearer {secret}"})

        assert answer.json()["detail"].startswith("This key is unknown, expired or revoked")

    async def test_is_asked_for_where_nobody_signs_in(self, anybody: AsyncClient) -> None:
        answer = await anybody.get(ME)

        assert (answer.status_code, answer.json()["title"]) == (401, "Not signed in")
        assert answer.json()["detail"].startswith("Send a key with the request, as Authorization:")
        assert "back office of your association makes keys" in answer.json()["detail"]

    async def test_is_refused_when_its_time_is_over(
        self, site: FastAPI, sessions: Sessions
    ) -> None:
        key = await issue(sessions, expires_in=timedelta(seconds=-1))

        assert await _status(site, key.secret) == 401

    async def test_is_refused_when_it_is_revoked(self, site: FastAPI, sessions: Sessions) -> None:
        key = await issue(sessions, revoked_at=datetime.now(UTC))

        assert await _status(site, key.secret) == 401

    async def test_is_refused_by_a_service_it_is_not_for(
        self, site: FastAPI, sessions: Sessions
    ) -> None:
        key = await issue(sessions, services=["exchanges"])

        assert await _status(site, key.secret) == 403

    async def test_reads_with_the_scope_for_it_only(
        self, site: FastAPI, sessions: Sessions
    ) -> None:
        key = await issue(sessions, scopes=[DECLARE, STREAM])

        assert await _status(site, key.secret) == 403

    async def test_writes_nothing_but_declarations(self, erp: AsyncClient) -> None:
        answer = await erp.post("/registry/v1/parcels", json={"reason": "r", "weight": 1})

        assert answer.status_code == 403
        assert "sign in as a person" in answer.json()["detail"]

    async def test_a08_is_refused_within_a_second_of_its_end(self, sessions: Sessions) -> None:
        key = await issue(sessions, scopes=[READ])
        keys = Keys(sessions, "registry", remember_seconds=0)
        await keys.actor(f"Bearer {key.secret}")
        async with sessions.begin() as session:
            await session.execute(text("update api_keys_copy set revoked_at = now()"))

        with pytest.raises(NotSignedIn):
            await keys.actor(f"Bearer {key.secret}")

    async def test_is_remembered_for_a_moment(self, sessions: Sessions) -> None:
        key = await issue(sessions, scopes=[READ])
        keys = Keys(sessions, "registry", remember_seconds=60)

        first = await keys.actor(f"Bearer {key.secret}")

        assert await keys.actor(f"Bearer {key.secret}") is first


class TestWrongKeys:
    """A16: guessing ends soon, and who has a right key is not held up by it."""

    @pytest.fixture(autouse=True)
    def slowly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hardly anything flows back, however long the guesses take."""
        monkeypatch.setattr(keys_module, "WRONG_KEYS_A_SECOND", 0.001)

    async def guess(self, site: FastAPI, times: int) -> list[Response]:
        async with a_client(site) as client:
            return [
                await client.get(ME, headers={"Authorization": f"Bearer tlk_{n:08}"})
                for n in range(times)
            ]

    async def test_a16_are_answered_429_with_the_time_to_wait(self, site: FastAPI) -> None:
        answers = await self.guess(site, WRONG_KEYS + 2)

        assert {answer.status_code for answer in answers[:WRONG_KEYS]} == {401}
        assert [answer.status_code for answer in answers[WRONG_KEYS:]] == [429, 429]
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert answers[-1].json()["code"] == "TLK-E429"

    async def test_a16_of_one_name_are_counted_wherever_they_come_from(
        self, sessions: Sessions
    ) -> None:
        keys = Keys(sessions, "registry")
        for n in range(WRONG_KEYS):
            with pytest.raises(NotSignedIn):
                await keys.actor(f"Bearer tlk_abcdef{n}", client=f"10.0.0.{n}")

        with pytest.raises(TooMany):
            await keys.actor("Bearer tlk_abcdef-again", client="10.0.1.1")
        with pytest.raises(NotSignedIn):
            await keys.actor("Bearer tlk_ghijkl-other", client="10.0.1.1")

    async def test_a16_do_not_close_the_door_to_a_key_that_opened_it(
        self, site: FastAPI, erp: AsyncClient
    ) -> None:
        before = (await erp.get(ME)).status_code
        answers = await self.guess(site, WRONG_KEYS + 1)

        assert answers[-1].status_code == 429
        assert (before, (await erp.get(ME)).status_code) == (200, 200)

    async def test_a23_are_counted_by_the_real_peer(self, site: FastAPI) -> None:
        async with a_client(site) as client:
            answers = [
                await client.get(
                    ME,
                    headers={
                        "Authorization": f"Bearer tlk_{n:08}",
                        "X-Forwarded-For": f"10.0.0.{n}",
                    },
                )
                for n in range(WRONG_KEYS + 1)
            ]

        assert answers[-1].status_code == 429


class TestStaffCopy:
    async def test_knows_who_was_appointed(self, sessions: Sessions) -> None:
        person = str(uuid7())

        await _feed(sessions, _appointed(person))

        async with sessions() as session:
            actor = await staff.actor_of(session, UUID(person))
        assert (actor.id, actor.association) == (f"staff:{person}", "SK")
        assert (actor.roles, actor.name) == (frozenset({"coordinator"}), "Zuzana Kováčová")

    async def test_keeps_the_last_word_of_a_batch(self, sessions: Sessions) -> None:
        person = str(uuid7())
        dismissed = StaffDismissed(
            **_appointed(person).model_dump(exclude={"subject", "time"}), subject=person, time=NOON
        )

        await _feed(sessions, _appointed(person), dismissed)

        async with sessions() as session:
            with pytest.raises(NotSignedIn):
                await staff.actor_of(session, UUID(person))

    async def test_forgets_who_is_erased(self, sessions: Sessions) -> None:
        person = str(uuid7())

        await _feed(sessions, _appointed(person), StaffErased(subject=person, time=NOON))

        async with sessions() as session:
            assert await session.get(staff.StaffCopy, UUID(person)) is None

    async def test_knows_keys_and_their_end(self, sessions: Sessions) -> None:
        key, subject = new_key(), str(uuid7())
        known: dict[str, Any] = {
            "subject": subject,
            "time": NOON,
            "prefix": key.prefix,
            "sha256": key.sha256,
            "name": "ERP",
            "owner_id": uuid7(),
            "scopes": (READ,),
            "services": ("registry",),
            "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
        }
        keys = Keys(sessions, "registry", remember_seconds=0)

        await _feed(sessions, ApiKeyIssued(**known))
        actor = await keys.actor(f"Bearer {key.secret}")
        await _feed(sessions, ApiKeyIssued(**known), ApiKeyRevoked(**known, revoked_at=NOON))

        assert actor.association == "SK"
        with pytest.raises(NotSignedIn):
            await keys.actor(f"Bearer {key.secret}")

    async def test_lets_an_appointment_end_with_its_last_day(self, sessions: Sessions) -> None:
        yesterday = datetime.now(UTC).date() - timedelta(days=2)
        staff_id = await employ(sessions, until_day=yesterday)

        async with sessions() as session:
            with pytest.raises(NotSignedIn):
                await staff.actor_of(session, staff_id)

    async def test_lists_who_works_today_across_people_last(self, sessions: Sessions) -> None:
        await employ(sessions, of="ECA", roles=["operator"])
        await employ(sessions, of="UA")
        await employ(sessions, of="CZ")
        await employ(sessions, of="SK", dismissed=True)

        async with sessions() as session:
            people = await staff.in_office(session)

        assert [person.association for person in people] == ["CZ", "UA", "ECA"]


async def _status(app: FastAPI, secret: str) -> int:
    async with a_client(app, Authorization=f"Bearer {secret}") as client:
        return (await client.get(ME)).status_code


def _appointed(person: str) -> StaffAppointed:
    return StaffAppointed(
        subject=person,
        time=NOON,
        names=PersonNames(original="Zuzana Kováčová"),
        mail="zuzana@example.sk",
        language="sk",
        zone="Europe/Bratislava",
        roles=(Role.COORDINATOR,),
        from_day=NOON.date().replace(year=2020),
    )


async def _feed(sessions: Sessions, *events: Event) -> None:
    consumer = Consumer("registry")
    staff.follow(consumer)
    records = [a_record(event, sequence=n, offset=n - 1) for n, event in enumerate(events, start=1)]
    async with sessions.begin() as session:
        await consumer.apply(session, records)
