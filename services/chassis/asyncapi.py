"""`/{service}/asyncapi.json`: the topics that one service writes and reads."""

import json
from functools import lru_cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.asyncapi import asyncapi
from services.chassis.etags import unless_known
from services.chassis.settings import Settings
from services.chassis.status import version_of
from services.chassis.topics import channels


def router(settings: Settings) -> APIRouter:
    """The document of one service; like the OpenAPI document it is for everybody."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(f"/{settings.service}/asyncapi.json")
    async def asyncapi_document(request: Request) -> Response:
        """Channels, messages, headers, keys and groups (AsyncAPI 3)."""
        content = document(settings.service, settings.kafka_bootstrap)
        return unless_known(
            request, content, media_type="application/json", cache_control="no-cache"
        )

    return routes


@lru_cache(maxsize=4)
def document(service: str, bootstrap: str) -> bytes:
    """The document of the topics that `service` writes or reads."""
    own = [
        channel
        for channel in channels().values()
        if service in (*channel.writers, *channel.readers)
    ]
    told = asyncapi(own, version=version_of("talka"), bootstrap=bootstrap)
    return json.dumps(told, ensure_ascii=False, indent=2).encode()
