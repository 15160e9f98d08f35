"""Finding organisations as far as somebody may see them: the own, and those shared with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import LegalId, MemberKind, Pointer, SizeClass
from services.chassis import paging
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.imported import MEMBERSHIPS, came_with
from services.registry.organisations.model import Organisation
from services.registry.organisations.refusals import OrganisationNotFound


async def organisation_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> Organisation:
    """The organisation of that number (`OR-20417`) or id, as far as the actor may see it.

    Raises:
        OrganisationNotFound: there is none, or none for this actor.
    """
    query = select(Organisation).where(_named(key), visible_to(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    organisation = (await session.scalars(query)).one_or_none()
    if organisation is None:
        raise OrganisationNotFound(
            mark("no organisation {key} is here for you: search for it by its name"), key=key
        )
    return organisation


async def organisation_pointed_at(
    session: AsyncSession, association: str, pointer: Pointer
) -> Organisation | None:
    """The organisation that a declaration names; in the place of a merged one its survivor."""
    own = Organisation.association == association
    shared = Organisation.shared_with.contains([association])
    query = select(Organisation).where(_meant(association, pointer), own | shared)
    found = (await session.scalars(query)).one_or_none()
    while found is not None and found.merged_into is not None:
        found = await session.get(Organisation, found.merged_into)
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which organisations somebody looks for; merged ones are never meant."""

    text: str = ""
    kind: MemberKind | None = None
    size_class: SizeClass | None = None
    imported: str = ""  # the number of an import


async def organisations_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Organisation], str | None]:
    """A page of organisations by name, and the cursor of the next one."""
    rows = select(Organisation).where(visible_to(actor), *_conditions(actor, wanted))
    return await paging.page(
        session, rows, Organisation.sort_name, Organisation.id, cursor=cursor, size=size
    )


async def organisations_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many organisations are wanted."""
    counted = select(func.count()).select_from(Organisation)
    counted = counted.where(visible_to(actor), *_conditions(actor, wanted))
    return (await session.execute(counted)).scalar_one()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The organisations that are there for this actor."""
    if actor.reads_across:
        return true()
    own = Organisation.association == actor.association
    return own | Organisation.shared_with.contains([actor.association])


def _conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Organisation.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    if wanted.kind is not None:
        conditions.append(Organisation.kind == wanted.kind)
    if wanted.size_class is not None:
        conditions.append(Organisation.size_class == wanted.size_class)
    if wanted.imported:
        by = MEMBERSHIPS.c.organisation_id
        conditions.append(came_with(wanted.imported, actor.association, Organisation.id, by=by))
    return [*conditions, Organisation.merged_into.is_(None)]


def _meant(association: str, pointer: Pointer) -> ColumnElement[bool]:
    if pointer.legal_id is not None:
        return Organisation.id == _holder_of(pointer.legal_id)
    if pointer.ref is not None:
        own = Organisation.association == association
        return own & (Organisation.ref == pointer.ref)
    return _named(pointer.number or pointer.id or "")


def _holder_of(legal_id: LegalId) -> ScalarSelect[UUID]:
    held = func.holders_of([legal_id.scheme.value], [legal_id.value])
    return select(held.table_valued("organisation_id").c.organisation_id).scalar_subquery()


def _named(key: str) -> ColumnElement[bool]:
    try:
        return Organisation.id == UUID(key)
    except ValueError:
        return Organisation.number == key.strip().upper()
