"""What those declarations are about that changed nothing: the clusters that their data name."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from contracts.vocabulary import Pointer
from services.chassis.errors import Fault
from services.chassis.identity import Actor
from services.registry.clusters.pointing import clusters_pointed_at
from services.registry.declarations.model import About
from services.registry.taken import INTAKE

Key = tuple[str, str]  # source, id


async def clusters_named_in(
    session: AsyncSession, actor: Actor, keys: Collection[Key]
) -> dict[Key, About]:
    """The clusters by source and id; of some no data are kept, or not for this reader."""
    if not keys:
        return {}
    kept = select(INTAKE.c.source, INTAKE.c.id, INTAKE.c.type, INTAKE.c.data).where(
        INTAKE.c.association == actor.association,
        tuple_(INTAKE.c.source, INTAKE.c.id).in_(keys),
        INTAKE.c.data.is_not(None),
    )
    rows = await session.execute(kept)
    named = {(row.source, row.id): _pointer(row.type, json.loads(row.data)) for row in rows}
    pointers = {key: pointer for key, pointer in named.items() if pointer is not None}
    known = await clusters_pointed_at(session, actor.association, pointers.values())
    found = {}
    for key, pointer in pointers.items():
        cluster = known.at(pointer)
        if not isinstance(cluster, Fault) and (actor.is_vetted or not cluster.dual_use):
            found[key] = About(cluster.name, f"/registry/clusters/{cluster.number}")
    return found


def _pointer(kind: str, data: Mapping[str, Any]) -> Pointer | None:
    if kind == ClusterDeclared.type:
        return Pointer.model_validate({"legal_id": data["legal_id"]})
    pointer = data.get("cluster") or (data.get("holder") or {}).get("cluster")
    return Pointer.model_validate(pointer) if isinstance(pointer, dict) else None
