"""R-07: Common Resource Centres with clusters served, twins, services, capacity, rota."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from contracts.centres import CentreOpened, CentreRotaSet, CentreServiceGiven, CentreServiceOffered
from contracts.people import Absence, ContactNames
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.centres.model import Centre
from services.registry.centres.words import quarter_of
from services.registry.people.model import Person, Stated
from tests.registry import held
from tests.registry.builders import LESIA, MAREK, NOON, a_cluster, a_profile, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.held import in_days, refused, taken, told
from tests.registry.test_pages import get, send

CENTRES = "/registry/v1/centres"
TWIN = "CL-2002"
FAR = datetime(2100, 1, 1, tzinfo=UTC)


async def a_centre(sessions: Sessions, code: str = "CRC-AGR") -> Centre:
    centre, _ = Centre.open(
        centre_id=uuid4(),
        association="UA",
        code=code,
        names=a_profile().names,
        industry="Agri-food",
        scope={"en": f"Scope of {code}"},
        ecosystems=["agri-food", "retail"],
        at=NOON,
    )
    return await saved(sessions, centre)


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await held.a_public_cluster(sessions)
    twin = a_cluster(
        state=ClusterState.PUBLISHED,
        number=TWIN,
        association="PL",
        legal_value="5260001246",
        country="PL",
    )
    await saved(sessions, twin, an_association("PL", "Europe/Warsaw"))
    return await sign_in(LESIA)


def a_service(**fields: object) -> dict[str, object]:
    usual = {
        "centre": "CRC-AGR",
        "texts": {"en": "Export coaching"},
        "languages": ["uk", "en"],
        "capacity": 3,
        "quarter": quarter_of(held.today()),
    }
    return usual | fields


async def link(client: AsyncClient, number: str, role: str, act: str = "") -> int:
    answer = await client.put(
        f"{CENTRES}/CRC-AGR/clusters/{number}/{role}{act}", json={"from_day": in_days(0)}
    )
    return answer.status_code


class TestClusters:
    async def test_r07_are_served_or_twins(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await a_centre(sessions)

        assert await link(lesia, held.NUMBER, "served") == 200
        assert await link(lesia, TWIN, "twin") == 200
        assert await link(lesia, TWIN, "twin") == 409
        assert await link(lesia, TWIN, "served") == 409
        assert await link(lesia, held.NUMBER, "twin") == 409

        shown = (await lesia.get(f"{CENTRES}/CRC-AGR")).json()
        assert [(each["number"], each["role"]) for each in shown["links"]] == [
            (held.NUMBER, "served"),
            (TWIN, "twin"),
        ]
        assert await link(lesia, TWIN, "twin", "/end") == 200
        assert await link(lesia, TWIN, "twin", "/end") == 409
        [row] = (await lesia.get(CENTRES)).json()["items"]
        assert (row["served"], row["twins"]) == (1, 0)

    @pytest.mark.usefixtures("lesia")
    async def test_r07_are_linked_by_the_centres_own_association(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await a_centre(sessions)
        marek = await sign_in(MAREK, of="PL")

        assert await link(marek, TWIN, "twin") == 403


class TestServices:
    async def test_r07_say_what_is_left_of_the_quarter(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        centre = await a_centre(sessions)
        await link(lesia, held.NUMBER, "served")
        await taken(lesia, "centre_service", **a_service())
        [service] = (await lesia.get(f"{CENTRES}/CRC-AGR")).json()["services"]
        address = f"{CENTRES}/CRC-AGR/services/{service['id']}/given"

        given = await lesia.post(address, json={"cluster": held.NUMBER, "amount": 2})
        too_much = await lesia.post(address, json={"cluster": held.NUMBER, "amount": 2})

        assert [each["left"] for each in given.json()["services"]] == [1]
        assert (too_much.status_code, too_much.json()["code"]) == (409, "TLK-R095")
        facts = await told(sessions, centre.id)
        assert isinstance(facts[-2], CentreServiceOffered)
        last = facts[-1]
        assert isinstance(last, CentreServiceGiven)
        assert (last.amount, last.left) == (2, 1)
        [row] = (await lesia.get(CENTRES)).json()["items"]
        assert (row["capacity"], row["left"]) == (3, 1)
        more = a_service(capacity=1)
        assert await refused(lesia, "centre_service", **more) == [("/data/capacity", "TLK-D046")]

    async def test_r07_are_offered_by_the_centre_and_by_its_twins(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await a_centre(sessions)
        marek = await sign_in(MAREK, of="PL")

        answer = await held.declare(marek, "centre_service", **a_service())
        assert answer.json()["items"][0]["status"] == "refused"
        await link(lesia, TWIN, "twin")
        service = a_service(texts={"en": "Study visit"})
        assert await taken(marek, "centre_service", **service)

    async def test_r07_name_a_centre_that_there_is(self, lesia: AsyncClient) -> None:
        faults = await refused(lesia, "centre_service", **a_service(centre="CRC-XXX"))

        assert faults == [("/data/centre", "TLK-D049")]


async def somebody(sessions: Sessions, name: str, *, away: UUID | None = None) -> Person:
    """Whom the Ukrainian association keeps; `away` now where somebody stands in."""
    absence = Absence(
        from_at=NOON - timedelta(days=900), until_at=FAR, substitute_id=away or uuid4()
    )
    stated = Stated(
        names=ContactNames(original=name),
        mail="x@example.org",
        language="uk",
        zone="Europe/Kyiv",
        absences=(absence,) if away else (),
    )
    person, _ = Person.enter(stated, person_id=uuid4(), association="UA", ref=None, at=NOON)
    return await saved(sessions, person)


class TestRota:
    async def test_r07_is_set_as_a_whole_and_seen_by_the_own_side(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        centre = await a_centre(sessions)
        olena, petro = [await somebody(sessions, name) for name in ("Олена", "Петро")]
        entry = {
            "person_id": str(olena.id),
            "from_day": in_days(0),
            "until_day": in_days(30),
            "substitute_id": str(petro.id),
        }
        wrong = {
            "/entries/0/substitute_id": {"substitute_id": str(olena.id)},
            "/entries/0/until_day": {"until_day": in_days(-1)},
            "/entries/0/person_id": {"person_id": str(uuid4())},
        }

        done = await lesia.put(f"{CENTRES}/CRC-AGR/rota", json={"entries": [entry]})

        assert done.status_code == 200
        for pointer, change in wrong.items():
            answer = await lesia.put(f"{CENTRES}/CRC-AGR/rota", json={"entries": [entry | change]})
            assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
        assert isinstance((await told(sessions, centre.id))[-1], CentreRotaSet)
        marek = await sign_in(MAREK, of="PL")
        assert (await marek.get(f"{CENTRES}/CRC-AGR")).json()["rota"] is None
        assert "Contact rota" not in (await get(marek, "/registry/centres/CRC-AGR")).text

    async def test_r07_says_who_is_asked_now_and_who_stands_in(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await a_centre(sessions)
        page = "/registry/centres/CRC-AGR"
        assert "Nobody could be asked" in (await get(lesia, f"{page}/rota")).text
        petro = await somebody(sessions, "Петро Швець")
        olena = await somebody(sessions, "Олена Ткач", away=petro.id)
        turn = {"entries/0/person_id": str(olena.id), "entries/0/substitute_id": str(petro.id)}

        unfinished = await send(lesia, f"{page}/rota", **turn)
        saved_ = await send(lesia, f"{page}/rota", **turn, **{"entries/0/from_day": in_days(0)})

        assert unfinished.status_code == 422
        assert "selected>Олена Ткач" in unfinished.text
        assert saved_.status_code == 303
        assert "Asked now: Петро Швець" in (await get(lesia, page)).text

    async def test_r07_is_for_the_back_office_that_runs_the_centre(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        del lesia
        await a_centre(sessions)
        marek = await sign_in(MAREK, of="PL")

        assert (await get(marek, "/registry/centres/CRC-AGR/rota")).status_code == 403


class TestPages:
    async def test_r07_a_centre_is_filled_by_hand(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await a_centre(sessions)
        page = "/registry/centres/CRC-AGR"

        assert "No services yet" in (await get(lesia, page)).text
        wrong = await send(lesia, f"{page}/link", cluster="CL-9", role="served", from_day="x")
        linked = await send(
            lesia, f"{page}/link", cluster=held.NUMBER, role="served", from_day=in_days(0)
        )
        empty = await send(lesia, f"{page}/offer", capacity="3")
        offered = await send(
            lesia,
            f"{page}/offer",
            **{"texts/en": "Export coaching", "languages": "uk", "capacity": "3"},
            quarter=quarter_of(held.today()),
        )
        assert [each.status_code for each in (wrong, linked, empty, offered)] == [
            422,
            303,
            422,
            303,
        ]
        shown = (await get(lesia, page)).text
        assert "Export coaching" in shown
        assert "3 of 3" in shown
        service = shown.split(f"{page}/services/")[1][:36]
        none = await send(lesia, f"{page}/services/{service}", cluster=held.NUMBER, amount="9")
        given = await send(lesia, f"{page}/services/{service}", cluster=held.NUMBER, amount="1")
        assert (none.status_code, given.status_code) == (422, 303)
        assert "2 of 3" in (await get(lesia, "/registry/centres")).text
        assert "CRC-AGR" in (await get(lesia, f"/registry/clusters/{held.NUMBER}")).text
        gone = await send(lesia, f"{page}/unlink/{held.NUMBER}/served")
        ended = await send(
            lesia,
            f"{page}/services/{service}/withdraw",
            page=f"{page}/services/{service}",
        )
        assert (gone.status_code, ended.status_code) == (303, 303)

    async def test_an_empty_list_says_who_opens_centres(self, lesia: AsyncClient) -> None:
        assert "No centres yet" in (await get(lesia, "/registry/centres")).text


def test_r07_opening_states_scope_and_ecosystems() -> None:
    _, opened = Centre.open(
        centre_id=uuid4(),
        association="UA",
        code="CRC-DUA",
        names=a_profile().names,
        industry="Dual use",
        scope={"en": "x"},
        ecosystems=["aerospace-defence"],
        at=NOON,
    )

    assert isinstance(opened, CentreOpened)
    assert (opened.code, opened.ecosystems) == ("CRC-DUA", ("aerospace-defence",))
