"""Sessions: who is signed in, for how long, where, and how it ends."""

from dataclasses import replace
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contracts.event import uuid7
from contracts.sessions import SessionEnded
from services.chassis import history, signin, staff
from services.chassis import sessions as seen
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.errors import NotSignedIn
from services.chassis.settings import Settings
from services.chassis.tickets import BadTicket, Ticket
from tests.chassis.builders import NOON, a_record
from tests.chassis.site import a_client, a_site, employ

ME = "/registry/v1/me"
STAFF_ID = UUID(int=7)


class TestTicket:
    def test_opens_with_the_secret_that_sealed_it(self, settings: Settings) -> None:
        ticket = Ticket.new(STAFF_ID, now=1_800_000_000)

        assert Ticket.opened(ticket.sealed(settings.secret), settings.secret) == ticket

    @pytest.mark.parametrize("at", [0, 40, 60, 90, 127])
    def test_is_refused_when_one_sign_differs(self, settings: Settings, at: int) -> None:
        sealed = Ticket.new(STAFF_ID, now=1_800_000_000).sealed(settings.secret)
        other = "A" if sealed[at] != "A" else "B"

        with pytest.raises(BadTicket):
            Ticket.opened(sealed[:at] + other + sealed[at + 1 :], settings.secret)

    @pytest.mark.parametrize("cookie", ["", "x", "????", "A" * 128, "ґ" * 128])
    def test_is_refused_when_it_is_none(self, settings: Settings, cookie: str) -> None:
        with pytest.raises(BadTicket):
            Ticket.opened(cookie, settings.secret)


