"""Pages of visits: what they show in each state, what they refuse, and to whom they open."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from contracts.vocabulary import DelegateAnswer, Party, VisitState
from services.chassis import clock
from services.chassis.database import Sessions
from services.exchanges.visits.commands import holding
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import LVIV_CLUSTER, NITRA_CLUSTER, a_plan
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import a_person, a_row, get, hidden, of, send
from tests.exchanges.stories import (
    ZUZANA,
    answered,
    committed,
    drafted,
    in_state,
    invited,
    planned,
    signed,
    stated,
    the_copies,
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
