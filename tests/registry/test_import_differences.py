"""Rows about something known: how they differ from it, and what somebody decides about them."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from contracts.event import uuid7
from contracts.people import ContactNames, PersonRecorded
from contracts.vocabulary import ClusterState
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.imports import commands, known_rows
from services.registry.imports.deciding import Decision
from services.registry.imports.differing import Told, before
from services.registry.imports.fields import Kind
from services.registry.imports.model import Import
from services.registry.imports.refusals import BothNotKept
from services.registry.imports.work import Workshop, work_once
from services.registry.people.commands import erase_person
from services.registry.people.model import Person
from tests.registry.builders import NOON, a_cluster, a_profile
from tests.registry.builders import saved as saved_things
from tests.registry.import_room import (
    HEADER,
    POLES,
    SMOK,
    act,
    counts,
    done,
    judged,
    rows_of,
    seen,
    settlements,
)
from tests.registry.imports import a_csv
from tests.registry.members import edrpou
from tests.registry.test_import_saving import ZMIJ
from tests.registry.test_pages import get, send

CITY = [*HEADER, "Miasto"]
KNOWN = a_csv(CITY, [*SMOK, "Bytom"], [*ZMIJ, "Sopot"])
OTHER = a_csv(CITY, [*SMOK, "Kielce"], [*ZMIJ, "Opole"])
PEOPLE = ["Imię i nazwisko", "E-mail", "Klaster", "Funkcje", "Zgoda"]
ZOFIA = ["Zofia Nowak", "biuro@kovo.example", "KOVO", "kontakt", "2026-01"]
ANNA = ["Anna Lis", *ZOFIA[1:]]


async def differing(workshop: Workshop) -> Import:
    """An import with two rows that change known organisations."""
    await done(workshop, KNOWN)
    found = await judged(workshop, OTHER)
    assert counts(found) == (0, 2, 0, 0)
    return found


async def decided(workshop: Workshop, found: Import, **more: Any) -> Import:
    await act(workshop, known_rows.decide, found, **{"decisions": {}, **more})
    await work_once(workshop)
    return await seen(workshop, found)


async def saved(workshop: Workshop, found: Import) -> None:
    await act(workshop, commands.confirm_import, found, only_good=True)
    await work_once(workshop)


async def test_r19_what_is_known_stands_beside_what_each_row_says(
    workshop: Workshop, zofia: AsyncClient
) -> None:
    found = await differing(workshop)

    confirm = await get(zofia, f"/registry/imports/{found.number}")
    page = await get(zofia, f"/registry/imports/{found.number}/differences")
    told = (await zofia.get(f"/registry/v1/imports/{found.number}/differences?limit=1")).json()

    assert "2 rows differ from what the register knows." in confirm.text
    assert "<del>Bytom</del>" in page.text
    assert "<ins>Kielce</ins>" in page.text
    assert ">Save these choices</button>" in page.text
    assert "Both cannot be kept" in page.text
    assert "Keep both" not in page.text
    [row] = told["items"]
    assert (row["row"], row["title"], row["decision"]) == (2, "Smok S.A.", "update")
    [field] = row["differences"]
    assert (field["field"], field["known"], field["said"]) == ("settlement", "Bytom", "Kielce")
    assert told["next"]


async def test_r19_once_saved_the_differences_are_told_as_past(
    workshop: Workshop, zofia: AsyncClient
) -> None:
    found = await differing(workshop)
    await saved(workshop, found)

    done = await get(zofia, f"/registry/imports/{found.number}")
    page = await get(zofia, f"/registry/imports/{found.number}/differences")

    assert "2 rows differed from what the register knew before." in done.text
    assert "2 rows differed from what the register knew before</h2>" in page.text
    assert "Known before" in page.text
    assert "Save these choices" not in page.text


async def test_r19_a_known_cluster_is_compared_field_by_field(
    workshop: Workshop, sessions: Sessions, zofia: AsyncClient
) -> None:
    header = ["Nazwa", "Nazwa po angielsku", "KRS", "Forma prawna", "Data założenia"]
    header += ["Województwo", "Miasto", "Ekosystem", "Strona internetowa"]
    row = ["Klaster Bajek", "Tales", "0000777777", "stowarzyszenie", "1.02.2019"]
    row += ["śląskie", "Bytom", "digital", "https://example.pl"]
    await saved(workshop, await judged(workshop, a_csv(header, row), kind=Kind.CLUSTERS))
    async with sessions.begin() as session:
        known = select(Cluster).where(Cluster.legal_value == "0000777777")
        (await session.scalars(known)).one().state = ClusterState.PUBLISHED
    changed = [*row[:8], "https://other.example.pl"]
    found = await judged(workshop, a_csv(header, changed), kind=Kind.CLUSTERS)
    assert counts(found) == (0, 1, 0, 0)

    told = (await zofia.get(f"/registry/v1/imports/{found.number}/differences")).json()["items"]

    assert [each["field"] for each in told[0]["differences"]] == ["web"]
    assert told[0]["differences"][0]["known"] == "https://example.pl"


async def test_r19_a_row_that_is_left_out_keeps_what_is_known(
    workshop: Workshop, sessions: Sessions
) -> None:
    found = await differing(workshop)

    waiting = await decided(workshop, found, decisions={2: Decision.LEAVE})
    assert counts(waiting) == (0, 1, 1, 0)
    await saved(workshop, found)

    assert await settlements(sessions) == ["Bytom", "Opole"]


async def test_r19_all_rows_are_decided_at_once_and_decided_again(
    workshop: Workshop, zofia: AsyncClient
) -> None:
    found = await differing(workshop)
    address = f"/registry/imports/{found.number}/differences"

    await send(zofia, address, address, all="leave")
    await work_once(workshop)
    assert counts(await seen(workshop, found)) == (0, 0, 2, 0)

    await send(zofia, address, address, **{"known/3": "update", "was/3": "leave"})
    await work_once(workshop)
    assert counts(await seen(workshop, found)) == (0, 1, 1, 0)


async def test_r19_a_form_that_only_repeats_takes_no_decision_back(
    workshop: Workshop, zofia: AsyncClient
) -> None:
    found = await differing(workshop)
    address = f"/registry/imports/{found.number}/differences"
    await decided(workshop, found, decisions={2: Decision.LEAVE})

    stale = {"known/2": "update", "was/2": "update", "known/3": "leave", "was/3": "update"}
    await send(zofia, address, address, **stale)
    await work_once(workshop)

    assert counts(await seen(workshop, found)) == (0, 0, 2, 0)


async def test_r19_two_people_may_share_an_address_and_two_organisations_no_number(
    workshop: Workshop, sessions: Sessions
) -> None:
    await saved(workshop, await judged(workshop, a_csv(PEOPLE, ZOFIA), kind=Kind.PEOPLE))
    found = await judged(workshop, a_csv(PEOPLE, ANNA), kind=Kind.PEOPLE)
    assert counts(found) == (0, 1, 0, 0)

    waiting = await decided(workshop, found, decisions={2: Decision.BOTH})
    assert counts(waiting) == (1, 0, 0, 0)
    await saved(workshop, found)

    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 2
    members = await differing(workshop)
    with pytest.raises(BothNotKept):
        await decided(workshop, members, for_all=Decision.BOTH)


async def test_r19_who_decided_otherwise_meanwhile_is_not_overwritten(
    workshop: Workshop, zofia: AsyncClient
) -> None:
    await saved(workshop, await judged(workshop, a_csv(PEOPLE, ZOFIA), kind=Kind.PEOPLE))
    found = await judged(workshop, a_csv(PEOPLE, ANNA), kind=Kind.PEOPLE)
    address = f"/registry/imports/{found.number}/differences"
    await decided(workshop, found, decisions={2: Decision.LEAVE})

    refused = await send(zofia, address, address, **{"known/2": "both", "was/2": "update"})

    assert refused.status_code == 409
    assert "Row 2: meanwhile somebody chose “Leave the row out, keep what is known”." in (
        refused.text
    )
    assert 'value="both" checked' in refused.text
    again = await send(zofia, address, address, **{"known/2": "both", "was/2": "leave"})
    assert again.status_code == 303


async def test_d02_who_is_erased_is_gone_from_what_rows_were_compared_with(
    workshop: Workshop, sessions: Sessions
) -> None:
    await saved(workshop, await judged(workshop, a_csv(PEOPLE, ZOFIA), kind=Kind.PEOPLE))
    found = await judged(workshop, a_csv(PEOPLE, ANNA), kind=Kind.PEOPLE)
    [row] = await rows_of(sessions, found)
    assert [each["known"] for each in row.differences] == ["Zofia Nowak"]
    async with workshop.sessions.begin() as session:
        await tenancy.enter(session, POLES)
        person = (await session.scalars(select(Person.id))).one()
        await erase_person(session, POLES, person_id=person, at=NOON)

    [row] = await rows_of(sessions, found)

    assert row.differences == []


async def test_r14_rows_are_not_compared_with_numbers_of_dual_use(sessions: Sessions) -> None:
    open_one, secret = (
        a_cluster(number="CL-1"),
        a_cluster(number="CL-2", profile=a_profile(dual_use=True, legal_id=edrpou(2))),
    )
    await saved_things(sessions, open_one, secret)
    recorded = PersonRecorded(
        subject=str(uuid7()),
        time=NOON,
        names=ContactNames(original="Anna Lis"),
        mail="anna@kovo.example",
        language="pl",
        zone="Europe/Warsaw",
        clusters=(open_one.id, secret.id),
    )

    async with sessions() as session:
        known = await before(session, Told(changes={uuid7(): recorded}))

    assert set(known.names.values()) == {"CL-1"}
    assert known.is_dual_use({str(secret.id)})
    assert not known.is_dual_use({str(open_one.id)})
