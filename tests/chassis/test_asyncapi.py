"""The AsyncAPI document that a service serves: its own topics, for everybody, with an ETag."""

from typing import Any

import pytest
from httpx import AsyncClient

from services.chassis.asyncapi import document
from services.chassis.topics import channels

ADDRESS = "/registry/asyncapi.json"
SERVICES = ("registry", "exchanges", "notifications", "analytics")


class TestDocument:
    async def test_is_served_to_everybody(self, anybody: AsyncClient) -> None:
        answer = await anybody.get(ADDRESS)

        assert answer.headers["content-type"] == "application/json"
        told: dict[str, Any] = answer.json()
        assert told["asyncapi"] == "3.0.0"
        assert "registry.sends.registry.clusters" in told["operations"]
        assert "registry.receives.registry.staff" in told["operations"]

    async def test_tells_of_no_topic_that_the_service_has_nothing_to_do_with(
        self, anybody: AsyncClient
    ) -> None:
        told = (await anybody.get(ADDRESS)).json()

        assert "exchanges.participants" not in told["channels"]

    async def test_is_not_sent_again_to_who_has_it(self, anybody: AsyncClient) -> None:
        first = await anybody.get(ADDRESS)

        again = await anybody.get(ADDRESS, headers={"If-None-Match": first.headers["etag"]})
        other = await anybody.get(ADDRESS, headers={"If-None-Match": '"another"'})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert other.status_code == 200

    @pytest.mark.parametrize("topic", [name for name in channels() if name != "sandbox"])
    def test_of_some_service_tells_of_every_topic(self, topic: str) -> None:
        assert any(f'"{topic}"'.encode() in document(service, "k:1") for service in SERVICES)
