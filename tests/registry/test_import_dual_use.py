from dataclasses import replace
from typing import Any

from sqlalchemy import select

from contracts.vocabulary import ClusterState
from services.chassis import clock, tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.imports import commands, finding
from services.registry.imports.correcting import Correction, correct_rows
from services.registry.imports.fields import Kind
from services.registry.imports.model import Import
from services.registry.imports.states import State
from services.registry.imports.work import Workshop, work_once
from tests.registry.builders import TARAS
from tests.registry.import_room import POLES, act, counts, rows_of, seen, start
from tests.registry.imports import a_csv

VETTED = replace(POLES, marks=frozenset({"dual_use_vetted"}))
KEY = Actor(f"key:{TARAS}", "PL", frozenset({"back_office"}))
HEADER = [
    "Nazwa",
    "Nazwa po angielsku",
    "KRS",
    "Forma prawna",
    "Data założenia",
    "Województwo",
    "Miasto",
    "Ekosystem",
    "Strona internetowa",
    "Podwójne zastosowanie",
]
SECRET = [
    "Klaster Tajny",
    "Secret",
    "0000777777",
    "stowarzyszenie",
    "1.02.2019",
    "śląskie",
    "Bytom",
    "digital",
    "https://example.pl",
    "tak",
]


async def kept(sessions: Sessions, found: Import) -> Import:
    """The import whoever may see it."""
    async with sessions() as session:
        return await session.get_one(Import, found.id)


async def vetted(workshop: Workshop, command: Any, found: Import, **more: Any) -> None:
    async with workshop.sessions.begin() as session:
        await tenancy.enter(session, VETTED)
        await command(session, VETTED, key=found.number, at=clock.now(), **more)


async def judged(workshop: Workshop, *rows: list[str]) -> Import:
    """An import of clusters that a program without the mark began."""
    started = await start(workshop, a_csv(HEADER, *rows), kind=Kind.CLUSTERS, by=KEY)
    await work_once(workshop)
    found = await seen(workshop, started)
    await act(workshop, commands.match_columns, found, matched=finding.matched_of(found))
    await work_once(workshop)
    return found


async def test_r14_rows_about_dual_use_stay_hidden_when_they_are_judged_again(
    workshop: Workshop, sessions: Sessions
) -> None:
    found = await judged(workshop, SECRET)
    assert (await kept(sessions, found)).dual_use
    correction = Correction(row=2, column=1, value="Secrets")

    await vetted(workshop, correct_rows, found, corrections=[correction], choices={})
    await work_once(workshop)

    again = await kept(sessions, found)
    assert again.state is State.WAITING
    assert again.dual_use
    [row] = await rows_of(sessions, found)
    assert (row.cells[1], row.effect) == ("Secrets", "new")
    assert counts(again) == (1, 0, 0, 0)


async def test_r14_rows_about_dual_use_stay_hidden_while_one_cannot_be_read(
    workshop: Workshop, sessions: Sessions
) -> None:
    found = await judged(workshop, SECRET)
    correction = Correction(row=2, column=6, value="")

    await vetted(workshop, correct_rows, found, corrections=[correction], choices={})
    await work_once(workshop)

    again = await kept(sessions, found)
    assert counts(again) == (0, 0, 0, 1)
    assert again.dual_use


async def test_r14_rows_about_dual_use_are_saved_and_looked_at_whoever_the_worker_acts_for(
    workshop: Workshop, sessions: Sessions
) -> None:
    found = await judged(workshop, SECRET)

    await vetted(workshop, commands.confirm_import, found, only_good=True)
    await work_once(workshop)

    saved = await kept(sessions, found)
    assert (saved.state, counts(saved)) == (State.DONE, (1, 0, 0, 0))
    named = select(Cluster.state).where(Cluster.legal_value == "0000777777")
    async with sessions() as session:
        assert len((await session.scalars(named)).all()) == 1
    await vetted(workshop, commands.undo_import, found, reason="the wrong list")
    await work_once(workshop)
    undone = await kept(sessions, found)
    assert undone.state is State.UNDONE  # by a worker that acts for somebody without the mark
    async with sessions() as session:
        assert (await session.scalars(named)).all() == [ClusterState.WITHDRAWN]
