"""What one service knows of a key: whether it opens this door, and how often it did lately."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.responses import Response

from services.chassis import key_uses
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.staff import ApiKeyCopy
from services.chassis.ui.render import render


def keys(service: str) -> APIRouter:
    """The fragment about one key, which the registry's page of the key fetches from each."""
    router = APIRouter(prefix=f"/{service}/fragments/keys", include_in_schema=False)

    @router.get("/{key_id}")
    async def known(
        request: Request, session: Transaction, actor: PageActor, key_id: UUID
    ) -> Response:
        actor.must_be(BACK_OFFICE)
        mine = select(ApiKeyCopy).where(
            ApiKeyCopy.key_id == key_id, ApiKeyCopy.association == actor.association
        )
        key = await session.scalar(mine)
        uses = await key_uses.uses_of(session, [key_id])
        return render(request, "key_known.html", fragment="known", key=key, use=uses.get(key_id))

    return router
