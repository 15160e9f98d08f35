"""Rule packs for systems: which there are, and the next one as a document."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from contracts.vocabulary import Country
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.registry.packs import commands, finding
from services.registry.packs.model import Pack

router = Router(prefix="/registry/v1/rule-packs", tags=["rule packs"])


class PackDocument(BaseModel):
    """What a country asks of a profile from a day on."""

    country: Country
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")]
    from_day: date
    required: list[str]
    schemes: Annotated[list[str], Field(min_length=1)]


@router.get("/{country}")
async def list_packs(country: str, session: Transaction, actor: Acting) -> Sequence[PackDocument]:
    """The packs of a country, the latest first."""
    del actor  # whoever is signed in may read them
    packs = await finding.packs_of(session, country)
    return [PackDocument.model_validate(asdict(pack)) for pack in packs]


@router.post("", status_code=201)
async def adopt(document: PackDocument, session: Transaction, actor: Acting) -> PackDocument:
    """Adopt the next pack of your country; it holds from its day on."""
    given: dict[str, Any] = document.model_dump()
    pack = Pack(**given | {key: tuple(given[key]) for key in ("required", "schemes")})
    await commands.adopt_pack(session, actor, pack=pack, at=clock.now())
    return document
