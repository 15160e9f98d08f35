"""Pages of a visit and their acts: closed to others, open to coordinators alone."""

from typing import Any

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from services.chassis.database import Sessions
from services.exchanges.visits.model import Visit
from tests.exchanges.conftest import SignIn
from tests.exchanges.pages import get, of, send
from tests.exchanges.stories import (
    stated,
)

pytestmark = pytest.mark.usefixtures("copies")


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
