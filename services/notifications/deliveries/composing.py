"""Writes the mail of a delivery, as soon as everything it needs is known.

What a letter needs comes by several topics in no order: the person's record, the visit, the names
of both organisations. Until all are there the delivery stays planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import reference
from contracts.vocabulary import DeliveryState, text_in
from services.chassis import history, links
from services.chassis.settings import Settings
from services.chassis.ui.i18n import Catalogues
from services.notifications.calendar import messages as calendar
from services.notifications.channels.mime import CalendarPart, Mail, as_bytes
from services.notifications.copies import queries as copies
from services.notifications.copies.model import LANGUAGE_OF, ClusterCopy, VisitCopy
from services.notifications.copies.queries import Recipient
from services.notifications.deliveries.commands import system_for
from services.notifications.deliveries.model import Delivery
from services.notifications.letters.about import About, Desk, Doors
from services.notifications.letters.letter import as_html, as_text
from services.notifications.letters.writing import entries, write

AT_ONCE: Final = 50
LOOK_AGAIN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Scribe:
    """What every mail is written with: languages, addresses of pages, the sender."""

    catalogues: Catalogues
    origin: str
    link_key: SecretStr
    sender: str

    @classmethod
    def of(cls, settings: Settings, catalogues: Catalogues) -> "Scribe":
        return cls(catalogues, settings.origin, settings.link_key, settings.mail_from)

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    @property
    def doors(self) -> Doors:
        return Doors(
            link=lambda link: f"{self.origin}/exchanges/i/{links.token(self.link_key, link)}",
            visit=lambda number: f"{self.origin}/exchanges/visits/{number}",
            code=lambda challenge: links.code(self.link_key, challenge),
        )

    def mail(
        self, delivery: Delivery, recipient: Recipient, about: About, *, at: datetime
    ) -> bytes:
        """The whole mail for one recipient, in one language; `at` is its date."""
        t = self.catalogues.translator(recipient.language, recipient.zone)
        desk = Desk(t, recipient.name, recipient.has_account, about, self.doors)
        facts = delivery.told
        letter = write(facts, desk)
        organizer = calendar.Party(about.desk, self.sender)
        attendee = calendar.Party(recipient.name, recipient.mail)
        parts = [
            CalendarPart(
                method.value,
                calendar.message(
                    method,
                    entry,
                    organizer=organizer,
                    attendee=attendee,
                    at=facts.at,
                ),
            )
            for method, entry in entries(facts, desk)
        ]
        return as_bytes(
            Mail(
                message_id=message_id(delivery, self.domain),
                sender=(about.desk, self.sender),
                recipient=(recipient.name, recipient.mail),
                subject=letter.subject,
                text=as_text(letter),
                html=as_html(letter, language=t.language),
                language=t.language,
                date=at,
                calendar=parts,
            )
        )


def message_id(delivery: Delivery, domain: str) -> str:
    """The same for every attempt at the same message, so that a repeat is recognised."""
    return f"<{delivery.cause_id}.{delivery.recipient_id}.{delivery.template}@{domain}>"


async def prepare(session: AsyncSession, scribe: Scribe, *, at: datetime) -> int:
    """Write the planned mails for which all is known; gives how many were looked at."""
    planned = (
        await session.scalars(
            select(Delivery)
            .where(
                Delivery.state == DeliveryState.PLANNED,
                Delivery.ready_at <= func.clock_timestamp(),
            )
            .order_by(Delivery.position)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    ).all()
    known = await _Known.of(session, planned) if planned else None
    for delivery in planned:
        recipient = known.recipients.get(delivery.recipient_id) if known else None
        about = known.about(delivery, recipient) if known and recipient else None
        if recipient is not None and about is not None:
            content = scribe.mail(delivery, recipient, about, at=at)
            delivery.queue(
                content, language=scribe.catalogues.translator(recipient.language).language
            )
        elif delivery.expires_at <= at:
            event = delivery.drop(reason="nobody was known to read it in time", at=at)
            await history.record(session, event, actor=system_for(delivery.association))
        else:
            delivery.ready_at = func.clock_timestamp() + timedelta(seconds=LOOK_AGAIN_SECONDS)
    return len(planned)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the copies know of a batch of deliveries."""

    recipients: dict[UUID, Recipient]
    visits: dict[UUID, VisitCopy]
    clusters: dict[UUID, ClusterCopy]

    @classmethod
    async def of(cls, session: AsyncSession, planned: Sequence[Delivery]) -> "_Known":
        visits = await copies.visits(session, {delivery.visit_id for delivery in planned})
        organisations = {
            organisation
            for visit in visits.values()
            for organisation in (visit.visiting_organisation_id, visit.host_organisation_id)
        }
        return cls(
            await copies.recipients(session, {delivery.recipient_id for delivery in planned}),
            visits,
            await copies.clusters(session, organisations),
        )

    def about(self, delivery: Delivery, recipient: Recipient) -> About | None:
        """The visit in the recipient's language; None while something is still on its way."""
        visit = self.visits.get(delivery.visit_id)
        if visit is None:
            return None
        visitor = self.clusters.get(visit.visiting_organisation_id)
        host = self.clusters.get(visit.host_organisation_id)
        if visitor is None or host is None:
            return None
        language = recipient.language
        return About(
            number=visit.number,
            title=text_in(visit.title, language),
            visitor=visitor.name_in(language),
            host=host.name_in(language),
            host_zone=visit.host_zone,
            desk=association_name(delivery.association, language),
        )


def association_name(country: str, language: str) -> str:
    """The association's own name for readers of its language, the English one for all others."""
    known = reference.associations()[country]
    return known.name if LANGUAGE_OF.get(country) == language else known.name_en
