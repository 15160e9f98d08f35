"""C-09: a snapshot of all clusters, deltas after it, and the stream that it joins."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from confluent_kafka import Consumer as KafkaReader
from confluent_kafka import KafkaException, TopicPartition
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.envelope import from_headers
from contracts.registry import ClusterEvent, ClusterPublished
from contracts.vocabulary import ClusterState, LegalId, LegalIdScheme, check_digit_of
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.app import registry
from services.registry.clusters.commands import reinstate_cluster, suspend_cluster
from services.registry.clusters.model import Cluster
from tests.browser.served import served
from tests.chassis.site import a_client, issue
from tests.registry.builders import (
    LESIA,
    NOON,
    a_cluster,
    a_person,
    a_profile,
    an_association,
    saved,
)
from tests.waiting import PATIENCE_SECONDS

SNAPSHOT = "/registry/v1/snapshots/clusters"


async def publish(sessions: Sessions, number: int, *, dual_use: bool = False) -> Cluster:
    """A published cluster with the history that made it public."""
    digits = f"{3_285_000 + number}"
    value = f"{digits}{check_digit_of(LegalIdScheme.UA_EDRPOU, digits)}"
    legal_id = LegalId(scheme=LegalIdScheme.UA_EDRPOU, value=value)
    profile = a_profile(legal_id=legal_id, dual_use=dual_use)
    cluster = a_cluster(state=ClusterState.PUBLISHED, profile=profile, number=f"CL-{number}")
    async with sessions.begin() as session:
        session.add(cluster)
        event = ClusterPublished(
            subject=str(cluster.id),
            time=NOON,
            number=cluster.number,
            version=1,
            profile=profile,
            completeness=1,
            dual_use=dual_use,
        )
        await history.record(session, event, actor=a_person())
    return cluster


async def suspend(sessions: Sessions, key: str) -> None:
    async with sessions.begin() as session:
        await suspended(session, key)


async def suspended(session: AsyncSession, key: str) -> None:
    await suspend_cluster(
        session, a_person(LESIA), key=key, reason="It moves.", review_on=None, at=NOON
    )


async def reinstate(sessions: Sessions, key: str) -> None:
    async with sessions.begin() as session:
        await reinstate_cluster(session, a_person(LESIA), key=key, at=NOON)


async def taken(client: AsyncClient, **asked: Any) -> tuple[list[dict[str, Any]], str]:
    """All pages of one snapshot, and what to ask with next time."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(SNAPSHOT, params={"limit": 2} | asked | cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        if page["next"] is None:
            return items, page["modified_since"]
        cursor = {"cursor": page["next"]}


@pytest.fixture
async def outside(app: FastAPI, sessions: Sessions) -> AsyncIterator[Callable[..., Any]]:
    """Makes clients with a key of an association."""
    async with AsyncExitStack() as stack:

        async def enter(of: str) -> AsyncClient:
            key = await issue(sessions, of=of)
            client = a_client(app, Authorization=f"Bearer {key.secret}")
            return await stack.enter_async_context(client)

        yield enter


