"""Attendance that a host's back office declares from its own system."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contracts.vocabulary import DelegateState
from services.chassis import clock
from services.chassis.database import Sessions
from services.exchanges.visits.access import visit_of
from services.exchanges.visits.model import Visit
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import ZUZANA, planned, the_copies, under_way

DOOR = "/exchanges/v1/events"


def a_list(of: Visit, participant_id: UUID, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "list-1",
        "source": "urn:uks:register",
        "type": "talka.exchanges.attendance.declared.v1",
        "data": {
            "visit": {"number": of.number},
            "session": {"id": str(of.programme[0].id)},
            "attended": [{"delegate": {"id": str(participant_id)}, "minutes": 90}],
            "taken_at": of.programme[0].ends_at.isoformat(),
            "method": "list",
        }
        | data,
    }


class TestAttendance:
    visit: Visit
    oksana: UUID

    @pytest.fixture(autouse=True)
    async def held(
        self,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
        noon: None,  # noqa: ARG002 - the clock is moved on from there
    ) -> None:
        await the_copies(sessions)
        self.visit = await planned(sessions)
        [self.oksana] = await under_way(sessions, self.visit)
        now: datetime = self.visit.programme[0].ends_at
        monkeypatch.setattr(clock, "now", lambda: now)

    async def post(self, client: AsyncClient, document: dict[str, Any]) -> Any:
        kind = {"Content-Type": "application/cloudevents+json"}
        return await client.post(DOOR, json=document, headers=kind)

    async def test_is_taken_once(self, sign_in: SignIn, sessions: Sessions) -> None:
        office = await sign_in("SK", roles=("back_office",))

        answers = [await self.post(office, a_list(self.visit, self.oksana)) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].json()["events"] == answers[1].json()["events"]
        async with sessions.begin() as session:
            visit = await visit_of(session, ZUZANA, self.visit.number)
        assert visit.delegate(self.oksana).state is DelegateState.ATTENDED
        assert [part.minutes for part in visit.attended] == [90]

    async def test_is_refused_with_every_fault(self, sign_in: SignIn) -> None:
        office = await sign_in("SK", roles=("back_office",))
        unknown = {"session": {"ref": "s-1"}, "visit": {"ref": "v-1"}}

        answer = await self.post(office, a_list(self.visit, self.oksana, **unknown))

        assert answer.status_code == 422
        pointers = {error["pointer"] for error in answer.json()["errors"]}
        assert pointers == {"/data/session", "/data/visit"}

    async def test_is_the_hosts_word(self, sign_in: SignIn) -> None:
        visiting = await sign_in("UA", roles=("back_office",))

        answer = await self.post(visiting, a_list(self.visit, self.oksana))

        assert answer.status_code == 403

    async def test_another_associations_visit_is_not_known(self, sign_in: SignIn) -> None:
        stranger = await sign_in("PL", roles=("back_office",))

        answer = await self.post(stranger, a_list(self.visit, self.oksana))

        assert answer.status_code == 404
