"""Pages of visits: what they show in each state, what they refuse, and to whom they open."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from contracts.event import uuid7
from contracts.vocabulary import DelegateAnswer, Party, VisitState
from services.chassis import clock
from services.chassis.database import Sessions
from services.exchanges.visits.commands import holding
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import DAY, LVIV_CLUSTER, NITRA_CLUSTER, NOON, a_plan
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import get, hidden, send
from tests.exchanges.stories import (
    TARAS,
    ZUZANA,
    answered,
    committed,
    drafted,
    facts_of,
    invited,
    planned,
    signed,
    stated,
    the_copies,
    under_way,
)

NEW = "/exchanges/visits/new"
PAIR = f"visitor={LVIV_CLUSTER}&host={NITRA_CLUSTER}"


@pytest.fixture(autouse=True)
async def copies(sessions: Sessions) -> None:
    await the_copies(sessions)


@pytest.fixture
async def zuzana(sign_in: SignIn) -> AsyncClient:
    """A coordinator of the host association."""
    return await sign_in("SK")


@pytest.fixture
async def taras(sign_in: SignIn) -> AsyncClient:
    """A coordinator of the visiting association."""
    return await sign_in("UA")


@pytest.fixture
async def visit(sessions: Sessions) -> Visit:
    return await planned(sessions)


def of(visit: Visit, part: str = "") -> str:
    return f"/exchanges/visits/{visit.number}{part}"


def a_row(number: int, **more: str) -> dict[str, str]:
    usual = {
        "title": "Workshop",
        "kind": "workshop",
        "mode": "on_site",
        "on": "2027-03-16",
        "starts": "09:00",
        "ends": "12:00",
        "zone": "Europe/Bratislava",
        "settlement": "Nitra",
        "street": "",
    }
    return {f"sessions/{number}/{name}": text for name, text in (usual | more).items()}


def a_person(prefix: str, mail: str) -> dict[str, str]:
    return {
        f"{prefix}names": "Олена Бондар",
        f"{prefix}mail": mail,
        f"{prefix}language": "uk",
        f"{prefix}zone": "Europe/Kyiv",
    }


def a_form(**more: str) -> dict[str, str]:
    return {
        "title": "Plastics for the field",
        "visiting_organisation_id": str(LVIV_CLUSTER),
        "host_organisation_id": str(NITRA_CLUSTER),
        **a_person("visitor_contact/", "andrii@example.org"),
        **a_person("host_contact/", "martin@example.org"),
        **a_row(0),
        **a_row(1, title="", on="", starts="", ends=""),
        **a_row(2, title="Online", on="2027-03-17", mode="online"),
        **more,
    }


class TestSchedule:
    async def test_is_where_exchanges_begins(self, zuzana: AsyncClient) -> None:
        answer = await get(zuzana, "/exchanges/")

        assert answer.headers["location"] == "/exchanges/schedule"

    @pytest.mark.parametrize("view", ["month", "week", "list"])
    async def test_shows_a_visit_with_its_route_and_state(
        self, zuzana: AsyncClient, visit: Visit, view: str
    ) -> None:
        page = await get(zuzana, f"/exchanges/schedule?view={view}&on=2027-03-15")

        assert page.status_code == 200
        for text in ("Plastics for the field", "Planning", of(visit)):
            assert text in page.text

    @pytest.mark.usefixtures("visit")
    async def test_marks_the_holidays_of_the_host(self, zuzana: AsyncClient) -> None:
        page = await get(zuzana, "/exchanges/schedule?on=2027-03-01")

        assert "SK: Good Friday" in page.text

    @pytest.mark.usefixtures("visit")
    async def test_says_when_the_next_visit_is_if_there_is_none_now(
        self, zuzana: AsyncClient
    ) -> None:
        page = await get(zuzana, "/exchanges/schedule?on=2027-01-05")

        assert "No visits in this period: January 2027" in page.text
        assert "The next one begins on 16 Mar 2027." in page.text

    async def test_says_that_nothing_is_planned(self, zuzana: AsyncClient) -> None:
        assert "Nothing is planned after it." in (await get(zuzana, "/exchanges/schedule")).text

    @pytest.mark.usefixtures("visit")
    async def test_says_that_the_filters_are_too_narrow(self, zuzana: AsyncClient) -> None:
        page = await get(zuzana, "/exchanges/schedule?on=2027-03-01&guest=PL")

        assert "No visit fits these filters" in page.text
        assert "Clear the filters" in page.text

    async def test_keeps_its_view_and_day_while_it_filters(self, zuzana: AsyncClient) -> None:
        page = await get(zuzana, "/exchanges/schedule?view=list&on=2027-03-01&host=SK&mine=yes")

        assert hidden(page).items() >= {"view": "list", "on": "2027-03-01"}.items()
        assert '<option value="SK" selected>' in page.text

    async def test_pages_on_in_the_list(self, zuzana: AsyncClient, sessions: Sessions) -> None:
        for _ in range(26):
            await planned(sessions, a_plan(16))

        page = await get(zuzana, "/exchanges/schedule?view=list&on=2027-03-01")
        following = page.text.partition("after=")[2].partition('"')[0]
        second = await get(zuzana, f"/exchanges/schedule?view=list&on=2027-03-01&after={following}")

        assert ("EX-2027-025" in page.text, "EX-2027-026" in page.text) == (True, False)
        assert "EX-2027-026" in second.text

    async def test_answers_htmx_with_the_period_alone(self, zuzana: AsyncClient) -> None:
        headers = {"Accept": "text/html", "HX-Request": "true"}

        answer = await zuzana.get("/exchanges/schedule", headers=headers)

        assert "<html" not in answer.text

    async def test_gives_an_address_for_calendars_once(
        self, zuzana: AsyncClient, outside: AsyncClient, visit: Visit
    ) -> None:
        made = await send(zuzana, "/exchanges/schedule/subscribe", {})
        address = made.text.partition("http://test")[2].partition("<")[0]

        assert made.headers["cache-control"] == "no-store"
        assert visit.number in (await outside.get(address)).text
        assert address not in (await get(zuzana, "/exchanges/schedule/subscribe")).text

    async def test_leads_strangers_to_the_sign_in(self, outside: AsyncClient) -> None:
        answer = await get(outside, "/exchanges/schedule")

        assert answer.headers["location"] == "/exchanges/signin?next=/exchanges/schedule"


class TestPlan:
    async def test_finds_clusters_in_any_script_and_says_as_of_when(
        self, zuzana: AsyncClient
    ) -> None:
        page = await get(zuzana, f"{NEW}?q=ЛЬВІВ")

        assert "Lviv Plastics Cluster" in page.text
        assert "Nitra Plastics Cluster" not in page.text
        assert "As of 1 Mar 2027" in page.text

    async def test_says_that_no_cluster_fits(self, zuzana: AsyncClient) -> None:
        assert "No cluster fits" in (await get(zuzana, f"{NEW}?q=nowhere")).text

    async def test_presets_the_zones_of_both_sides(self, zuzana: AsyncClient) -> None:
        page = await get(zuzana, f"{NEW}?{PAIR}")

        assert page.text.count('<option value="Europe/Bratislava" selected>') == 6
        assert page.text.count('<option value="Europe/Kyiv" selected>') == 1

    async def test_opens_the_visit_without_the_empty_rows(self, zuzana: AsyncClient) -> None:
        answer = await send(zuzana, NEW, a_form(), page=f"{NEW}?{PAIR}")

        assert answer.headers["location"] == "/exchanges/visits/EX-2027-001"
        page = await get(zuzana, answer.headers["location"])
        assert "EX-2027-001 is planned." in page.text
        assert "16–17 Mar 2027" in page.text

    @pytest.mark.parametrize(
        ("wrong", "field", "text"),
        [
            ({"title": " "}, "title", "This field is missing."),
            ({"visitor_contact/mail": "andrii"}, "visitor_contact/mail", "Give a mail address"),
            ({"host_contact/names": ""}, "host_contact/names", "This field is missing."),
            (a_row(2, on=""), "sessions/1/on", "This field is missing."),
            (a_row(2, starts="soon"), "sessions/1/starts", "Give a time of day"),
            (a_row(2, ends="08:00"), "sessions/1/ends", "a session ends after it starts"),
            (a_row(2, on="2027-02-01"), "sessions/1/starts", "this time has passed already"),
            (a_row(2, on="2027-03-28", starts="02:30"), "sessions/1/starts", "skip"),
            (a_row(0, settlement=""), "sessions/0/settlement", "This field is missing."),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_names_the_field_and_keeps_the_words(
        self,
        zuzana: AsyncClient,
        wrong: dict[str, str],
        field: str,
        text: str,
    ) -> None:
        page = await send(zuzana, NEW, a_form(**wrong), page=f"{NEW}?{PAIR}")

        assert page.status_code == 422
        error = page.text.partition(f'id="f-{field.replace("/", "-")}-error"')[2][:200]
        assert text in error
        assert f'href="#f-{field.replace("/", "-")}"' in page.text
        assert 'value="martin@example.org"' in page.text
        assert "EX-2027" not in (await get(zuzana, "/exchanges/schedule?on=2027-03-01")).text

    async def test_needs_a_session(self, zuzana: AsyncClient) -> None:
        empty = {"title": "", "on": "", "starts": "", "ends": ""}
        form = a_form(**a_row(0, **empty), **a_row(2, **empty))

        page = await send(zuzana, NEW, form, page=f"{NEW}?{PAIR}")

        assert page.status_code == 422
        assert '<a href="#f-sessions">plan at least one session</a>' in page.text

    async def test_leaves_nothing_behind_when_the_last_session_is_too_late(
        self, zuzana: AsyncClient
    ) -> None:
        form = a_form(**a_row(2, on="2027-06-17"))

        page = await send(zuzana, NEW, form, page=f"{NEW}?{PAIR}")

        assert page.status_code == 422
        assert "more than 31 days" in page.text
        assert "Nothing is planned" in (await get(zuzana, "/exchanges/schedule")).text

    async def test_is_for_coordinators(self, sign_in: SignIn) -> None:
        analyst = await sign_in("SK", roles=("analyst",))

        page = await get(analyst, NEW)

        assert page.status_code == 403
        assert "coordinator" in page.text


async def in_state(sessions: Sessions, visit: Visit, state: VisitState) -> None:
    async with sessions.begin() as session:
        merged = await session.merge(visit)
        merged.state = state


class TestVisit:
    @pytest.mark.parametrize("state", list(VisitState))
    async def test_is_shown_in_every_state(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit, state: VisitState
    ) -> None:
        await in_state(sessions, visit, state)

        page = await get(zuzana, of(visit))

        assert page.status_code == 200
        assert "Next step" in page.text

    async def test_offers_one_next_step_by_state_and_role(
        self,
        zuzana: AsyncClient,
        taras: AsyncClient,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        visit = await planned(sessions)
        assert "Draft the text" in (await get(zuzana, of(visit))).text
        await invited(sessions, visit, "oksana@example.org")
        await drafted(sessions, visit)
        assert "Read and sign" in (await get(zuzana, of(visit))).text
        await signed(sessions, visit, Party.HOP)
        assert "These signatures are awaited" in (await get(zuzana, of(visit))).text

        agreed = await planned(sessions)
        [oksana] = await committed(sessions, agreed)
        assert "when everybody is ready" in (await get(zuzana, of(agreed))).text
        ready = await send(taras, of(agreed, "/ready"), {}, page=of(agreed))
        assert ready.headers["location"] == of(agreed)
        assert "The host side checks" in (await get(taras, of(agreed))).text
        assert "Check delegates in" in (await get(zuzana, of(agreed))).text

        over = agreed.programme[-1].ends_at + timedelta(hours=1)
        async with sessions.begin() as session:
            await holding.check_in(
                session,
                ZUZANA,
                key=agreed.number,
                participant_ids=[oksana],
                at=agreed.programme[0].starts_at,
            )
        monkeypatch.setattr(clock, "now", lambda: over)
        assert "Record attendance" in (await get(zuzana, of(agreed))).text
        assert "End the visit" in (await get(taras, of(agreed))).text
        await send(taras, of(agreed, "/end"), {}, page=of(agreed))
        assert "Report due" in (await get(taras, of(agreed))).text

    async def test_x05_shows_whose_move_it_is(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await drafted(sessions, visit)
        await signed(sessions, visit, Party.VO, Party.VOP)

        page = await get(zuzana, of(visit))

        assert page.text.count(">Signed</span>") == 3  # the visiting side, and its two parties
        assert "Asked, not signed" in page.text

    async def test_tells_what_happened_and_who_did_it(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        [oksana] = await invited(sessions, visit, "oksana@example.org")
        await answered(sessions, visit, oksana, DelegateAnswer.ACCEPTED)

        page = await get(zuzana, of(visit, "/history"))

        for text in ("Accepted: oksana", "· oksana", "Invited: oksana", "Visit planned"):
            assert text in page.text

    async def test_warns_of_missing_answers(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await invited(sessions, visit, "oksana@example.org", "lena@example.org")

        page = await get(zuzana, of(visit))

        assert "2 answers are still missing." in page.text
        assert "6 Mar 2027, 13:00 CET" in page.text

    async def test_tells_the_support_office_no_names(
        self, sign_in: SignIn, sessions: Sessions, visit: Visit
    ) -> None:
        await invited(sessions, visit, "oksana@example.org")
        support = await sign_in("ECA", roles=("support_office",))

        for part in ("", "/history"):
            page = await get(support, of(visit, part))
            assert page.status_code == 200
            assert "oksana" not in page.text
            assert "Martin" not in page.text
        assert "Coordinators of SK, UA act" in (await get(support, of(visit))).text

    async def test_speaks_ukrainian(self, sign_in: SignIn, visit: Visit) -> None:
        taras = await sign_in("UA", language="uk")

        page = await get(taras, of(visit))

        assert '<html lang="uk"' in page.text
        for english in ("Planning", "Next step", "Programme", "Awaited", "Visit planned"):
            assert english not in page.text


PARTS = (
    "",
    "/history",
    "/invite",
    "/commitment",
    "/move",
    "/cancel",
    "/checkin",
    "/attendance",
    "/sessions/new",
    f"/sessions/{uuid7()}/drop",
    f"/delegates/{uuid7()}/withdraw",
    ".ics",
)
ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/invite", {}),
    ("/commitment", {"party": "hop", "hash": "0" * 64}),
    ("/commitment/goals", {"goals": "x"}),
    ("/move", {}),
    ("/move/confirm", {}),
    ("/cancel", {"reason": "other"}),
    ("/ready", {}),
    ("/end", {}),
    ("/checkin", {}),
    (f"/attendance?session={uuid7()}", {}),
    ("/sessions/new", {}),
    (f"/sessions/{uuid7()}/drop", {}),
    (f"/delegates/{uuid7()}/withdraw", {"reason": "other"}),
)


class TestDoors:
    async def test_do_not_open_to_another_association(self, sign_in: SignIn, visit: Visit) -> None:
        marek = await sign_in("PL")

        for part in PARTS:
            page = await get(marek, of(visit, part))
            assert (part, page.status_code) == (part, 404)
            assert "Plastics" not in page.text
        for part, form in ACTS:
            answer = await send(marek, of(visit, part), form, page="/exchanges/schedule/subscribe")
            assert (part, answer.status_code) == (part, 404)

    async def test_open_acts_to_coordinators_alone(
        self, sign_in: SignIn, sessions: Sessions, visit: Visit
    ) -> None:
        analyst = await sign_in("SK", roles=("analyst",))
        before = await stated(sessions, visit.id)

        assert (await get(analyst, of(visit))).status_code == 200
        for part in ("/invite", "/move", "/cancel", "/checkin", "/sessions/new"):
            assert (await get(analyst, of(visit, part))).status_code == 403
        for part, form in ACTS:
            page = "/exchanges/schedule/subscribe"
            answer = await send(analyst, of(visit, part), form, page=page)
            assert (part, answer.status_code) == (part, 403)
        assert await stated(sessions, visit.id) == before

    async def test_open_check_in_to_the_host_side_alone(
        self, taras: AsyncClient, visit: Visit
    ) -> None:
        assert (await get(taras, of(visit, "/checkin"))).status_code == 403

    async def test_refuse_a_form_of_another_site(self, zuzana: AsyncClient, visit: Visit) -> None:
        answer = await zuzana.post(
            of(visit, "/cancel"), data={"csrf": "guessed", "reason": "other"}
        )

        assert answer.status_code == 403


class TestInvite:
    async def test_asks_four_people_at_once(self, taras: AsyncClient, visit: Visit) -> None:
        people: dict[str, str] = {}
        for row in range(4):
            people |= a_person(f"people/{row}/", f"p{row}@example.org")
        form = {**people, "reply_by_at": "2027-03-06", "reply_time": "17:00", "funded": "yes"}

        answer = await send(taras, of(visit, "/invite"), form)

        assert answer.headers["location"] == of(visit)
        page = await get(taras, of(visit))
        assert page.text.count("until 6 Mar 2027, 16:00 CET") == 4  # 17:00 in Kyiv

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"people/0/mail": "oksana@"}, ("people/0/mail", "Give a mail address")),
            ({"people/0/names": ""}, ("people/0/names", "missing")),
            ({"reply_by_at": ""}, ("reply_by_at", "missing")),
            ({"reply_by_at": "2027-02-01"}, ("reply_by_at", "passed already")),
            ({"reply_by_at": "2027-03-17"}, ("reply_by_at", "before the first session")),
            ({"people/0/names": "", "people/0/mail": ""}, ("people/0/names", "at least one")),
            ({"people/0/mail": "lena@example.org"}, ("people/0/mail", "in this visit already")),
        ],
    )
    async def test_names_the_field_and_keeps_the_words(
        self,
        taras: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        wrong: dict[str, str],
        told: tuple[str, str],
    ) -> None:
        field, text = told
        await invited(sessions, visit, "lena@example.org")
        form = {
            **a_person("people/0/", "oksana@example.org"),
            "reply_by_at": "2027-03-06",
            "reply_time": "16:45",
        }

        page = await send(taras, of(visit, "/invite"), form | wrong)

        assert page.status_code in (409, 422)
        error = page.text.partition(f'id="f-{field.replace("/", "-")}-error"')[2][:200]
        assert text in error
        assert 'value="16:45"' in page.text

    async def test_withdraws_one_person(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        oksana, _ = await invited(sessions, visit, "oksana@example.org", "lena@example.org")
        address = of(visit, f"/delegates/{oksana}/withdraw")

        page = await get(zuzana, address)
        answer = await send(zuzana, address, {"reason": "illness"})

        assert "1 other person stays on the visit and gets nothing." in page.text
        assert answer.headers["location"] == of(visit)
        assert "Withdrawn: oksana" in (await get(zuzana, of(visit))).text


class TestCommitment:
    async def test_begins_with_the_goals(self, zuzana: AsyncClient, visit: Visit) -> None:
        address = of(visit, "/commitment")

        empty = await send(zuzana, f"{address}/goals", {"goals": " "}, page=address)
        answer = await send(zuzana, f"{address}/goals", {"goals": "Two projects"}, page=address)

        assert empty.status_code == 422
        assert 'id="f-goals-error"' in empty.text
        assert answer.headers["location"] == address
        page = await get(zuzana, address)
        for text in ("Two projects", "Lviv Plastics Cluster", "Session of 16 March", "SHA-256"):
            assert text in page.text

    async def test_is_signed_for_the_own_association(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        commitment = await drafted(sessions, visit)
        address = of(visit, "/commitment")
        fields = hidden(await get(zuzana, address))

        answer = await send(zuzana, address, fields)

        assert (fields["party"], fields["hash"]) == ("hop", commitment.hash)
        assert answer.headers["location"] == of(visit)
        assert (await stated(sessions, commitment.id))[-1] == "CommitmentSigned"
        assert "Sign the text" not in (await get(zuzana, address)).text

    async def test_h06_a_text_that_changed_is_shown_with_its_difference_and_not_signed(
        self, zuzana: AsyncClient, taras: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        commitment = await drafted(sessions, visit)
        address = of(visit, "/commitment")
        fields = hidden(await get(zuzana, address))
        await send(taras, f"{address}/goals", {"goals": "Three projects"}, page=address)

        page = await send(zuzana, address, fields)

        assert page.status_code == 409
        assert "<del>Two joint projects</del>" in page.text
        assert "<ins>Three projects</ins>" in page.text
        assert "CommitmentSigned" not in await stated(sessions, commitment.id)
        assert hidden(page)["hash"] != fields["hash"]

    async def test_h06_a_text_that_was_tampered_with_tells_no_difference(
        self, zuzana: AsyncClient, taras: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await drafted(sessions, visit)
        address = of(visit, "/commitment")
        fields = hidden(await get(zuzana, address))
        await send(taras, f"{address}/goals", {"goals": "Three projects"}, page=address)

        for shown in (fields["shown"].replace("Two", "Ten"), "{", "[]", '{"goals": {}}', ""):
            page = await send(zuzana, address, fields | {"shown": shown})
            assert (page.status_code, "<del>" in page.text) == (409, False)


def moved_day(day: str, to: str) -> dict[str, str]:
    return {"day": day, "to": to}


class TestMove:
    async def test_x11_shows_old_and_new_who_is_concerned_and_which_signatures_hold(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await committed(sessions, visit, "oksana@example.org")
        before = await stated(sessions, visit.id)
        address = of(visit, "/move")

        page = await send(zuzana, address, moved_day("2027-03-17", "2027-03-18"))

        assert page.status_code == 200
        assert "<del>Wednesday, 17 March 2027, 09:00–12:00 CET</del>" in page.text
        assert "<ins>Thursday, 18 March 2027, 09:00–12:00 CET</ins>" in page.text
        assert "1 delegate gets one mail" in page.text
        again, hold = page.text.partition("Sign again:")[2].split("Still hold:")
        assert ("Host organisation" in again, "Association" in again) == (True, False)
        assert hold.count("Association of the") == 2
        assert await stated(sessions, visit.id) == before

    async def test_x11_moves_in_one_act_and_keeps_the_identity(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await committed(sessions, visit)
        address = of(visit, "/move")
        preview = await send(zuzana, address, moved_day("2027-03-17", "2027-03-18"))
        form = {**hidden(preview), "reason": "illness"}

        answer = await zuzana.post(f"{address}/confirm", data=form, headers={"Accept": "text/html"})

        assert answer.headers["location"] == of(visit)
        page = await get(zuzana, of(visit))
        assert "New dates" in page.text
        assert page.text.count("To be signed again: the text changed.") == 2

    async def test_moves_single_sessions(self, zuzana: AsyncClient, visit: Visit) -> None:
        form = self.rows(visit)
        form["sessions/1/starts"] = "10:30"

        page = await send(zuzana, of(visit, "/move"), form)

        assert page.text.count("<ins>") == 1
        assert "10:30–12:00 CET" in page.text

    @pytest.mark.parametrize(
        ("field", "typed", "text"),
        [
            ("sessions/1/ends", "08:00", "a session ends after it starts"),
            ("sessions/1/on", "2027-02-30", "Give a day that exists"),
            ("sessions/1/on", "2027-02-01", "this time has passed already"),
        ],
    )
    async def test_names_the_field(
        self, zuzana: AsyncClient, visit: Visit, field: str, typed: str, text: str
    ) -> None:
        page = await send(zuzana, of(visit, "/move"), self.rows(visit) | {field: typed})

        assert page.status_code == 422
        assert text in page.text.partition("sessions-1-")[2]
        assert f'value="{typed}"' in page.text

    async def test_refuses_a_day_that_does_not_exist_and_times_that_stand(
        self, zuzana: AsyncClient, visit: Visit
    ) -> None:
        address = of(visit, "/move")

        bad = await send(zuzana, address, moved_day("2027-03-16", "someday"))
        same = await send(zuzana, address, moved_day("2027-03-16", "2027-03-16"))

        assert 'id="f-to-error"' in bad.text
        assert "the times that stand already" in same.text
        assert (bad.status_code, same.status_code) == (422, 422)

    def rows(self, visit: Visit) -> dict[str, str]:
        form = {}
        for number, session in enumerate(visit.programme):
            form[f"sessions/{number}/session_id"] = str(session.id)
            form[f"sessions/{number}/on"] = session.day.isoformat()
            form[f"sessions/{number}/starts"] = f"{session.starts_wall:%H:%M}"
            form[f"sessions/{number}/ends"] = f"{session.ends_wall:%H:%M}"
        return form


class TestCancel:
    async def test_says_the_consequence_in_numbers_and_offers_to_move(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await invited(sessions, visit, "oksana@example.org", "lena@example.org")

        page = await get(zuzana, of(visit, "/cancel"))

        for text in ("2 delegates and the contacts", "3 calendar entries", "Move it instead"):
            assert text in page.text

    async def test_asks_why_and_keeps_the_note(self, zuzana: AsyncClient, visit: Visit) -> None:
        page = await send(zuzana, of(visit, "/cancel"), {"note": "The hall burnt down"})

        assert page.status_code == 422
        assert 'href="#f-reason"' in page.text
        assert "The hall burnt down" in page.text

    async def test_calls_the_visit_off(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await committed(sessions, visit)
        form = {"reason": "force_majeure", "note": "The hall burnt down"}

        answer = await send(zuzana, of(visit, "/cancel"), form)

        assert answer.headers["location"] == of(visit)
        page = await get(zuzana, of(visit))
        for text in ("Cancelled", "Force majeure. The hall burnt down", "Nothing more happens"):
            assert text in page.text
        again = await send(zuzana, of(visit, "/cancel"), form)
        assert again.status_code == 409


class TestProgramme:
    async def test_takes_one_more_session(self, zuzana: AsyncClient, visit: Visit) -> None:
        form = {name.partition("/")[2].partition("/")[2]: v for name, v in a_row(0).items()}

        bad = await send(zuzana, of(visit, "/sessions/new"), form | {"ends": "07:00"})
        answer = await send(zuzana, of(visit, "/sessions/new"), form | {"title": "Dinner"})

        assert 'id="f-ends-error"' in bad.text
        assert answer.headers["location"] == of(visit)
        assert "Dinner" in (await get(zuzana, of(visit))).text

    async def test_lets_a_session_go_but_not_the_last(
        self, zuzana: AsyncClient, sessions: Sessions
    ) -> None:
        visit = await planned(sessions, a_plan(16), a_plan(17))
        first, second = (of(visit, f"/sessions/{s.id}/drop") for s in visit.programme)

        answer = await send(zuzana, first, {})
        last = await send(zuzana, second, {})

        assert answer.headers["location"] == of(visit)
        assert last.status_code == 422
        assert "a visit has at least one session" in last.text


class TestHolding:
    async def test_checks_in_who_is_ticked(
        self,
        zuzana: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        oksana, _ = await committed(sessions, visit, "oksana@example.org", "lena@example.org")
        async with sessions.begin() as session:
            await holding.mark_ready(session, TARAS, key=visit.number, at=NOON + DAY)
        address = of(visit, "/checkin")

        early = await send(zuzana, address, {"present": [str(oksana)]})
        monkeypatch.setattr(clock, "now", lambda: visit.programme[0].starts_at)
        nobody = await send(zuzana, address, {})
        answer = await send(zuzana, address, {"present": [str(oksana), str(uuid7())]})

        assert (early.status_code, "check-in opens on" in early.text) == (409, True)
        assert (nobody.status_code, "Tick who is here." in nobody.text) == (422, True)
        assert answer.headers["location"] == of(visit)
        page = await get(zuzana, address)
        assert ("1 delegate is here already" in page.text, "lena" in page.text) == (True, True)

    async def test_keeps_the_attendance_of_a_session(
        self,
        zuzana: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        oksana, lena = await under_way(sessions, visit, "oksana@example.org", "lena@example.org")
        first = visit.programme[0]
        monkeypatch.setattr(clock, "now", lambda: first.ends_at)
        address = of(visit, f"/attendance?session={first.id}")

        page = await get(zuzana, address)
        too_long = await send(zuzana, address, {f"minutes/{oksana}": "500"})
        no_number = await send(zuzana, address, {f"minutes/{oksana}": "long"})
        answer = await send(zuzana, address, {f"minutes/{oksana}": "90", f"minutes/{lena}": ""})

        assert page.text.count('value="180"') == 2
        assert f'id="f-minutes-{oksana}-error"' in too_long.text
        assert 'value="500"' in too_long.text
        assert no_number.status_code == 422
        assert answer.headers["location"] == of(visit, "/attendance")
        [kept] = [
            event
            for event in await facts_of(sessions, visit.id)
            if event.type.endswith("attendance_recorded.v1")
        ]
        assert [each.minutes for each in kept.attended] == [90]  # type: ignore[attr-defined]
        overview = await get(zuzana, of(visit, "/attendance"))
        assert ("1 present" in overview.text, "has not begun" in overview.text) == (True, True)

    async def test_begins_with_the_check_in(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await in_state(sessions, visit, VisitState.READY)

        answer: Response = await get(zuzana, of(visit, "/attendance"))

        assert answer.headers["location"] == of(visit, "/checkin")


def test_every_act_is_refused_somewhere() -> None:
    tried: set[Any] = {part.partition("?")[0].split("/")[1] for part, _ in ACTS}

    assert tried == {
        "invite",
        "commitment",
        "move",
        "cancel",
        "ready",
        "end",
        "checkin",
        "attendance",
        "sessions",
        "delegates",
    }
