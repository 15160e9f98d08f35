"""Declared members on a real database: entered, joined, or refused with every fault."""

from datetime import date
from uuid import UUID

import pytest

from contracts.memberships import MemberJoined
from contracts.organisations import (
    OrganisationRegistered,
    OrganisationRevised,
    OrganisationSizeClassified,
)
from contracts.people import PersonRecorded
from contracts.vocabulary import ClusterState, LegalId, LegalIdScheme, Names, SizeClass
from services.chassis.database import Sessions
from services.chassis.errors import Invalid, NotAllowed
from services.registry.memberships.declaring import Outcome
from tests.registry.builders import MAREK, a_cluster, a_person, a_profile, an_association, saved
from tests.registry.members import (
    KRAKOW,
    declare,
    edrpou,
    joining,
    memberships,
    organisations,
    stated,
)
from tests.registry.recorded import events_of, types_of

OTHER = a_profile(legal_id=edrpou(99))


@pytest.fixture(autouse=True)
async def cluster(sessions: Sessions) -> None:
    await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    assert isinstance(outcome, Invalid)
    return [(fault.pointer, fault.code) for fault in outcome.faults]


class TestR05Organisations:
    async def test_of_an_unknown_number_are_registered_and_join(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        [events] = await declare(app_sessions, joining())

        [organisation] = await organisations(sessions)
        [membership] = await memberships(sessions)
        assert isinstance(events, list)
        assert len(events) == 3
        assert organisation.number == "OR-20001"
        assert await types_of(sessions, organisation.id) == [
            OrganisationRegistered,
            OrganisationSizeClassified,
        ]
        assert await types_of(sessions, membership.id) == [MemberJoined]

    async def test_of_a_known_number_are_revised_never_doubled(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        renamed = Names(original="Новий завод", en="New works")
        await declare(app_sessions, joining(names=renamed, size_class=SizeClass.MEDIUM))

        [organisation] = await organisations(sessions)
        assert organisation.name == "Новий завод"
        assert (await types_of(sessions, organisation.id))[2:] == [
            OrganisationRevised,
            OrganisationSizeClassified,
        ]
        assert organisation.size_class is SizeClass.MEDIUM

    async def test_twice_in_one_batch_are_one(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        first, second = await declare(app_sessions, joining(), joining())

        assert isinstance(first, list)
        assert second == []
        assert len(await organisations(sessions)) == 1

    async def test_r05_a_duplicate_inside_the_association_is_refused(
        self, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1, ref="a"), joining(2, ref="b"))

        [by_ref] = await declare(app_sessions, joining(2, ref="a"))
        [by_number] = await declare(app_sessions, joining(1, ref="c"))

        assert codes(by_ref) == [("/organisation/legal_id", "TLK-D120")]
        assert codes(by_number) == [("/organisation/legal_id", "TLK-D120")]

    async def test_of_a_known_ref_may_get_another_number(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1, ref="a"))
        await declare(app_sessions, joining(2, ref="a"))
        await declare(app_sessions, joining(1, ref="b"))

        first, second = await organisations(sessions)
        assert (first.numbers, second.numbers) == ((edrpou(2),), (edrpou(1),))

    async def test_of_a_known_ref_keep_numbers_of_other_registers(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        polish = a_person(MAREK, of="PL")
        await saved(sessions, a_cluster(number="CL-1100", association="PL", profile=OTHER))
        nip = LegalId(scheme=LegalIdScheme.PL_NIP, value="5260250995")
        regon = LegalId(scheme=LegalIdScheme.PL_REGON, value="010016565")
        both = [
            joining(legal_id=each, ref="a", cluster="CL-1100", place=KRAKOW)
            for each in (nip, regon)
        ]

        await declare(app_sessions, *both, actor=polish)

        [organisation] = await organisations(sessions)
        assert organisation.numbers == (nip, regon)

    async def test_of_a_day_before_the_last_do_not_change_the_size(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        await declare(
            app_sessions, joining(size_class=SizeClass.MICRO, size_day=date(2020, 12, 31))
        )

        [organisation] = await organisations(sessions)
        assert organisation.size_class is SizeClass.SMALL


class TestSoleTraders:
    async def test_stand_in_the_register_without_name_and_number(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await saved(sessions, an_association())
        await declare(app_sessions, joining(sole_trader=True))
        [again] = await declare(app_sessions, joining(sole_trader=True))

        [organisation] = await organisations(sessions)
        registered, *_ = await events_of(sessions, organisation.id)
        assert again == []
        assert (organisation.names, organisation.numbers) == (None, ())
        assert "Завод" not in registered.model_dump_json()
        [recorded] = await events_of(sessions, organisation.person_id)
        assert isinstance(recorded, PersonRecorded)
        assert recorded.legal_ids == (edrpou(1),)


class TestR06Membership:
    async def test_overlapping_an_open_one_changes_nothing(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        [again] = await declare(app_sessions, joining(on=date(2025, 1, 1)))

        assert again == []
        assert len(await memberships(sessions)) == 1

    async def test_is_refused_before_the_cluster_was_founded(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        [outcome] = await declare(app_sessions, joining(on=date(2011, 5, 3)))

        assert codes(outcome) == [("/joined_day", "TLK-D124")]
        assert await organisations(sessions) == []

    async def test_is_refused_in_days_after_which_it_left(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())
        async with sessions.begin() as session:
            [membership] = await memberships(sessions)
            (await session.merge(membership)).ended_day = date(2025, 6, 30)

        [during] = await declare(app_sessions, joining(on=date(2025, 6, 30)))
        [after] = await declare(app_sessions, joining(on=date(2025, 7, 1)))

        assert codes(during) == [("/joined_day", "TLK-D125")]
        assert isinstance(after, list)
        assert len(await memberships(sessions)) == 2

    async def test_of_an_unknown_or_ended_cluster_is_refused(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        ended = a_cluster(number="CL-1092", state=ClusterState.ARCHIVED)
        foreign = a_cluster(
            number="CL-1093", association="PL", state=ClusterState.PUBLISHED, profile=OTHER
        )
        await saved(sessions, ended, foreign)

        outcomes = await declare(
            app_sessions,
            joining(cluster="CL-9999"),
            joining(cluster="CL-1092"),
            joining(cluster="CL-1093"),
        )

        assert [codes(each) for each in outcomes] == [
            [("/cluster", "TLK-D043")],
            [("/cluster", "TLK-D123")],
            [("/cluster", "TLK-D043")],
        ]

    async def test_names_every_fault_at_once(self, app_sessions: Sessions) -> None:
        await declare(app_sessions, joining(1, ref="a"))

        [outcome] = await declare(
            app_sessions, joining(1, ref="b", on=date(2010, 1, 1), corrects=UUID(int=7))
        )

        assert codes(outcome) == [
            ("/joined_day", "TLK-D124"),
            ("/organisation/legal_id", "TLK-D120"),
            ("/corrects", "TLK-D126"),
        ]

    async def test_one_refused_leaves_its_neighbours_alone(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        outcomes = await declare(
            app_sessions, joining(1), joining(2, cluster="CL-0000"), joining(3)
        )

        assert [isinstance(each, list) for each in outcomes] == [True, False, True]
        assert len(await memberships(sessions)) == 2

    async def test_is_for_the_back_office_alone(self, app_sessions: Sessions) -> None:
        with pytest.raises(NotAllowed):
            await declare(app_sessions, joining(), actor=a_person(roles=("coordinator",)))


def test_a_statement_may_leave_the_size_out() -> None:
    assert stated(size_class=SizeClass.UNKNOWN, size_day=None).size_day is None
