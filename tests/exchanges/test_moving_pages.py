"""Moving and cancelling a visit as pages: old and new side by side, and who hears of it."""

import pytest
from httpx import AsyncClient

from services.chassis.database import Sessions
from services.exchanges.visits.model import Visit
from tests.exchanges.pages import get, hidden, of, send
from tests.exchanges.stories import (
    committed,
    invited,
    stated,
)

pytestmark = pytest.mark.usefixtures("copies")


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
        assert '<th scope="col">Session</th>' in page.text
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

    async def test_x11_asks_why_what_was_agreed_moves_and_chooses_no_reason_itself(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        address = of(visit, "/move")
        day = moved_day("2027-03-17", "2027-03-18")
        building = await send(zuzana, address, day)
        await committed(sessions, visit)
        preview = await send(zuzana, address, day)

        answer = await zuzana.post(
            f"{address}/confirm", data=hidden(preview), headers={"Accept": "text/html"}
        )

        assert 'name="reason"' not in building.text
        assert 'name="reason"' in preview.text
        assert "checked" not in preview.text
        assert (answer.status_code, "<ins>Thursday, 18 March" in answer.text) == (422, True)
        assert 'href="#f-reason"' in answer.text
        assert "VisitReschedulingStarted" not in await stated(sessions, visit.id)

    async def test_moves_single_sessions(self, zuzana: AsyncClient, visit: Visit) -> None:
        form = self.rows(visit)
        form["sessions/1/starts"] = "10:30"

        page = await send(zuzana, of(visit, "/move"), form)

        assert page.text.count("<ins>") == 1
        assert "10:30–12:00 CET" in page.text

    @pytest.mark.parametrize(
        ("field", "typed", "text"),
        [
            ("sessions/1/ends", "08:00", "A session ends after it starts"),
            ("sessions/1/on", "2027-02-30", "Give a day that exists"),
            ("sessions/1/on", "2027-02-01", "This time has passed already"),
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
        assert "Cancelled. Force majeure. The hall burnt down" in page.text  # in the activity
        assert "Awaited" not in page.text
        again = await send(zuzana, of(visit, "/cancel"), form)
        assert again.status_code == 409
