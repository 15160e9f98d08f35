"""What a service says of itself while Kafka does not answer."""

from fastapi import FastAPI
from httpx import AsyncClient

from services.chassis import staff
from services.chassis.consumer import Consumer
from services.chassis.subscription import Subscription


async def test_p03_who_cannot_read_kafka_claims_no_lag(site: FastAPI, anybody: AsyncClient) -> None:
    consumer, state = Consumer("test"), site.state
    staff.follow(consumer)
    state.subscription = Subscription(  # nothing listens there, and it is not waited for
        consumer,
        state.sessions,
        bootstrap=state.settings.kafka_bootstrap,
        instance="1",
        quiet_seconds=0,
    )

    told = (await anybody.get("/registry/status.json")).json()

    [reading] = [part for part in told["parts"] if part["name"] == "consumer"]
    assert (told["health"], told["lag_events"]) == ("down", None)
    assert (reading["health"], reading["value"]) == ("down", "")
    assert reading["since"] is not None
