"""From an import to its records: lists, their files and their JSON show only what came with it."""

from httpx import AsyncClient

from services.registry.imports import commands
from services.registry.imports.fields import Kind
from services.registry.imports.work import Workshop, work_once
from tests.registry.builders import MAREK
from tests.registry.conftest import SignIn
from tests.registry.import_room import HEADER, SMOK, act, done, judged
from tests.registry.imports import a_csv
from tests.registry.test_import_differences import PEOPLE, ZOFIA
from tests.registry.test_import_saving import ZMIJ
from tests.registry.test_pages import get


async def test_r19_members_and_clusters_of_one_import_are_listed_and_exported(
    workshop: Workshop, zofia: AsyncClient
) -> None:
    await done(workshop, a_csv(HEADER, ZMIJ))
    found = await done(workshop, a_csv(HEADER, SMOK))
    by = f"import={found.number}"

    page = await get(zofia, f"/registry/imports/{found.number}")
    organisations = await get(zofia, f"/registry/organisations?{by}")
    members = await get(zofia, f"/registry/clusters/CL-1999/members?{by}")
    file = await zofia.get(f"/registry/clusters/CL-1999/members/export.csv?{by}")
    clusters = await get(zofia, f"/registry/clusters?{by}")
    told = [
        (await zofia.get(f"/registry/v1/{place}?{by}")).json()["items"]
        for place in ("organisations", "clusters", "clusters/CL-1999/members")
    ]

    assert f'href="/registry/organisations?{by}"' in page.text
    assert f'href="/registry/clusters?{by}"' in page.text
    for listed in (organisations.text, members.text, file.text):
        assert "Smok S.A." in listed
        assert "Żmij" not in listed
    assert f"Only what came with the import {found.number}" in organisations.text
    assert f'name="import" value="{found.number}"' in members.text
    assert "1 cluster, sorted by name" in clusters.text
    assert f"export.xlsx?{by}" in clusters.text
    assert [len(each) for each in told] == [1, 1, 1]


async def test_r19_people_of_one_import_are_listed(workshop: Workshop, zofia: AsyncClient) -> None:
    other = ["Jan Kos", "jan@kovo.example", *ZOFIA[2:]]
    for body in (a_csv(PEOPLE, ZOFIA), a_csv(PEOPLE, other)):
        found = await judged(workshop, body, kind=Kind.PEOPLE)
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)
    by = f"import={found.number}"

    page = await get(zofia, f"/registry/people?{by}")
    told = (await zofia.get(f"/registry/v1/people?{by}")).json()["items"]

    assert f"/registry/people?{by}" in (await get(zofia, f"/registry/imports/{found.number}")).text
    assert "Jan Kos" in page.text
    assert ZOFIA[0] not in page.text
    assert [each["mail"] for each in told] == ["jan@kovo.example"]
    assert "Nobody is found" in (await get(zofia, "/registry/people?import=IM-1")).text


async def test_r19_of_another_association_nothing_is_listed(
    workshop: Workshop, sign_in: SignIn
) -> None:
    found = await done(workshop, a_csv(HEADER, SMOK))
    other = await sign_in(MAREK, of="CZ")

    page = await get(other, f"/registry/clusters?import={found.number}")

    assert "No cluster fits" in page.text
