"""R-14: dual-use visits, clusters and sites are there for vetted people only, by every door.

Each test runs twice: as it is, and with the checks of the queries switched off, so that row-level
security has to hold by itself.
"""

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from contracts.registry import ClusterSuspended
from services.chassis.database import Sessions
from services.chassis.parking import parked
from services.exchanges.copies import queries
from services.exchanges.copies.model import ClusterCopy
from services.exchanges.visits import access, schedule
from services.exchanges.visits.model import Visit
from tests.chassis.builders import NOON, a_record
from tests.exchanges.asking import VISITS, a_session, a_visit, problem_of
from tests.exchanges.builders import LVIV_CLUSTER, NITRA_CLUSTER
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import a_site_copy, planned, the_copies

HALL = "Proving ground"


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "both walls":
        for module in (access, schedule):
            monkeypatch.setattr(module, "shown_to", access.visible_to)
        monkeypatch.setattr(queries, "_seen_by", lambda *_: ())


@pytest.fixture
async def visit(sessions: Sessions) -> Visit:
    """A visit to a dual-use cluster with a site of its own."""
    await the_copies(sessions)
    visit = await planned(sessions)
    async with sessions.begin() as session:
        (await session.get_one(Visit, visit.id)).dual_use = True
        (await session.get_one(ClusterCopy, NITRA_CLUSTER)).dual_use = True
        session.add(a_site_copy(HALL, dual_use=True))
    return visit


def doors_of(visit: Visit) -> dict[str, str]:
    """What would tell of it behind each door."""
    return {
        f"/exchanges/v1/visits/{visit.number}": visit.number,
        f"/exchanges/visits/{visit.number}": visit.number,
        f"/exchanges/visits/{visit.number}.ics": "VEVENT",
        "/exchanges/schedule?view=list&on=2027-03-16": visit.number,
        "/exchanges/v1/clusters?q=nitra": str(NITRA_CLUSTER),
        f"/exchanges/v1/clusters/{NITRA_CLUSTER}/sites": HALL,
        f"/exchanges/visits/new?host={NITRA_CLUSTER}&visitor={LVIV_CLUSTER}": HALL,
    }


async def test_r14_nothing_of_it_is_behind_a_door_for_who_is_not_vetted(
    visit: Visit, sign_in: SignIn
) -> None:
    unvetted = [
        await sign_in("SK"),
        await sign_in("UA"),
        await sign_in("ECA", roles=("support_office",)),
    ]

    for client in unvetted:
        for door, telling in doors_of(visit).items():
            answer = await client.get(door, headers={"Accept": "text/html, application/json"})
            shown = answer.text.replace(door, "")
            if answer.status_code == 200:
                assert telling not in shown, door
            else:
                assert answer.status_code in {403, 404, 422}, (door, answer.status_code)


async def test_r14_it_is_there_for_who_is_vetted(visit: Visit, sign_in: SignIn) -> None:
    vetted = await sign_in("SK", marks=("dual_use_vetted",))

    for door, telling in doors_of(visit).items():
        answer = await vetted.get(door, headers={"Accept": "text/html, application/json"})
        assert (door, answer.status_code) == (door, 200)
        assert telling in answer.text, door


class TestASite:
    """H-16: a host site that is dual use makes the visit so."""

    async def test_h16_keeps_the_visit_to_vetted_people(
        self, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await the_copies(sessions)
        async with sessions.begin() as session:
            session.add(site := a_site_copy(HALL, dual_use=True))
        there = [a_session(16, place=None, site_id=str(site.site_id))]
        vetted = await sign_in("SK", marks=("dual_use_vetted",))
        other = await sign_in("SK")

        refused = problem_of(await other.post(VISITS, json=a_visit(sessions=there)), 422)
        planned_there = (await vetted.post(VISITS, json=a_visit(sessions=there))).json()
        elsewhere = (await vetted.post(VISITS, json=a_visit())).json()
        late = await vetted.post(f"{VISITS}/{elsewhere['number']}/sessions", json=there[0])

        assert [each["pointer"] for each in refused["errors"]] == ["/sessions/0/site_id"]
        assert planned_there["dual_use"]
        assert [each["pointer"] for each in problem_of(late, 422)["errors"]] == ["/site_id"]
        number = planned_there["number"]
        assert (await other.get(f"{VISITS}/{number}")).status_code == 404
        assert number not in (await other.get("/exchanges/schedule?view=list")).text


class TestParked:
    """A record about something dual use is hidden, also when its data do not say that it is."""

    async def test_r14_is_hidden_by_its_subject_and_by_what_it_names(
        self, visit: Visit, sessions: Sessions, sign_in: SignIn, app: FastAPI
    ) -> None:
        about_cluster = ClusterSuspended(subject=str(NITRA_CLUSTER), time=NOON, reason="")
        about_other = ClusterSuspended(subject=str(LVIV_CLUSTER), time=NOON, reason="")
        records = [
            a_record(about_cluster, sequence=1, offset=0, value=b'{"reason": ["Secret"]}'),
            a_record(about_other, sequence=1, offset=1, value=b'{"reason": ["Open"]}'),
            a_record(
                about_other,
                sequence=2,
                offset=2,
                value=f'{{"reason": ["Secret"], "about": "{visit.id}"}}'.encode(),
            ),
        ]
        async with sessions.begin() as session:
            await app.state.consumer.apply(session, records)
            rows = (await session.execute(select(parked.c.id, parked.c.sequence))).all()
        operator = await sign_in("ECA", roles=("operator",))
        vetted = await sign_in("ECA", roles=("operator",), marks=("dual_use_vetted",))

        addresses = [f"/exchanges/parked/{row.id}" for row in rows]
        shown = [(await operator.get(address)).text for address in addresses]
        whole = [(await vetted.get(address)).text for address in addresses]

        assert not any("Secret" in page for page in shown)
        assert sum("Open" in page for page in shown) == 1
        assert sum("Secret" in page for page in whole) == 2
