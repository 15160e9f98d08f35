"""All services together on servers that others run, as `DATABASE_URL` and `KAFKA_BOOTSTRAP` say."""

import json

import pytest

from tests.talka import Talka


@pytest.mark.journey
class TestPlatform:
    def test_runs_every_service_on_the_servers_of_the_environment(self, platform: Talka) -> None:
        status = json.loads(platform("status", "--json").stdout)

        assert {entry["service"]: entry["health"] for entry in status["services"]} == {
            "registry": "ok",
            "exchanges": "ok",
            "notifications": "ok",
            "analytics": "ok",
        }
        assert status["kafka"] == platform.environment["KAFKA_BOOTSTRAP"]