class TestSignIn:
    async def test_lets_a_demo_person_act(self, anybody: AsyncClient, sessions: Sessions) -> None:
        staff_id = await employ(sessions, of="SK", roles=["coordinator"])

        answer = await anybody.post(
            f"/registry/signin/as/{staff_id}", data={"next": "/registry/page"}
        )

        assert (answer.status_code, answer.headers["location"]) == (303, "/registry/page")
        assert (await anybody.get(ME)).json() == {
            "id": f"staff:{staff_id}",
            "association": "SK",
            "roles": ["coordinator"],
        }

    async def test_sets_a_cookie_that_scripts_and_other_sites_do_not_get(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        staff_id = await employ(sessions)

        answer = await anybody.post(f"/registry/signin/as/{staff_id}")

        [cookie] = [c for c in answer.headers.get_list("set-cookie") if c.startswith("talka=")]
        assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")

    def test_binds_the_cookie_to_the_origin_over_https(self, settings: Settings) -> None:
        safe = settings.model_copy(update={"origin": "https://talka.example"})

        header = signin.cookie(safe, "x")

        assert header == "__Host-talka=x; Path=/; HttpOnly; SameSite=Lax; Secure"

    @pytest.mark.parametrize(
        "address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\n/b", ""]
    )
    async def test_leads_to_paths_of_this_origin_only(
        self, anybody: AsyncClient, sessions: Sessions, address: str
    ) -> None:
        staff_id = await employ(sessions)

        answer = await anybody.post(f"/registry/signin/as/{staff_id}", data={"next": address})

        assert answer.headers["location"] == "/registry/"

    async def test_a14_makes_a_new_id_whatever_the_browser_brings(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        staff_id = await employ(sessions)
        await anybody.post(f"/registry/signin/as/{staff_id}")
        first = anybody.cookies["talka"]

        await anybody.post(f"/registry/signin/as/{staff_id}")

        assert anybody.cookies["talka"] != first
        answer = await anybody.get(ME, headers={"Cookie": f"talka={first}"})
        assert answer.status_code == 401

    async def test_refuses_somebody_who_works_for_nobody(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        staff_id = await employ(sessions, dismissed=True)

        answer = await anybody.post(f"/registry/signin/as/{staff_id}")

        assert answer.status_code == 401
        assert "back office" in answer.json()["detail"]

    async def test_is_not_offered_where_the_demo_is_off(
        self, settings: Settings, sessions: Sessions
    ) -> None:
        app = a_site(settings.model_copy(update={"service": "registry", "signin": "none"}))
        staff_id = await employ(sessions)
        async with a_client(app) as client:
            answer = await client.post(f"/registry/signin/as/{staff_id}")
        for engine in app.state.engines:
            await engine.dispose()

        assert answer.status_code == 404


class TestSession:
    async def test_a08_loses_a_role_at_the_next_request(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        parcel = {"reason": "r-1", "weight": 1}
        assert (await taras.post("/registry/v1/parcels", json=parcel)).status_code == 201
        async with sessions.begin() as session:
            await session.execute(text("update staff_copy set roles = '{coordinator}'"))

        answer = await taras.post("/registry/v1/parcels", json=parcel)

        assert answer.status_code == 403
        assert "“Back office” of UA" in answer.json()["detail"]

    async def test_a08_ends_with_the_appointment(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        async with sessions.begin() as session:
            await session.execute(text("update staff_copy set dismissed = true"))

        assert (await taras.get(ME)).status_code == 401

    async def test_ends_after_two_idle_hours(
        self, taras: AsyncClient, sessions: Sessions, settings: Settings
    ) -> None:
        taras.cookies["talka"] = _older(taras.cookies["talka"], settings, seen=7300)
        async with sessions.begin() as session:
            await session.execute(text("update sessions set seen_at = seen_at - interval '7300 s'"))

        answer = await taras.get(ME)

        assert (answer.status_code, answer.json()["detail"]) == (
            401,
            "Your session has ended; sign in again.",
        )

    async def test_lives_on_in_a_service_while_it_is_used_in_another(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        """The cookie was sealed anew elsewhere a moment ago; the row here is old."""
        async with sessions.begin() as session:
            await session.execute(text("update sessions set seen_at = seen_at - interval '3 h'"))

        assert (await taras.get(ME)).status_code == 200

    async def test_ends_after_twelve_hours_however_busy(
        self, taras: AsyncClient, settings: Settings
    ) -> None:
        taras.cookies["talka"] = _older(taras.cookies["talka"], settings, begun=12 * 3600 + 10)

        assert (await taras.get(ME)).status_code == 401

    async def test_is_sealed_anew_after_five_minutes(
        self, taras: AsyncClient, settings: Settings
    ) -> None:
        taras.cookies["talka"] = old = _older(taras.cookies["talka"], settings, seen=400)

        answer = await taras.get(ME)

        renewed = Ticket.opened(answer.cookies["talka"], settings.secret)
        former = Ticket.opened(old, settings.secret)
        assert (renewed.id, renewed.begun) == (former.id, former.begun)
        assert renewed.seen - former.seen >= 400

    async def test_opens_a_service_that_has_never_seen_it(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        async with sessions.begin() as session:
            await session.execute(text("delete from sessions"))

        assert (await taras.get(ME)).status_code == 200


class TestSignOut:
    async def test_a14_refuses_the_session_afterwards(self, taras: AsyncClient) -> None:
        kept = taras.cookies["talka"]

        answer = await taras.post("/registry/signout")

        assert answer.headers["location"] == "/registry/signin"
        assert "talka" not in taras.cookies
        again = await taras.get(ME, headers={"Cookie": f"talka={kept}"})
        assert again.status_code == 401

    async def test_tells_the_other_services(
        self, taras: AsyncClient, sessions: Sessions, settings: Settings
    ) -> None:
        ticket = Ticket.opened(taras.cookies["talka"], settings.secret)

        await taras.post("/registry/signout")

        async with sessions() as session:
            [row] = await history.rows_of(session, ticket.sha256)
        event = history.event_of(row)
        assert isinstance(event, SessionEnded)
        assert event.staff_id == ticket.staff_id

    async def test_elsewhere_ends_the_session_here(
        self, taras: AsyncClient, sessions: Sessions, settings: Settings
    ) -> None:
        ticket = Ticket.opened(taras.cookies["talka"], settings.secret)

        await _hear_of_its_end(sessions, ticket)

        assert (await taras.get(ME)).status_code == 401

    async def test_elsewhere_ends_a_session_that_was_never_seen_here(
        self, sessions: Sessions, settings: Settings
    ) -> None:
        staff_id = await employ(sessions)
        async with sessions() as session:
            ticket = Ticket.new(staff_id, now=await seen.now(session))

        await _hear_of_its_end(sessions, ticket)

        async with sessions.begin() as session:
            with pytest.raises(NotSignedIn):
                await signin.resume(session, ticket.sealed(settings.secret), settings.secret)

    async def test_without_a_session_is_no_fault(self, anybody: AsyncClient) -> None:
        assert (await anybody.post("/registry/signout")).status_code == 303


class TestForget:
    async def test_deletes_what_is_over_by_its_age(self, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            now = await seen.now(session)
            await seen.note(session, Ticket.new(uuid7(), now=now))
            await seen.note(session, replace(Ticket.new(uuid7(), now=now), begun=now - 90_000))

            assert await seen.forget(session, NOON) == 1


class TestDemo:
    @pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.4", "talka.example", "::"])
    def test_tlk_e014_refuses_to_be_reached_from_other_machines(
        self, settings: Settings, host: str
    ) -> None:
        with pytest.raises(signin.OpenDemo, match="anybody can be anybody"):
            signin.refuse_open_demo(_here(settings), host=host)

    def test_tlk_e014_refuses_an_address_that_others_open(self, settings: Settings) -> None:
        public = settings.model_copy(update={"origin": "https://talka.example"})

        with pytest.raises(signin.OpenDemo, match="anybody can be anybody"):
            signin.refuse_open_demo(public, host="127.0.0.1")

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_starts_on_this_machine(self, settings: Settings, host: str) -> None:
        signin.refuse_open_demo(_here(settings), host=host)

    def test_a_real_sign_in_may_listen_anywhere(self, settings: Settings) -> None:
        signin.refuse_open_demo(settings.model_copy(update={"signin": "none"}), host="10.0.0.1")


def _here(settings: Settings) -> Settings:
    return settings.model_copy(update={"origin": "http://localhost:8800"})


def _older(cookie: str, settings: Settings, *, begun: int = 0, seen: int = 0) -> str:
    ticket = Ticket.opened(cookie, settings.secret)
    older = replace(ticket, begun=ticket.begun - begun, seen=ticket.seen - seen)
    return older.sealed(settings.secret)


async def _hear_of_its_end(sessions: Sessions, ticket: Ticket) -> None:
    consumer = Consumer("exchanges")
    staff.follow(consumer)
    ended = SessionEnded(subject=ticket.sha256, time=NOON, staff_id=ticket.staff_id)
    async with sessions.begin() as session:
        await consumer.apply(session, [a_record(ended)])