@pytest.fixture
async def poland(outside: Callable[..., Any], sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    client: AsyncClient = await outside("PL")
    return client


class TestSnapshot:
    async def test_c09_has_every_public_cluster_once(
        self, poland: AsyncClient, sessions: Sessions
    ) -> None:
        made = [await publish(sessions, number) for number in range(1, 6)]

        items, _ = await taken(poland)

        assert sorted(item["id"] for item in items) == sorted(str(each.id) for each in made)
        assert {(item["sequence"], item["gone"]) for item in items} == {(1, False)}
        assert items[0]["cluster"]["profile"]["names"]["en"] == "Lviv IT Cluster"

    async def test_c09_a_delta_has_what_changed_and_what_left(
        self, poland: AsyncClient, sessions: Sessions
    ) -> None:
        first, second, _ = [await publish(sessions, number) for number in (1, 2, 3)]
        _, since = await taken(poland)
        await suspend(sessions, first.number)
        await suspend(sessions, second.number)
        await reinstate(sessions, second.number)

        items, following = await taken(poland, modified_since=since)

        told = {item["id"]: (item["sequence"], item["gone"]) for item in items}
        assert told == {str(first.id): (2, True), str(second.id): (3, False)}
        assert (await taken(poland, modified_since=following))[0] == []

    async def test_c09_what_commits_late_is_in_the_next_delta(
        self, poland: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await publish(sessions, 1)
        async with sessions.begin() as slow:
            await suspended(slow, cluster.number)
            await slow.flush()
            _, since = await taken(poland)

        items, _ = await taken(poland, modified_since=since)

        assert [(item["id"], item["gone"]) for item in items] == [(str(cluster.id), True)]

    async def test_c09_an_instant_will_do_as_well(
        self, poland: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await publish(sessions, 1)

        recent, _ = await taken(poland, modified_since="2020-01-01T00:00:00Z")
        later, _ = await taken(poland, modified_since="2099-01-01T00:00:00+02:00")

        assert ([item["id"] for item in recent], later) == ([str(cluster.id)], [])

    @pytest.mark.parametrize(
        "since",
        [
            *("yesterday", "2027-03-16T09:00:00", "1:2"),
            *("5:1:", "0:1:", "1:9223372036854775808:", "5:9:4", "5:9:9", "5:9:7,6", "5:9:6,,7"),
        ],
    )
    async def test_says_what_to_give(self, poland: AsyncClient, since: str) -> None:
        answer = await poland.get(SNAPSHOT, params={"modified_since": since})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/query/modified_since"

    async def test_a08_r14_says_nothing_of_drafts_and_dual_use_of_others(
        self, poland: AsyncClient, outside: Callable[..., Any], sessions: Sessions
    ) -> None:
        _, since = await taken(poland)
        draft = await saved(sessions, a_cluster(number="CL-77"))
        await publish(sessions, 2, dual_use=True)

        assert (await taken(poland))[0] == []
        assert (await taken(poland, modified_since=since))[0] == []
        own, _ = await taken(await outside("UA"))
        assert str(draft.id) not in [item["id"] for item in own]  # nothing is on the topic yet


@pytest.mark.journey
class TestJoin:
    async def test_c09_snapshot_and_stream_lose_and_double_nothing_under_writes(
        self, settings: Settings, sessions: Sessions, fresh_topics: str
    ) -> None:
        await saved(sessions, an_association())
        made = [await publish(sessions, number) for number in range(1, 9)]
        key = await issue(sessions)
        whole = settings.model_copy(update={"kafka_bootstrap": fresh_topics})
        async with served(registry(whole)) as address:
            headers = {"Authorization": f"Bearer {key.secret}"}
            async with AsyncClient(
                base_url=address, headers=headers, timeout=PATIENCE_SECONDS
            ) as client:
                reader = at_the_end(fresh_topics)
                read = asyncio.Event()
                writing = asyncio.create_task(keep_writing(sessions, made, until=read))
                items, _ = await taken(client)
                read.set()
                await writing
        have = {item["id"]: item["sequence"] for item in items}

        async with sessions() as session:
            counted = await session.execute(
                select(history.history.c.subject, text("max(sequence)")).group_by(text("1"))
            )
            last = {row[0]: row[1] for row in counted}
        applied = follow(reader, have, last)

        assert have == {str(each.id): last[str(each.id)] for each in made}
        assert applied > 0, "all was written before the snapshot: nothing was joined"


async def keep_writing(sessions: Sessions, made: list[Cluster], *, until: asyncio.Event) -> None:
    """Write all the while, and once more when the snapshot is read."""
    finished = False
    while not finished:
        finished = until.is_set()
        for cluster in made:
            await suspend(sessions, cluster.number)
            await reinstate(sessions, cluster.number)


def at_the_end(bootstrap: str) -> KafkaReader:
    """A reader that begins where the topic ends now: before the snapshot, as the guide says."""
    reader = KafkaReader(
        {"bootstrap.servers": bootstrap, "group.id": "joins", "enable.auto.commit": False}
    )
    partitions = reader.list_topics(ClusterEvent.topic).topics[ClusterEvent.topic].partitions
    places = [
        TopicPartition(ClusterEvent.topic, number, end_of(reader, number)) for number in partitions
    ]
    reader.assign(places)
    return reader


def end_of(reader: KafkaReader, partition: int) -> int:
    """The offset behind the last record; topics just made may have no leader for a moment."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            place = TopicPartition(ClusterEvent.topic, partition)
            _, end = reader.get_watermark_offsets(place, timeout=10)
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            reader.poll(0.2)
        else:
            return int(end)


def follow(reader: KafkaReader, have: dict[str, int], last: dict[str, int]) -> int:
    """Apply what is newer than what we have, strictly one by one, until all is there."""
    applied = 0
    waiting = [each for each in have if have[each] < last[each]]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting:
        assert time.monotonic() < deadline, f"never told: {waiting}"
        for record in [each for each in reader.consume(100, timeout=0.2) if not each.error()]:
            headers = dict(record.headers() or ()).items()
            envelope = from_headers(
                (name, value) for name, value in headers if isinstance(value, bytes)
            )
            assert envelope.sequence is not None
            if envelope.sequence <= have.get(envelope.subject, 0):
                continue
            assert envelope.sequence == have[envelope.subject] + 1, "an event was lost"
            have[envelope.subject] = envelope.sequence
            applied += 1
        waiting = [each for each in have if have[each] < last[each]]
    reader.close()
    return applied
