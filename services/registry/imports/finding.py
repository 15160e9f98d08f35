"""Finding imports and their rows as far as somebody may see them (R-14)."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import VETTED, Actor
from services.registry.imports.fields import Kind
from services.registry.imports.matching import Listing
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.refusals import ImportNotFound
from services.registry.imports.states import OPEN, State


async def import_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> Import:
    """The import of that number (`IM-1031`) or id.

    Raises:
        ImportNotFound: there is none, or none for this actor.
    """
    named = Import.number == key.upper()
    if (found := _as_id(key)) is not None:
        named = Import.id == found
    query = select(Import).where(named, visible(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    found_import = (await session.scalars(query)).one_or_none()
    if found_import is None:
        raise ImportNotFound(mark("no import {key} is here for you: look at the list"), key=key)
    return found_import


async def same_file(
    session: AsyncSession,
    actor: Actor,
    *,
    kind: Kind,
    cluster: str | None,
    digest: bytes,
    only_open: bool = False,
) -> Import | None:
    """The import of the very same file that is under way, or done within the last day.

    Nothing is read twice by mistake; later the file is forgotten, and may be imported anew.
    """
    done = (Import.state == State.DONE) & (func.octet_length(Import.file) > 0)
    alive = Import.state.in_(OPEN)
    query = select(Import).where(
        Import.association == actor.association,
        Import.digest == digest,
        Import.kind == kind,
        Import.cluster_number.is_not_distinct_from(cluster),
        alive if only_open else alive | done,
        visible(actor),
    )
    return (await session.scalars(query.order_by(Import.started_at.desc()).limit(1))).one_or_none()


async def rows_by_number(
    session: AsyncSession, found: Import, numbers: Collection[int]
) -> dict[int, ImportRow]:
    """The rows of these numbers, as they are now; a number that no row has is left out."""
    query = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.row.in_(numbers))
    rows = await session.scalars(query.execution_options(populate_existing=True))
    return {row.row: row for row in rows}


async def next_number(session: AsyncSession) -> str:
    """A readable number that was never given out."""
    return f"IM-{await session.scalar(select(func.nextval('import_numbers')))}"


def listing_of(found: Import) -> Listing:
    """What is known of the list of an import before its columns are."""
    return Listing.of(found.kind, found.association)


def key_of(columns: Sequence[str]) -> bytes:
    """What tells lists with the same columns from others."""
    return hashlib.sha256("\0".join(map(fold, columns)).encode()).digest()


def visible(actor: Actor) -> ColumnElement[bool]:
    """The imports that are there for this actor: those of the own association (R-14)."""
    own = Import.association == actor.association
    return own if actor.is_vetted else own & ~Import.dual_use


def eyes_of(actor: Actor) -> Actor:
    """The actor with whose eyes a worker reads an import: nothing is hidden from a system (R-14).

    What it posts, it posts as the actor.
    """
    return replace(actor, marks=actor.marks | {VETTED})


def matched_of(found: Import) -> Mapping[str, int]:
    """The number of the column of each field that has one."""
    return {name: int(at) for name, at in found.matched.items()}


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
