"""R-07: who is stated to be on the rota of a centre is on it, from that day."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contracts.centres import CentreRotaSet, RotaEntry
from contracts.vocabulary import Mark
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.centres.model import Centre
from tests.registry.builders import (
    LESIA,
    NOON,
    TARAS,
    TODAY,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of
from tests.registry.test_centres import a_centre
from tests.registry.test_declarations import post
from tests.registry.test_pages import get, send
from tests.registry.test_people import a_contact, people
from tests.registry.test_people_pages import TYPED

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def taras(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"))
    return await sign_in(TARAS)


@pytest.fixture
async def centre(sessions: Sessions) -> Centre:
    return await a_centre(sessions)


def on_rota(*codes: str) -> list[dict[str, Any]]:
    return [{"function": "rota", "centre": code} for code in codes]


async def rotas(sessions: Sessions, centre: Centre) -> list[tuple[RotaEntry, ...]]:
    """The rotas that were stated of a centre, one after the other."""
    told = await events_of(sessions, centre.id)
    return [each.entries for each in told if isinstance(each, CentreRotaSet)]


async def person_id(sessions: Sessions, ref: str = "p-1") -> UUID:
    return (await people(sessions))[ref].id


async def test_r07_a_person_stated_to_be_on_a_rota_is_on_it_from_that_day(
    taras: AsyncClient, sessions: Sessions, centre: Centre
) -> None:
    answer = await post(taras, a_contact(functions=on_rota("CRC-AGR")))
    again = await post(taras, a_contact(functions=on_rota("CRC-AGR"), phone=None))

    assert (answer.status_code, again.status_code) == (202, 202)
    person = await person_id(sessions)
    assert await rotas(sessions, centre) == [(RotaEntry(person_id=person, from_day=TODAY),)]
    assert len(answer.json()["events"]) == 2


async def test_r07_who_does_it_no_more_is_off_the_rota_and_the_past_stays(
    taras: AsyncClient, sessions: Sessions, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(taras, a_contact(functions=on_rota("CRC-AGR")))
    await post(taras, a_contact("p-2", functions=on_rota("CRC-AGR")))
    monkeypatch.setattr(clock, "now", lambda: NOON + 5 * DAY)

    await post(taras, a_contact(functions=[]))
    await post(taras, a_contact("p-3", functions=on_rota("CRC-AGR")))
    await post(taras, a_contact("p-3", functions=[]))

    first, second = await person_id(sessions), await person_id(sessions, "p-2")
    *_, last = await rotas(sessions, centre)
    assert last == (
        RotaEntry(person_id=first, from_day=TODAY, until_day=TODAY + 4 * DAY),
        RotaEntry(person_id=second, from_day=TODAY),
    )


async def test_r07_a_rota_set_by_hand_stays_as_it_is(
    taras: AsyncClient, sessions: Sessions, centre: Centre
) -> None:
    await post(taras, a_contact("p-2"))
    entry = {
        "person_id": str(await person_id(sessions, "p-2")),
        "from_day": TODAY.isoformat(),
        "until_day": (TODAY + 9 * DAY).isoformat(),
    }
    await taras.put("/registry/v1/centres/CRC-AGR/rota", json={"entries": [entry]})

    await post(taras, a_contact("p-2", functions=on_rota("CRC-AGR")))

    assert len(await rotas(sessions, centre)) == 1


async def test_d02_an_erased_person_is_off_the_rota(
    taras: AsyncClient, sessions: Sessions, centre: Centre
) -> None:
    await post(taras, a_contact(functions=on_rota("CRC-AGR")))

    gone = await taras.delete(f"/registry/v1/people/{await person_id(sessions)}")

    assert gone.status_code < 300, gone.text
    assert (await rotas(sessions, centre))[-1] == ()


async def test_r07_another_associations_centre_is_none_to_be_on_the_rota_of(
    sign_in: SignIn, taras: AsyncClient, sessions: Sessions, centre: Centre
) -> None:
    del taras
    polish = await sign_in(LESIA, of="PL")

    answer = await post(polish, a_contact(phone=None, functions=on_rota("CRC-AGR")))

    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/data/functions/0/centre", "TLK-D049")
    assert await rotas(sessions, centre) == []


async def test_r14_a_rota_that_somebody_does_not_see_is_kept_by_their_edit(
    sign_in: SignIn, taras: AsyncClient, sessions: Sessions, centre: Centre
) -> None:
    hidden = await a_centre(sessions, "CRC-DUA")
    vetted = await sign_in(LESIA, marks=(Mark.DUAL_USE_VETTED,))
    await post(vetted, a_contact(functions=on_rota("CRC-DUA", "CRC-AGR")))
    address = f"/registry/people/{await person_id(sessions)}/edit"

    page = await get(taras, address)
    edited = await send(taras, address, **TYPED, lock="1")

    assert ("CRC-AGR" in page.text, "CRC-DUA" in page.text) == (True, False)
    assert edited.status_code == 303, edited.text
    assert [len(each) for each in await rotas(sessions, centre)] == [1, 0]
    assert [len(each) for each in await rotas(sessions, hidden)] == [1]
    assert [each.centre for each in (await people(sessions))["p-1"].functions] == ["CRC-DUA"]
