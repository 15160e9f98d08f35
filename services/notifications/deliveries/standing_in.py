"""Who gets a message in the place of somebody who is away (R-23).

What is for one alone stays with that person: delegates' own messages, links that answer or sign
in a name, codes. What is about something dual use stays too: nobody knows who else may see it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import staff
from services.notifications.copies.model import ContactCopy
from services.notifications.copies.queries import Recipient
from services.notifications.deliveries.model import Delivery
from services.notifications.letters.facts import (
    Invitation,
    ProgrammeChange,
    SignatureCode,
    SignatureRequest,
)

FOR_ONE_ALONE: Final = (Invitation, SignatureRequest, SignatureCode)


async def substitutes(
    session: AsyncSession,
    planned: Sequence[Delivery],
    recipients: Mapping[UUID, Recipient],
    open_things: Collection[UUID],
    *,
    at: datetime,
) -> dict[UUID, Recipient]:
    """For each delivery whose recipient is away at that instant: who gets it, by delivery.

    `open_things` are the visits and clusters that anybody may hear of.
    """
    passed_on = [
        (delivery, recipients[delivery.recipient_id])
        for delivery in planned
        if delivery.recipient_id in recipients
        and delivery.about_id in open_things
        and _may_be_passed_on(delivery, recipients[delivery.recipient_id])
    ]
    away = await _contacts(
        session, {(delivery.association, each.mail.lower()) for delivery, each in passed_on}
    )
    found: dict[UUID, ContactCopy] = {}
    for delivery, each in passed_on:
        contact = away.get((delivery.association, each.mail.lower()))
        substitute = await _standing_in(session, contact, at=at) if contact is not None else None
        if substitute is not None and substitute.mail:
            found[delivery.id] = substitute
    accounts = {each.mail.lower() for each in await staff.in_office(session)} if found else set()
    return {key: _recipient(contact, accounts) for key, contact in found.items()}


def _may_be_passed_on(delivery: Delivery, recipient: Recipient) -> bool:
    told = delivery.told
    alone = isinstance(told, FOR_ONE_ALONE) or (
        isinstance(told, ProgrammeChange) and told.signing is not None
    )
    return not (recipient.travels or alone)


async def _contacts(
    session: AsyncSession, addresses: Collection[tuple[str, str]]
) -> dict[tuple[str, str], ContactCopy]:
    where = tuple_(ContactCopy.association, func.lower(ContactCopy.mail))
    named = select(ContactCopy).where(where.in_(sorted(addresses))).order_by(ContactCopy.person_id)
    found = (await session.scalars(named)).all() if addresses else ()
    return {(each.association, each.mail.lower()): each for each in found}


async def _standing_in(
    session: AsyncSession, contact: ContactCopy, *, at: datetime
) -> ContactCopy | None:
    """Who is there in the contact's place, through further absences, never in a circle."""
    asked, seen = contact, {contact.person_id}
    while (substitute_id := asked.stands_in(at=at)) is not None and substitute_id not in seen:
        following = await session.get(ContactCopy, substitute_id)
        if following is None or following.association != contact.association:
            break
        asked = following
        seen.add(asked.person_id)
    return asked if asked is not contact else None


def _recipient(contact: ContactCopy, accounts: Collection[str]) -> Recipient:
    return Recipient(
        contact.person_id,
        contact.name,
        contact.mail,
        contact.language,
        contact.zone,
        has_account=contact.mail.lower() in accounts,
    )
