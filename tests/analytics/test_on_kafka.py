"""Analytics alone on a real broker: from records of others to figures, and to the public topic."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Any

import pytest
from confluent_kafka import Producer
from httpx import AsyncClient

from services.analytics.app import analytics
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from tests.analytics.cluster_stories import ClusterStory
from tests.analytics.stories import Story, a_held_visit
from tests.analytics.test_stream_door import STREAM, events
from tests.analytics.topics import Topics
from tests.browser.served import served
from tests.chassis.site import employ
from tests.journeys.records import everything
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.journey

PUBLIC = ("streams.visits", "analytics.kpis", "analytics.figures")
LAST_SPRING = date(2026, 3, 16)  # long enough ago to be told by now


@pytest.fixture
async def reader(
    settings: Settings, sessions: Sessions, fresh_topics: str
) -> AsyncIterator[AsyncClient]:
    """A coordinator in front of the whole service: consumer, timers and relay run."""
    staff_id = await employ(sessions, of="SK", roles=["coordinator"])
    whole = settings.model_copy(update={"kafka_bootstrap": fresh_topics})
    async with served(analytics(whole)) as address:
        headers = {"Origin": whole.origin}
        async with AsyncClient(
            base_url=address, headers=headers, timeout=PATIENCE_SECONDS
        ) as client:
            await client.post(f"/analytics/signin/as/{staff_id}")
            yield client


def produce(bootstrap: str, stories: Iterable[Story]) -> None:
    producer, topics = Producer({"bootstrap.servers": bootstrap}), Topics()
    for story in stories:
        for told in story.told:
            record = topics.append(told)
            producer.produce(
                record.topic, key=record.key, value=record.value, headers=list(record.headers)
            )
    assert producer.flush(30) == 0


async def test_a_held_visit_becomes_a_figure_and_an_event_of_the_public_stream(
    reader: AsyncClient, fresh_topics: str
) -> None:
    cluster, visit = ClusterStory("SK"), a_held_visit(visitor="UA", first=LAST_SPRING)
    cluster.publish(on=date(2026, 1, 10))

    produce(fresh_topics, [cluster, visit])

    # the figures count it, and say that everything is counted
    async def figures() -> dict[str, dict[str, Any]]:
        answer = await reader.get("/analytics/v1/figures?period=2026-03")
        return {figure["code"]: figure for figure in answer.json()["figures"]}

    async def counted() -> bool:
        found = await figures()
        return found["K-01"]["cells"][0]["value"] == 1 and not found["K-01"]["late"]

    await until(counted)
    assert (await figures())["K-11"]["cells"][0]["value"] == 1

    # outsiders read it over HTTP …
    async with reader.stream("GET", f"{STREAM}?from=begin") as answer:
        [(_, event)] = await events(answer, 1)
    assert event["data"]["visit_id"] == str(visit.id)  # type: ignore[index]

    # … and on the topic, beside the definitions and the figures that were reported
    async def published() -> bool:
        there = await asyncio.to_thread(everything, fresh_topics, *PUBLIC)
        return {message.topic() for message in there} == set(PUBLIC)

    await until(published)
