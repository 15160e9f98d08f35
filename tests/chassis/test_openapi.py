"""Every service describes its doors: its own application answers for its OpenAPI document."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from deploy.local.databases import Addresses
from deploy.local.keyring import Keyring
from services.analytics.app import analytics
from services.chassis.settings import Settings
from services.exchanges.app import exchanges
from services.notifications.app import notifications
from services.registry.app import registry
from tests.chassis.site import a_client
from tests.settings import settings_for

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"


@pytest.mark.parametrize("service", [registry, exchanges, notifications, analytics])
async def test_every_service_answers_for_its_openapi_document(
    service: Callable[[Settings], FastAPI], tmp_path: Path
) -> None:
    name = service.__name__
    nothing = Addresses(NOWHERE, NOWHERE, NOWHERE, NOWHERE)
    settings = settings_for(name, nothing, Keyring.new(), clock_file=tmp_path / "clock")

    async with a_client(service(settings)) as client:
        answer = await client.get(f"/{name}/openapi.json")

    assert answer.status_code == 200
    assert any(path.startswith(f"/{name}/v1/") for path in answer.json()["paths"])
