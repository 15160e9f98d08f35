"""Appointments as the own system of an association declares them."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.event import uuid7
from services.chassis.database import Sessions
from services.registry.staff.model import StaffMember
from tests.registry.builders import (
    TARAS,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.test_declarations import post


@pytest.fixture
async def taras(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(TARAS)


class TestDeclaredStaff:
    def declared(self, **data: Any) -> dict[str, Any]:
        usual = {
            "ref": "s-7",
            "names": {"original": "Ірина Ткач"},
            "mail": "iryna@example.org",
            "language": "uk",
            "zone": "Europe/Kyiv",
            "roles": ["logistics"],
            "from_day": "2026-01-01",
        }
        return {
            "specversion": "1.0",
            "id": str(uuid7()),
            "source": "urn:uca:register",
            "type": "talka.registry.staff.declared.v1",
            "data": usual | data,
        }

    async def test_are_appointed_changed_and_dismissed(self, taras: AsyncClient) -> None:
        facts = [
            (await post(taras, self.declared(**data))).json()["events"]
            for data in ({}, {}, {"roles": ["coordinator"]}, {"until_day": "2026-10-01"})
        ]

        assert [len(each) for each in facts] == [1, 0, 1, 2]

    async def test_are_known_by_their_address_in_capitals_or_not(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await post(taras, self.declared(ref=None))
        again = await post(taras, self.declared(ref=None, mail="Iryna@example.org"))

        assert (again.status_code, len(again.json()["events"])) == (202, 1), again.text
        async with sessions() as session:
            [member] = await session.scalars(select(StaffMember))
        assert member.mail == "Iryna@example.org"

    async def test_h11_the_last_of_the_back_office_stays(self, taras: AsyncClient) -> None:
        await post(taras, self.declared(roles=["back_office"]))

        for data in ({}, {"roles": ["back_office"], "until_day": "2099-01-01"}):
            refused = await post(taras, self.declared(**data))
            assert (refused.status_code, refused.json()["code"]) == (409, "TLK-R032")

    async def test_get_only_roles_that_the_association_may_give(self, taras: AsyncClient) -> None:
        refused = await post(taras, self.declared(roles=["operator"]))

        [fault] = refused.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/data/roles", "TLK-R033")
