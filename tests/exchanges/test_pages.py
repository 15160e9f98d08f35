"""Pages of visits: what they show in each state, what they refuse, and to whom they open."""

from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from contracts.event import uuid7
from contracts.vocabulary import DelegateAnswer, Party, VisitState
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.exchanges.visits.commands import holding
from services.exchanges.visits.model import Visit
from services.exchanges.visits.queries import told_of, view_of
from services.exchanges.visits.sessions import VisitSession
from tests.exchanges.builders import a_plan
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import get, hidden, of, send
from tests.exchanges.stories import (
    TARAS,
    ZUZANA,
    answered,
    committed,
    drafted,
    in_state,
    invited,
    planned,
    signed,
    under_way,
)
from tests.office import in_office

pytestmark = pytest.mark.usefixtures("copies")


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

    async def test_j01_leads_the_host_back_to_the_lists_of_a_visit_that_is_over(
        self, zuzana: AsyncClient, taras: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await under_way(sessions, visit)
        async with sessions.begin() as session:
            await session.execute(update(Visit).values(state=VisitState.ENDED))
            await session.execute(update(VisitSession).values(list_id=uuid7()))

        link = f'href="{of(visit, "/attendance")}">Put it right<'

        assert link in (await get(zuzana, of(visit))).text
        assert link not in (await get(taras, of(visit))).text

    async def test_x05_shows_whose_move_it_is(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await drafted(sessions, visit)
        await signed(sessions, visit, Party.VO, Party.VOP)

        page = await get(zuzana, of(visit))

        assert page.text.count(">Signed</span>") == 3  # the visiting side, and its two parties
        assert "Asked, not signed" in page.text

    async def test_x05_names_who_signed_for_the_other_association(
        self, taras: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        async with sessions.begin() as session:
            signer = UUID(ZUZANA.id.removeprefix("staff:"))
            names = {"original": "Katarína Horváthová"}
            session.add(in_office(signer, of="SK", roles=["coordinator"], names=names))
        await drafted(sessions, visit)
        before = (await get(taras, of(visit))).text
        await signed(sessions, visit, Party.HOP)

        for part in ("", "/commitment"):
            assert "Katarína Horváthová · " in (await get(taras, of(visit, part))).text
        assert "Katarína Horváthová" not in before

    async def test_x05_names_nobody_in_a_visit_who_signed_another_by_the_query_alone(
        self, sessions: Sessions, visit: Visit
    ) -> None:
        async with sessions.begin() as session:
            signer = UUID(ZUZANA.id.removeprefix("staff:"))
            names = {"original": "Katarína Horváthová"}
            session.add(in_office(signer, of="SK", roles=["coordinator"], names=names))
        signed_there = await planned(sessions)
        await drafted(sessions, signed_there)
        await signed(sessions, signed_there, Party.HOP)

        async def named(reader: Actor, there: Visit) -> set[tuple[str | None, str | None]]:
            async with sessions.begin() as session:  # behind no wall
                view = await view_of(session, reader, there.number)
                told = await told_of(session, reader, view)
                return {(each.name, each.mail) for each in told if each.actor == ZUZANA.id}

        assert await named(TARAS, signed_there) == {("Katarína Horváthová", None)}
        assert await named(TARAS, visit) == {(None, None)}
        assert await named(ZUZANA, visit) == {("Katarína Horváthová", "x@example.org")}

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


async def test_r20_a_country_of_no_association_is_refused_by_the_name_of_its_field(
    zuzana: AsyncClient,
) -> None:
    for name in ("host", "guest"):
        answer = await zuzana.get("/exchanges/schedule", params={name: "XX"})

        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/query/{name}"]
