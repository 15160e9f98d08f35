"""Keys of systems: rotated without a gap, handed over, revoked, and what is known of their use."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from contracts.vocabulary import Role
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.key_uses import uses_of
from services.chassis.keys import Keys
from services.registry.staff import key_commands
from services.registry.staff.keys import ApiKey
from services.registry.staff.refusals import ScopeNotHeld
from tests.registry.builders import (
    LESIA,
    TARAS,
    a_member,
    a_person,
    a_system,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import saved_key
from tests.registry.test_consumers import bring_back
from tests.registry.test_pages import send

HTML = {"Accept": "text/html"}
KEYS = "/registry/keys"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


@pytest.fixture
async def key(lesia: AsyncClient, sessions: Sessions) -> UUID:  # noqa: ARG001 - signs in first
    return await saved_key(sessions, owner=LESIA)


async def the_key(sessions: Sessions, key_id: UUID) -> ApiKey:
    async with sessions() as session:
        return await session.get_one(ApiKey, key_id)


async def all_of(sessions: Sessions) -> list[ApiKey]:
    async with sessions() as session:
        return list(await session.scalars(select(ApiKey).order_by(ApiKey.issued_at)))


class TestRotate:
    async def test_makes_a_second_key_and_ends_the_old_one_soon(
        self, lesia: AsyncClient, sessions: Sessions, key: UUID
    ) -> None:
        made = await send(lesia, f"{KEYS}/{key}/rotate", days="7")

        old = await the_key(sessions, key)
        [new] = [each for each in await all_of(sessions) if each.id != key]
        assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
        assert new.prefix in made.text
        assert (new.name, new.scopes, new.services) == (old.name, old.scopes, old.services)
        assert old.revoked_at is None
        assert abs(old.expires_at - datetime.now(UTC) - timedelta(days=7)) < timedelta(hours=1)

    @pytest.mark.parametrize("days", ["0", "31", "", "soon"])
    async def test_leaves_the_old_one_for_1_to_30_days(
        self, lesia: AsyncClient, sessions: Sessions, key: UUID, days: str
    ) -> None:
        refused = await send(lesia, f"{KEYS}/{key}/rotate", days=days)

        assert refused.status_code == 422
        assert 'href="#f-days"' in refused.text
        assert len(await all_of(sessions)) == 1


class TestOwner:
    async def test_who_left_leaves_the_key_to_the_back_office(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        key = await saved_key(sessions, owner=TARAS)
        await saved(sessions, a_member(LESIA))
        await lesia.delete(f"/registry/v1/staff/{TARAS}")

        listed = await lesia.get(KEYS, headers=HTML)
        taken = await send(lesia, f"{KEYS}/{key}/owner", f"{KEYS}/{key}")

        assert "has an owner who left" in listed.text
        assert taken.status_code == 303
        kept = await the_key(sessions, key)
        assert (kept.owner_id, kept.revoked_at) == (LESIA, None)


class TestScopes:
    async def test_a_scope_that_the_maker_lacks_is_refused(
        self, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await saved(sessions, a_member(LESIA))
        held = key_commands.HELD_BY | {"exports:read": (Role.ANALYST,)}
        monkeypatch.setattr(key_commands, "HELD_BY", held)

        async with sessions.begin() as session:
            with pytest.raises(ScopeNotHeld, match="exports:read"):
                await key_commands.issue_key(
                    session,
                    a_person(),
                    name="ERP",
                    owner_id=LESIA,
                    scopes=frozenset({"exports:read"}),
                    services=frozenset({"registry"}),
                    expires_at=datetime.now(UTC) + timedelta(days=9),
                    at=datetime.now(UTC),
                )

    async def test_a_key_makes_no_key(self, sessions: Sessions) -> None:
        key = await saved_key(sessions, owner=LESIA)

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="sign in"):
                await key_commands.rotate_key(
                    session,
                    a_system(),
                    key_id=key,
                    old_valid_days=7,
                    at=datetime.now(UTC),
                )


class TestUse:
    async def test_is_counted_and_shown_before_the_key_is_revoked(
        self, app: FastAPI, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_member(LESIA))
        now = datetime.now(UTC)
        async with sessions.begin() as session:
            key, secret = await key_commands.issue_key(
                session,
                a_person(LESIA),
                name="ERP",
                owner_id=LESIA,
                scopes=frozenset({"snapshots:read"}),
                services=frozenset({"registry"}),
                expires_at=now + timedelta(days=90),
                at=now,
            )
        await bring_back(sessions)
        keys: Keys = app.state.keys
        for _ in range(3):
            await keys.actor(f"Bearer {secret}")
        await keys.uses.write()

        async with sessions() as session:
            use = (await uses_of(session, [key.id]))[key.id]
        asked = await lesia.get(f"{KEYS}/{key.id}/revoke", headers=HTML)
        known = await lesia.get(f"/registry/fragments/keys/{key.id}", headers=FRAGMENT)
        listed = await lesia.get(KEYS, headers=HTML)

        assert (use.this_week, use.last_used_at >= now) == (3, True)
        assert "3 times this week" in asked.text
        assert "Taken" in known.text
        assert "<html" not in known.text
        assert f'href="{KEYS}/{key.id}"' in listed.text

    async def test_a_revoked_key_is_known_as_refused_once_the_event_has_come(
        self, lesia: AsyncClient, sessions: Sessions, key: UUID
    ) -> None:
        await bring_back(sessions)
        done = await send(lesia, f"{KEYS}/{key}/revoke")
        page = await lesia.get(f"{KEYS}/{key}", headers=HTML)
        await bring_back(sessions)

        known = await lesia.get(f"/registry/fragments/keys/{key}", headers=FRAGMENT)

        assert done.headers["location"] == f"{KEYS}/{key}"
        for service in ("registry", "exchanges"):
            assert f"/{service}/fragments/keys/{key}" in page.text
        assert "Refused" in known.text

    async def test_of_another_association_s_key_nothing_is_known(
        self, sessions: Sessions, key: UUID, sign_in: SignIn
    ) -> None:
        await bring_back(sessions)
        marek = await sign_in(TARAS, of="PL")

        page = await marek.get(f"{KEYS}/{key}", headers=HTML)
        known = await marek.get(f"/registry/fragments/keys/{key}", headers=FRAGMENT)

        assert page.status_code == 404
        assert "Not known yet" in known.text
