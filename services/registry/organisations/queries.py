"""Finding organisations as far as somebody may see them: the own, and those shared with them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import LegalId, Pointer
from services.chassis import paging
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import Actor
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


async def organisations_page(
    session: AsyncSession, actor: Actor, text: str, *, cursor: str | None, size: int
) -> tuple[Sequence[Organisation], str | None]:
    """A page of organisations by name, and the cursor of the next one; merged ones are left out."""
    rows = select(Organisation).where(visible_to(actor), Organisation.merged_into.is_(None))
    for word in fold(text).split():
        rows = rows.where(Organisation.folded.contains(word, autoescape=True))
    return await paging.page(
        session, rows, Organisation.sort_name, Organisation.id, cursor=cursor, size=size
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The organisations that are there for this actor."""
    if actor.reads_across:
        return true()
    own = Organisation.association == actor.association
    return own | Organisation.shared_with.contains([actor.association])


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
