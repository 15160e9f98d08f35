"""Members as a sheet: these rows, this filter, for those who may see them, and in again."""

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.declared.members import MemberDeclared
from contracts.vocabulary import ClusterState, Mark
from services.chassis.database import Sessions
from services.chassis.intake import Intake
from services.registry.clusters.model import Cluster
from services.registry.imports.reading import read
from tests.registry.builders import LESIA, MAREK, TARAS, a_cluster, a_profile, saved
from tests.registry.conftest import SignIn
from tests.registry.imports import judged
from tests.registry.members import declare, edrpou, joining
from tests.registry.test_pages import get

MEMBERS = "/registry/clusters/CL-1091/members"


@pytest.fixture
async def lesia(theirs: Cluster, sign_in: SignIn) -> AsyncClient:
    assert theirs.association == "PL"
    return await sign_in(LESIA)


def in_again(sheet: Any) -> list[MemberDeclared]:
    """What an import makes of the rows."""
    intake = Intake("registry")
    intake.classes[MemberDeclared.type] = MemberDeclared
    found = []
    for row in judged(sheet, intake, country="UA", clusters={"cl 1091": "CL-1091"}):
        assert row.item is not None, [(note.field, note.fault.text) for note in row.notes]
        event = row.item.declared.event
        assert isinstance(event, MemberDeclared)
        found.append(event)
    return found


async def test_r20_the_last_day_of_who_left_comes_in_again(
    lesia: AsyncClient, app_sessions: Sessions
) -> None:
    await declare(app_sessions, joining(1, until=date(2025, 6, 30)), joining(2))

    answer = await lesia.get(f"{MEMBERS}/export.csv?on=2025-01-01")

    found = in_again(await read(answer.content, country="UA"))
    assert [each.ended_day for each in found] == [date(2025, 6, 30), None]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_r20_gives_the_rows_of_the_list_and_an_import_takes_them(
    lesia: AsyncClient, app_sessions: Sessions, kind: str
) -> None:
    await declare(
        app_sessions, joining(1), joining(2, kind="research"), joining(3, on=date(2026, 1, 1))
    )
    query = "?on=2025-01-01&kind=sme"

    page = await get(lesia, f"{MEMBERS}{query}")
    answer = await lesia.get(f"{MEMBERS}/export.{kind}{query}")

    assert f'href="{MEMBERS}/export.{kind}?on=2025-01-01&amp;kind=sme"' in page.text
    [again] = in_again(await read(answer.content, country="UA"))
    assert again.organisation.legal_id == edrpou(1)
    assert (again.organisation.kind, again.organisation.size_class) == ("sme", "small")
    assert again.joined_day == date(2024, 5, 1)


async def test_r01_is_for_its_own_association(
    lesia: AsyncClient, app_sessions: Sessions, sign_in: SignIn
) -> None:
    await declare(app_sessions, joining())
    polish = await sign_in(MAREK, of="PL")

    assert (await lesia.get(f"{MEMBERS}/export.csv")).status_code == 200
    assert (await polish.get(f"{MEMBERS}/export.csv")).status_code == 403


async def test_r14_of_a_dual_use_cluster_is_for_the_vetted(
    lesia: AsyncClient, sessions: Sessions, sign_in: SignIn
) -> None:
    secret = a_profile(dual_use=True, legal_id=edrpou(77))
    await saved(sessions, a_cluster(number="CL-1099", state=ClusterState.PUBLISHED, profile=secret))
    vetted = await sign_in(TARAS, marks=(Mark.DUAL_USE_VETTED,))

    address = "/registry/clusters/CL-1099/members/export.csv"
    assert (await lesia.get(address)).status_code == 404
    assert (await vetted.get(address)).status_code == 200
