"""Commands on staff and keys on a real database: the change and its event are one."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.registry import (
    ApiKeyIssued,
    ApiKeyRevoked,
    StaffAppointed,
    StaffDismissed,
    StaffRolesSet,
)
from contracts.vocabulary import Mark, PersonNames, Role
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.identity import Actor
from services.registry.staff import commands as staff
from services.registry.staff import key_commands
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import KeyLivesTooLong, LastBackOffice, RoleNotGivable
from tests.registry.builders import (
    LESIA,
    NOON,
    TARAS,
    TODAY,
    a_member,
    a_person,
    a_system,
    saved,
)
from tests.registry.recorded import events_of, saved_key


class TestAppoint:
    async def appoint(self, sessions: Sessions, actor: Actor, *roles: Role) -> StaffMember:
        async with sessions.begin() as session:
            return await staff.appoint_staff(
                session,
                actor,
                names=PersonNames(original="Ірина Ткач"),
                mail="iryna@example.org",
                language="uk",
                zone="Europe/Kyiv",
                roles=frozenset(roles),
                from_day=TODAY,
                at=NOON,
            )

    @pytest.mark.parametrize("actor", [a_person(), Actor("system:talka", "UA")])
    async def test_is_done_by_the_back_office_or_by_talka(
        self, sessions: Sessions, actor: Actor
    ) -> None:
        member = await self.appoint(sessions, actor, Role.LOGISTICS)

        [event] = await events_of(sessions, member.id)
        assert isinstance(event, StaffAppointed)
        assert (event.roles, event.names.original) == ((Role.LOGISTICS,), "Ірина Ткач")

    @pytest.mark.parametrize(
        "actor", [a_person(roles=("coordinator",)), a_person(roles=("operator",), of="ECA")]
    )
    async def test_is_done_by_nobody_else(self, sessions: Sessions, actor: Actor) -> None:
        with pytest.raises(NotAllowed):
            await self.appoint(sessions, actor, Role.LOGISTICS)

    async def test_is_not_done_with_a_key(self, sessions: Sessions) -> None:
        with pytest.raises(NotAllowed, match="sign in"):
            await self.appoint(sessions, a_system(), Role.LOGISTICS)

    async def test_an_association_gives_no_role_across(self, sessions: Sessions) -> None:
        with pytest.raises(RoleNotGivable):
            await self.appoint(sessions, a_person(), Role.OPERATOR)


class TestStaff:
    async def test_roles_are_set_as_a_whole(self, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA), a_member(TARAS))

        async with sessions.begin() as session:
            await staff.set_roles(
                session,
                a_person(),
                staff_id=LESIA,
                roles=frozenset({Role.COORDINATOR}),
                marks=frozenset({Mark.DUAL_USE_VETTED}),
                at=NOON,
            )

        [event] = await events_of(sessions, LESIA)
        assert isinstance(event, StaffRolesSet)
        assert (event.roles, event.marks) == ((Role.COORDINATOR,), (Mark.DUAL_USE_VETTED,))

    async def test_the_last_of_the_back_office_stays(self, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA), a_member(TARAS, roles=(Role.COORDINATOR,)))

        async with sessions.begin() as session:
            with pytest.raises(LastBackOffice):
                await staff.dismiss_staff(session, a_person(), staff_id=LESIA, on=TODAY, at=NOON)
        async with sessions.begin() as session:
            with pytest.raises(LastBackOffice):
                await staff.set_roles(
                    session,
                    a_person(),
                    staff_id=LESIA,
                    roles=frozenset(),
                    marks=frozenset(),
                    at=NOON,
                )

    async def test_two_cannot_dismiss_each_other(self, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA), a_member(TARAS))

        async def dismiss(who: UUID) -> None:
            async with sessions.begin() as session:
                await staff.dismiss_staff(session, a_person(), staff_id=who, on=TODAY, at=NOON)

        outcomes = await asyncio.gather(dismiss(LESIA), dismiss(TARAS), return_exceptions=True)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "LastBackOffice",
            "NoneType",
        ]

    async def test_dismissal_says_since_when(self, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA), a_member(TARAS))

        async with sessions.begin() as session:
            await staff.dismiss_staff(session, a_person(), staff_id=LESIA, on=TODAY, at=NOON)

        [event] = await events_of(sessions, LESIA)
        assert isinstance(event, StaffDismissed)
        assert event.until_day == TODAY


class TestKeys:
    async def test_are_kept_as_a_hash_and_shown_once(self, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        async with sessions.begin() as session:
            key, secret = await key_commands.issue_key(
                session,
                a_person(),
                name="ERP",
                owner_id=LESIA,
                scopes=frozenset({"declarations:write"}),
                services=frozenset({"registry"}),
                expires_at=NOON + timedelta(days=90),
                at=NOON,
            )

        [event] = await events_of(sessions, key.id)
        assert isinstance(event, ApiKeyIssued)
        assert secret.startswith(event.prefix)
        assert secret not in event.model_dump_json()
        assert event.owner_id == LESIA

    async def test_live_twelve_months_at_most(self, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        async with sessions.begin() as session:
            with pytest.raises(KeyLivesTooLong):
                await key_commands.issue_key(
                    session,
                    a_person(),
                    name="ERP",
                    owner_id=LESIA,
                    scopes=frozenset(),
                    services=frozenset(),
                    expires_at=NOON + timedelta(days=400),
                    at=NOON,
                )

    async def test_are_revoked_with_a_time(self, sessions: Sessions) -> None:
        key = await saved_key(sessions, owner=LESIA)

        async with sessions.begin() as session:
            await key_commands.revoke_key(session, a_person(), key_id=key, at=NOON)

        *_, event = await events_of(sessions, key)
        assert isinstance(event, ApiKeyRevoked)
        assert event.revoked_at == NOON
