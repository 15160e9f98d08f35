"""What a list has no column for stays as the register has it."""

import json
from typing import Final

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.chassis.errors import Fault
from services.chassis.ui.i18n import Catalogues
from services.registry.app import HERE
from services.registry.clusters.declaring import NOT_NOW
from services.registry.clusters.names import STATE
from services.registry.imports import commands
from services.registry.imports.checking import Note
from services.registry.imports.files import sentence
from services.registry.imports.judging import stored
from services.registry.imports.work import Workshop, work_once
from services.registry.organisations.model import Organisation
from tests.registry.import_room import HEADER, SMOK, a_workshop, act, counts, judged, rows_of
from tests.registry.imports import a_csv

CATALOGUES: Final = Catalogues([HERE / "locales"])


@pytest.fixture
async def workshop(app: FastAPI, sessions: Sessions) -> Workshop:
    return await a_workshop(app, sessions)


async def save(workshop: Workshop, file: bytes) -> tuple[int, int, int, int]:
    """Import a list; gives how many of its rows were new, changed, skipped and bad."""
    found = await judged(workshop, file)
    if found.ready:
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)
    return counts(found)


class TestMembers:
    async def test_r19_a_list_without_a_column_empties_nothing(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        whole = ["Miejscowość", "Ulica", "NACE"]
        await save(workshop, a_csv([*HEADER, *whole], [*SMOK, "Kraków", "Długa 1", "22.29"]))

        again = await save(workshop, a_csv(HEADER, SMOK))

        assert again == (0, 0, 1, 0)
        async with sessions() as session:
            [smok] = (await session.scalars(select(Organisation))).all()
        assert (smok.place.settlement, smok.place.street) == ("Kraków", "Długa 1")
        assert smok.nace == ["22.29"]

    async def test_r19_a_new_town_takes_the_old_street_away(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        whole = [*HEADER, "Miejscowość", "Ulica"]
        await save(workshop, a_csv(whole, [*SMOK, "Kraków", "Długa 1"]))

        moved = await save(workshop, a_csv([*HEADER, "Miejscowość"], [*SMOK, "Gdynia"]))

        assert moved == (0, 1, 0, 0)
        async with sessions() as session:
            [smok] = (await session.scalars(select(Organisation))).all()
        assert (smok.place.settlement, smok.place.street) == ("Gdynia", None)

    async def test_r19_another_day_of_joining_is_refused_with_both_days(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        header = [*HEADER, "Miejscowość"]
        await save(workshop, a_csv(header, [*SMOK, "Kraków"]))

        found = await judged(workshop, a_csv(header, [*SMOK[:3], "2020-01-06", "Gdynia"]))

        assert counts(found) == (0, 0, 0, 1)
        [row] = await rows_of(sessions, found)
        [note] = row.notes
        assert (note["field"], note["code"]) == ("joined", "TLK-D135")
        assert note["values"] == {"known": "2020-01-05", "said": "2020-01-06"}


@pytest.mark.parametrize(("language", "state"), [("en", "“Archived”"), ("uk", "“В архіві”")])
def test_c02_a_word_in_a_fault_is_said_in_the_readers_language(language: str, state: str) -> None:
    said = {"number": "CL-2001", "state": STATE[ClusterState.ARCHIVED]}
    [note] = stored([Note("cluster", Fault("", "TLK-D042", NOT_NOW, values=said))])

    found = sentence(json.loads(json.dumps(note)), CATALOGUES.translator(language))

    assert state in found
    assert "CL-2001" in found
