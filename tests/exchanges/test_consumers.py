"""The copies: once, in order, whatever is delivered again, and readable by an older consumer."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

import contracts
from contracts.envelope import Envelope, from_structured, to_headers
from contracts.event import Event, uuid7
from contracts.registry import (
    AssociationRegistered,
    ClusterArchived,
    ClusterPublished,
    ClusterReinstated,
    ClusterRevised,
    ClusterSuspended,
    ClusterWentDormant,
)
from contracts.released import example_text
from contracts.sites import SiteClosed, SiteOpened, SiteUpdated
from contracts.vocabulary import ClusterState, Names
from services.chassis.database import Sessions
from services.chassis.received import Record
from services.exchanges.consumers import consumer
from services.exchanges.copies.model import AssociationCopy, ClusterCopy, SiteCopy
from services.exchanges.copies.queries import clusters_as_of, find_clusters, sites_of
from tests.exchanges.builders import DAY, LVIV_CLUSTER, NOON, a_coordinator

EXAMPLE = f"{ClusterPublished.type}.json"
CLUSTER = str(LVIV_CLUSTER)


def published(subject: str = CLUSTER, name: str = "Lviv IT Cluster") -> ClusterPublished:
    """The golden example, as the profile of `subject`."""
    text = (Path(contracts.__file__).parent / "examples" / EXAMPLE).read_text()
    event, _ = from_structured(text)
    assert isinstance(event, ClusterPublished)
    profile = event.profile.model_copy(update={"names": Names(original=name, en=name)})
    return event.model_copy(update={"subject": subject, "time": NOON, "profile": profile})


def suspended(subject: str = CLUSTER) -> ClusterSuspended:
    return ClusterSuspended(subject=subject, time=NOON + DAY, reason="in liquidation")


def reinstated(subject: str = CLUSTER) -> ClusterReinstated:
    return ClusterReinstated(
        subject=subject, time=NOON + 2 * DAY, from_state=ClusterState.SUSPENDED
    )


def a_record(event: Event, *, sequence: int, offset: int, more: Any = None) -> Record:
    envelope = Envelope(
        id=str(uuid7()),
        source="/registry",
        type=event.type,
        subject=event.subject,
        time=event.time,
        sequence=sequence,
        association="UA",
        actor="staff:x",
    )
    data = json.loads(event.model_dump_json()) | (more or {})
    return Record(
        topic=event.topic,
        partition=0,
        offset=offset,
        key=event.subject.encode(),
        value=json.dumps(data).encode(),
        headers=tuple(to_headers(envelope)),
        timestamp_ms=1_800_000_000_000 + offset,
    )


def records(*events: Event, first: int = 0) -> list[Record]:
    """The events one after the other, each subject with its own sequence."""
    reached: dict[str, int] = {}
    made = []
    for offset, event in enumerate(events, start=first):
        reached[event.subject] = reached.get(event.subject, 0) + 1
        made.append(a_record(event, sequence=reached[event.subject], offset=offset))
    return made


async def feed(sessions: Sessions, batch: Sequence[Record]) -> None:
    async with sessions.begin() as session:
        await consumer.apply(session, batch)


async def copies(sessions: Sessions) -> dict[str, ClusterCopy]:
    async with sessions.begin() as session:
        return {str(copy.cluster_id): copy for copy in await session.scalars(select(ClusterCopy))}


class TestClusters:
    async def test_a_published_one_can_visit_and_host(self, sessions: Sessions) -> None:
        await feed(sessions, records(published()))

        copy = (await copies(sessions))[CLUSTER]
        assert (copy.name_en, copy.association, copy.city) == ("Lviv IT Cluster", "UA", "Lviv")
        assert (copy.matchable, copy.as_of) == (True, NOON)

    async def test_r10_it_is_kept_how_complete_the_profile_is(self, sessions: Sessions) -> None:
        better = ClusterRevised(**dict(published()) | {"version": 2, "completeness": 0.95})

        await feed(sessions, records(published()))
        before = (await copies(sessions))[CLUSTER].completeness
        await feed(sessions, records(published(), better))

        assert (before, (await copies(sessions))[CLUSTER].completeness) == (92, 95)

    async def test_a_redelivery_changes_nothing(self, sessions: Sessions) -> None:
        batch = records(published(), suspended())
        await feed(sessions, batch)

        await feed(sessions, batch)
        again = [a_record(published(), sequence=1, offset=2)]
        await feed(sessions, again)

        assert not (await copies(sessions))[CLUSTER].matchable

    async def test_the_order_of_one_subject_is_kept(self, sessions: Sessions) -> None:
        await feed(sessions, records(published(), suspended(), reinstated()))

        copy = (await copies(sessions))[CLUSTER]
        assert (copy.matchable, copy.as_of) == (True, NOON + 2 * DAY)

    async def test_an_event_that_came_too_early_waits(self, sessions: Sessions) -> None:
        await feed(sessions, [a_record(suspended(), sequence=2, offset=0)])
        before = await copies(sessions)

        await feed(sessions, [a_record(published(), sequence=1, offset=1)])

        assert before == {}
        assert CLUSTER in await copies(sessions)

    @pytest.mark.parametrize(
        "left",
        [
            suspended(),
            ClusterWentDormant(subject=CLUSTER, time=NOON, last_confirmed_day=NOON.date()),
            ClusterArchived(subject=CLUSTER, time=NOON, reason="x", archived_day=NOON.date()),
        ],
        ids=lambda event: type(event).__name__,
    )
    async def test_one_that_left_is_offered_no_more(self, sessions: Sessions, left: Event) -> None:
        await feed(sessions, records(published(), left))

        async with sessions.begin() as session:
            assert await find_clusters(session, a_coordinator()) == []

    async def test_a_revision_takes_the_place_of_the_old_profile(self, sessions: Sessions) -> None:
        revised = ClusterRevised.model_validate(
            {**dict(published(name="Lviv Digital Cluster")), "changed": ("names",)}
        )

        await feed(sessions, records(published(), revised))

        assert (await copies(sessions))[CLUSTER].name_en == "Lviv Digital Cluster"

    async def test_many_in_one_batch(self, sessions: Sessions) -> None:
        subjects = [str(uuid7()) for _ in range(40)]
        events = [published(subject) for subject in subjects]

        await feed(sessions, records(*events, *(suspended(s) for s in subjects[:10])))

        assert sum(copy.matchable for copy in (await copies(sessions)).values()) == 30

    async def test_a_newer_version_with_more_fields_is_read(self, sessions: Sessions) -> None:
        await feed(
            sessions, [a_record(published(), sequence=1, offset=0, more={"mascot": "a stork"})]
        )

        assert CLUSTER in await copies(sessions)

    async def test_say_as_of_when(self, sessions: Sessions) -> None:
        await feed(sessions, records(published(), suspended()))

        async with sessions.begin() as session:
            assert await clusters_as_of(session) == NOON + DAY


class TestAssociations:
    async def test_are_known_with_their_zone(self, sessions: Sessions) -> None:
        registered = AssociationRegistered(
            subject=str(UUID(int=7)),
            time=NOON,
            country="UA",
            names=Names(original="Український кластерний альянс", en="UCA"),
            languages=("uk",),
            zone="Europe/Kyiv",
        )

        await feed(sessions, records(registered))

        async with sessions.begin() as session:
            copy = await session.get_one(AssociationCopy, "UA")
        assert (copy.zone, copy.languages) == ("Europe/Kyiv", ["uk"])


class TestSites:
    async def test_r16_are_offered_to_planners_until_they_close(self, sessions: Sessions) -> None:
        site = str(uuid7())
        events = [
            from_structured(example_text(kind.type))[0].model_copy(update={"subject": site})
            for kind in (SiteOpened, SiteUpdated, SiteClosed)
        ]
        records = [
            a_record(event, sequence=number + 1, offset=number)
            for number, event in enumerate(events)
        ]

        await feed(sessions, records[:2])
        async with sessions() as session:
            [copy] = await session.scalars(select(SiteCopy))
            offered = await sites_of(session, a_coordinator("SK"), copy.holder_id)
        await feed(sessions, records[2:])

        assert [(one.name, one.seats) for one in offered.values()] == [("Assembly hall", 80)]
        assert copy.place.name == "Assembly hall"
        async with sessions() as session:
            assert await sites_of(session, a_coordinator("SK"), copy.holder_id) == {}
