from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy.local.databases import Addresses
from services.chassis.database import Sessions
from services.registry.imports import commands
from services.registry.imports.model import Import
from services.registry.imports.states import State
from services.registry.imports.work import Workshop, work_once
from tests.registry.builders import MAREK, saved
from tests.registry.conftest import SignIn
from tests.registry.import_room import (
    HEADER,
    SMOK,
    act,
    counts,
    judged,
    memberships,
    of_country,
    rows_of,
    seen,
)
from tests.registry.imports import a_csv
from tests.registry.test_pages import send
from tests.settings import sessions_of

ZMIJ = ["KOVO", "Żmij", "9996469309", "2020-01-05"]
LONG = "x" * 2001
BROKEN = """
  create function broken() returns trigger language plpgsql as
  'begin raise exception using errcode = ''{code}'', message = ''no dragons''; end'
"""
ONE = """
  create trigger broken before insert on organisations for each row
  when (new.folded like '%zmij%') execute function broken()
"""
Breaks = Callable[[str], Awaitable[None]]


@pytest.fixture
def breaks(database: Addresses) -> Breaks:
    """Lets the database fail with a SQLSTATE wherever Żmij is to be saved."""

    async def breaks(code: str) -> None:
        async with sessions_of(database.owner) as sessions, sessions.begin() as session:
            await session.execute(text(BROKEN.format(code=code)))
            await session.execute(text(ONE))

    return breaks


async def done(workshop: Workshop, *rows: list[str]) -> Import:
    """An import whose good rows are saved."""
    found = await judged(workshop, a_csv(HEADER, *rows))
    await act(workshop, commands.confirm_import, found, only_good=True)
    await work_once(workshop)
    return found


async def test_r19_a_row_at_which_the_database_fails_is_bad_and_holds_up_no_other(
    workshop: Workshop, sessions: Sessions, breaks: Breaks
) -> None:
    await breaks("P0001")

    found = await judged(workshop, a_csv(HEADER, ZMIJ, SMOK))

    assert counts(found) == (1, 0, 0, 1)
    said = [note["text"] for row in await rows_of(sessions, found) for note in row.notes]
    assert said == ["nobody foresaw this; report it with the trace id below"]


async def test_r19_a_row_is_not_bad_because_the_database_was_away(
    workshop: Workshop, sessions: Sessions, breaks: Breaks
) -> None:
    await breaks("40001")

    with pytest.raises(DBAPIError):
        await judged(workshop, a_csv(HEADER, ZMIJ, SMOK))

    assert {row.effect for row in await rows_of(sessions, await only(sessions))} == {None}


async def only(sessions: Sessions) -> Import:
    """The one import that there is."""
    async with sessions() as session:
        return await session.get_one(Import, await session.scalar(text("select id from imports")))


async def test_r19_only_rows_that_were_shown_as_good_are_saved(
    workshop: Workshop, sessions: Sessions
) -> None:
    late = ["Klaster Późny", *ZMIJ[1:]]
    found = await judged(workshop, a_csv(HEADER, late, SMOK))
    assert counts(found) == (1, 0, 0, 1)
    await saved(sessions, of_country("PL", "Klaster Późny", "Late", 1998))

    await act(workshop, commands.confirm_import, found, only_good=True)
    await work_once(workshop)

    assert counts(await seen(workshop, found)) == (1, 0, 0, 1)
    assert (await seen(workshop, found)).state is State.DONE
    assert await memberships(sessions) == 1


async def test_r19_a_reason_that_no_withdrawal_could_give_is_refused_at_the_field(
    workshop: Workshop, sign_in: SignIn
) -> None:
    found = await done(workshop, SMOK)
    zofia: AsyncClient = await sign_in(MAREK, of="PL")
    address = f"/registry/imports/{found.number}/undo"

    answer = await send(zofia, address, address, reason=LONG)

    assert answer.status_code == 422
    assert "Give at most 2000 characters." in answer.text
    assert (await seen(workshop, found)).state is State.DONE


async def test_r19_a_row_whose_withdrawal_is_refused_says_why_it_stays(
    workshop: Workshop, sessions: Sessions
) -> None:
    found = await done(workshop, SMOK)

    await act(workshop, commands.undo_import, found, reason=LONG)
    await work_once(workshop)

    assert counts(await seen(workshop, found)) == (1, 0, 0, 0)
    [row] = await rows_of(sessions, found)
    assert [note["code"] for note in row.notes] == ["TLK-D004"]
