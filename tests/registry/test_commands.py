"""Commands on a real database: the change and its event are one."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.event import Event
from contracts.registry import (
    ApiKeyIssued,
    ApiKeyRevoked,
    AssociationRegistered,
    ClusterConfirmed,
    ClusterDrafted,
    ClusterPublished,
    ClusterReinstated,
    ClusterReturned,
    ClusterReviewStarted,
    ClusterRevised,
    ClusterRevisionStarted,
    ClusterSubmitted,
    ClusterSuspended,
    Reason,
    StaffAppointed,
    StaffDismissed,
    StaffRolesSet,
)
from contracts.vocabulary import ClusterState, Mark, Names, PersonNames, Role
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.errors import Invalid, NotAllowed
from services.chassis.identity import SYSTEM, Actor
from services.registry.associations.commands import register_association
from services.registry.associations.model import AlreadyRegistered
from services.registry.clusters import commands
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.declaring import declare_cluster
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import (
    ClusterNotFound,
    DecidedByPeople,
    FourEyes,
    StaleCluster,
)
from services.registry.staff import commands as staff
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import KeyLivesTooLong, LastBackOffice, RoleNotGivable
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    TARAS,
    TODAY,
    a_cluster,
    a_member,
    a_person,
    a_profile,
    a_system,
    an_association,
    saved,
)

CONFIRMED = frozenset(LOOKED_AT)


async def events_of(sessions: Sessions, subject: object) -> Sequence[Event]:
    async with sessions() as session:
        return [history.event_of(row) for row in await history.rows_of(session, str(subject))]


async def types_of(sessions: Sessions, subject: object) -> list[type[Event]]:
    return [type(event) for event in await events_of(sessions, subject)]


async def reread(sessions: Sessions, cluster: Cluster) -> Cluster:
    async with sessions() as session:
        return (await session.scalars(select(Cluster).where(Cluster.id == cluster.id))).one()


class TestReview:
    async def test_leads_from_submission_to_publication(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        lesia = a_person(LESIA)

        async with sessions.begin() as session:
            await commands.start_review(session, lesia, key=cluster.number, at=NOON)
        async with sessions.begin() as session:
            await commands.publish_cluster(
                session, lesia, key=str(cluster.id), confirmed=CONFIRMED, at=NOON
            )

        assert await types_of(sessions, cluster.id) == [ClusterReviewStarted, ClusterPublished]
        assert (await reread(sessions, cluster)).state is ClusterState.PUBLISHED

    async def test_refuses_who_submitted(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        async with sessions.begin() as session:
            with pytest.raises(FourEyes):
                await commands.start_review(session, a_person(TARAS), key=cluster.number, at=NOON)

        assert await events_of(sessions, cluster.id) == []

    async def test_refuses_another_association(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        marek = a_person(MAREK, of="PL")

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="of UA"):
                await commands.suspend_cluster(
                    session, marek, key=cluster.number, reason="x", review_on=None, at=NOON
                )

    async def test_of_another_associations_draft_finds_nothing(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        marek = a_person(MAREK, of="PL")

        async with sessions.begin() as session:
            with pytest.raises(ClusterNotFound):
                await commands.start_review(session, marek, key=cluster.number, at=NOON)

    async def test_is_no_work_for_a_key(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        async with sessions.begin() as session:
            with pytest.raises(DecidedByPeople):
                await commands.start_review(session, a_system(), key=cluster.number, at=NOON)

    async def test_refuses_a_decision_on_what_was_changed_meanwhile(
        self, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        seen = cluster.lock
        async with sessions.begin() as session:
            await commands.start_review(session, a_person(LESIA), key=cluster.number, at=NOON)

        async with sessions.begin() as session:
            with pytest.raises(StaleCluster):
                await commands.return_cluster(
                    session,
                    a_person(LESIA),
                    key=cluster.number,
                    reasons=[],
                    note=None,
                    lock=seen,
                    at=NOON,
                )

    async def test_of_two_at_once_one_decides(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        async def start(reviewer: UUID) -> None:
            async with sessions.begin() as session:
                await commands.start_review(
                    session, a_person(reviewer), key=cluster.number, at=NOON
                )

        outcomes = await asyncio.gather(start(LESIA), start(MAREK), return_exceptions=True)

        assert sum(outcome is None for outcome in outcomes) == 1
        assert await types_of(sessions, cluster.id) == [ClusterReviewStarted]

    async def test_returns_with_reasons(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))
        reasons = [Reason(criterion="V-2", code="not_english")]

        async with sessions.begin() as session:
            await commands.return_cluster(
                session, a_person(LESIA), key=cluster.number, reasons=reasons, note="n", at=NOON
            )

        [event] = await events_of(sessions, cluster.id)
        assert isinstance(event, ClusterReturned)
        assert (event.reasons, event.note) == (tuple(reasons), "n")
        assert (await reread(sessions, cluster)).reasons == [reasons[0].model_dump()]


class TestSuspend:
    async def test_takes_out_and_brings_back(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        async with sessions.begin() as session:
            await commands.suspend_cluster(
                session,
                a_person(),
                key=cluster.number,
                reason="in liquidation",
                review_on=date(2027, 6, 1),
                at=NOON,
            )
        async with sessions.begin() as session:
            await commands.reinstate_cluster(session, a_person(), key=cluster.number, at=NOON)

        suspended, reinstated = await events_of(sessions, cluster.id)
        assert isinstance(suspended, ClusterSuspended)
        assert suspended.review_day == date(2027, 6, 1)
        assert isinstance(reinstated, ClusterReinstated)
        assert reinstated.from_state is ClusterState.SUSPENDED


class TestConfirm:
    async def test_counts_the_day_at_the_association(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        late = NOON.replace(hour=23)

        async with sessions.begin() as session:
            await commands.confirm_cluster(session, a_person(), key=cluster.number, at=late)

        [event] = await events_of(sessions, cluster.id)
        assert isinstance(event, ClusterConfirmed)
        assert event.confirmed_day == TODAY + timedelta(days=1)

    async def test_wakes_a_dormant_profile(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.DORMANT))

        async with sessions.begin() as session:
            await commands.confirm_cluster(session, a_person(), key=cluster.number, at=NOON)

        assert await types_of(sessions, cluster.id) == [ClusterReinstated, ClusterConfirmed]


class TestDeclare:
    async def declare(self, sessions: Sessions, actor: Actor | None = None, **more: Any) -> UUID:
        profile = more.pop("profile", None) or a_profile()
        async with sessions.begin() as session:
            await declare_cluster(
                session, actor or a_person(), profile=profile, ref=more.pop("ref", "it"), at=NOON
            )
        async with sessions() as session:
            [cluster_id] = (await session.scalars(select(Cluster.id))).all()
        return cluster_id

    async def test_of_an_unknown_ref_drafts_and_submits(self, sessions: Sessions) -> None:
        cluster_id = await self.declare(sessions)

        assert await types_of(sessions, cluster_id) == [ClusterDrafted, ClusterSubmitted]

    async def test_gives_numbers_that_are_never_used_again(self, sessions: Sessions) -> None:
        cluster_id = await self.declare(sessions)

        async with sessions.begin() as session:
            cluster = await session.get_one(Cluster, cluster_id)
            number = cluster.number
            await session.delete(cluster)
        await self.declare(sessions)

        async with sessions() as session:
            [again] = (await session.scalars(select(Cluster.number))).all()
        assert (number, again) == ("CL-1001", "CL-1002")

    async def test_of_a_draft_revises_and_submits_it(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it"))

        await self.declare(sessions, profile=a_profile(staff_fte=7))

        assert await types_of(sessions, cluster.id) == [ClusterDrafted, ClusterSubmitted]
        assert (await reread(sessions, cluster)).profile.staff_fte == 7

    async def test_publishes_small_edits_at_once(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", state=ClusterState.PUBLISHED))

        await self.declare(sessions, profile=a_profile(web="https://new.example"))

        assert await types_of(sessions, cluster.id) == [ClusterRevised]

    async def test_lays_larger_edits_beside_the_public_version(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", state=ClusterState.PUBLISHED))

        await self.declare(sessions, profile=a_profile(staff_fte=7))

        assert await types_of(sessions, cluster.id) == [ClusterRevisionStarted]
        kept = await reread(sessions, cluster)
        assert (kept.profile.staff_fte, kept.pending and kept.pending.staff_fte) == (4.5, 7)

    async def test_of_nothing_new_records_nothing(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", state=ClusterState.PUBLISHED))

        await self.declare(sessions)

        assert await events_of(sessions, cluster.id) == []

    async def test_without_a_ref_means_the_own_cluster_of_that_legal_id(
        self, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        await self.declare(sessions, ref=None, profile=a_profile(staff_fte=7))

        assert await types_of(sessions, cluster.id) == [ClusterRevisionStarted]

    async def test_names_every_fault(self, sessions: Sessions) -> None:
        await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        with pytest.raises(Invalid) as refused:
            await self.declare(sessions, a_person(MAREK, of="PL"))

        assert [(f.pointer, f.code) for f in refused.value.faults] == [
            ("/seat/country", "TLK-D040"),
            ("/legal_id", "TLK-D041"),
        ]

    async def test_changes_nothing_that_is_in_review(self, sessions: Sessions) -> None:
        await saved(sessions, a_cluster(ref="it", state=ClusterState.IN_REVIEW))

        with pytest.raises(Invalid) as refused:
            await self.declare(sessions, profile=a_profile(staff_fte=7))

        assert [(f.pointer, f.code) for f in refused.value.faults] == [("/ref", "TLK-D042")]

    async def test_by_a_key_counts_as_submitted_by_its_owner(self, sessions: Sessions) -> None:
        key = await saved_key(sessions, owner=LESIA)
        await self.declare(sessions, Actor(f"key:{key}", "UA", frozenset({"back_office"})))

        async with sessions.begin() as session:
            with pytest.raises(FourEyes):
                await commands.start_review(session, a_person(LESIA), key="CL-1001", at=NOON)

    async def test_needs_the_back_office(self, sessions: Sessions) -> None:
        with pytest.raises(NotAllowed, match="back office"):
            await self.declare(sessions, a_person(roles=("coordinator",)))


async def saved_key(sessions: Sessions, *, owner: UUID) -> UUID:
    await saved(sessions, a_member(owner))
    async with sessions.begin() as session:
        key, _ = await staff.issue_key(
            session,
            a_person(),
            name="ERP",
            owner_id=owner,
            scopes=frozenset({"declarations:write"}),
            services=frozenset({"registry"}),
            expires_at=NOON + timedelta(days=90),
            at=NOON,
        )
    return key.id


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
            key, secret = await staff.issue_key(
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
                await staff.issue_key(
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
            await staff.revoke_key(session, a_person(), key_id=key, at=NOON)

        *_, event = await events_of(sessions, key)
        assert isinstance(event, ApiKeyRevoked)
        assert event.revoked_at == NOON


class TestAssociations:
    async def register(self, sessions: Sessions, actor: Actor) -> UUID:
        async with sessions.begin() as session:
            association = await register_association(
                session,
                actor,
                names=Names(original="Український кластерний альянс", en="Cluster Alliance"),
                short_name="UCA",
                languages=["uk"],
                zone="Europe/Kyiv",
                web=None,
                at=NOON,
            )
        return association.id

    async def test_are_founded_by_talka(self, sessions: Sessions) -> None:
        identity = await self.register(sessions, Actor(SYSTEM.id, "UA"))

        [event] = await events_of(sessions, identity)
        assert isinstance(event, AssociationRegistered)
        assert event.country == "UA"

    async def test_are_founded_once_and_by_nobody_else(self, sessions: Sessions) -> None:
        await self.register(sessions, Actor(SYSTEM.id, "UA"))

        with pytest.raises(AlreadyRegistered):
            await self.register(sessions, Actor(SYSTEM.id, "UA"))
        with pytest.raises(NotAllowed):
            await self.register(sessions, a_person(of="PL"))
