"""The second wall: what PostgreSQL hides, whatever the code above it forgets."""

from typing import Any

import pytest
from sqlalchemy import Select, Text, column, func, insert, select, table, text
from sqlalchemy.exc import DBAPIError

from contracts.event import uuid7
from services.chassis import history, tenancy
from services.chassis.database import Sessions, sqlstate
from services.chassis.identity import Actor
from tests.chassis.builders import NOON, TARAS, ZUZANA, confirmed
from tests.chassis.site import employ, issue

CLAIRE = Actor("staff:claire", "ECA", frozenset({"support_office"}))
TENANT_TABLES = ("history", "staff_copy", "api_keys_copy", "links", "intake", "idempotency")


class TestEnter:
    async def test_shows_nothing_to_who_never_entered(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await _furnish(sessions)

        async with app_sessions() as session:
            for name in (*TENANT_TABLES, "sessions", "parked"):
                assert await session.scalar(_count(name)) == 0

    async def test_a01_shows_an_association_its_own_rows(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await _furnish(sessions)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, TARAS)
            for name in TENANT_TABLES:
                association = column("association", Text)
                found = await session.scalars(select(association).select_from(table(name)))
                assert found.all() == ["UA"], name

    async def test_shows_the_support_office_what_is_not_a_secret(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await _furnish(sessions)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, CLAIRE)
            seen = {name: await session.scalar(_count(name)) for name in TENANT_TABLES}
        assert seen == {
            "history": 2,
            "staff_copy": 2,
            "api_keys_copy": 0,
            "links": 0,
            "intake": 0,
            "idempotency": 0,
        }

    async def test_ends_with_the_transaction(self, app_sessions: Sessions) -> None:
        async with app_sessions() as session:
            async with session.begin():
                await tenancy.enter(session, CLAIRE, link="x")
            async with session.begin():
                left = await session.execute(text("select me(), across(), link()"))

        assert left.one() == (None, False, None)

    async def test_refuses_to_write_for_another_association(self, app_sessions: Sessions) -> None:
        async with app_sessions() as session:
            await tenancy.enter(session, TARAS)
            with pytest.raises(DBAPIError) as fault:
                await history.record(session, confirmed(), actor=ZUZANA)

        assert sqlstate(fault.value) == "42501"

    async def test_lets_nobody_appoint_staff_by_the_copy(self, app_sessions: Sessions) -> None:
        async with app_sessions() as session:
            await tenancy.enter(session, TARAS)
            changed = await session.execute(
                text("update staff_copy set roles = '{operator}' returning staff_id")
            )

            assert changed.first() is None


async def _furnish(sessions: Sessions) -> None:
    """One row of each of two associations in every table of a tenant."""
    for actor in (TARAS, ZUZANA):
        await employ(sessions, of=actor.association)
        await issue(sessions, of=actor.association)
        async with sessions.begin() as session:
            await history.record(session, confirmed(f"c-{actor.id}"), actor=actor)
            for name, row in _rows(actor.association).items():
                made = insert(table(name, *map(column, row))).values(row)
                await session.execute(made)


def _rows(association: str) -> dict[str, dict[str, Any]]:
    digest = association.encode()
    return {
        "links": {
            "id": uuid7(),
            "kind": "host",
            "subject": "s",
            "association": association,
            "sha256": digest,
            "expires_at": NOON,
        },
        "intake": {
            "association": association,
            "source": "/erp",
            "id": "1",
            "type": "t",
            "digest": digest,
            "actor": "key:1",
            "events": [uuid7()],
        },
        "idempotency": {
            "actor": f"staff:{association}",
            "key": "k",
            "association": association,
            "route": "POST /",
            "digest": digest,
        },
    }


def _count(name: str) -> Select[int]:
    return select(func.count()).select_from(table(name))
