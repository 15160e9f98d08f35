"""Has the mails of planned deliveries written, as soon as everything they need is known.

What a letter needs comes by several topics in no order: the person's record, the visit, the names
of both organisations. Until all are there the delivery stays planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jinja2 import TemplateError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import reference
from contracts.vocabulary import DeliveryState, text_in
from services.chassis import history
from services.chassis.logs import log
from services.notifications.channels.mime import AddressUnwritable
from services.notifications.copies import queries as copies
from services.notifications.copies.model import LANGUAGE_OF, ClusterCopy, VisitCopy
from services.notifications.copies.queries import Recipient
from services.notifications.deliveries.commands import system_for
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.gathering import Ready, gathered
from services.notifications.deliveries.model import Delivery
from services.notifications.deliveries.standing_in import substitutes
from services.notifications.letters.about import About, AboutCluster
from services.notifications.letters.facts import DormantProfile

AT_ONCE: Final = 50
LOOK_AGAIN_SECONDS: Final = 1.0
WRITE_AGAIN_SECONDS: Final = 60.0


async def prepare(session: AsyncSession, scribe: Scribe, *, at: datetime) -> int:
    """Write the planned mails for which all is known; gives how many were looked at."""
    planned = await _planned(session)
    if not planned:
        return 0
    known = await _Known.of(session, planned, at=at)
    ready = []
    for delivery in planned:
        recipient = known.recipient(delivery)
        language = scribe.language_of(recipient) if recipient is not None else "en"
        about = known.about(delivery, language)
        if recipient is not None and about is not None:
            ready.append(Ready(delivery, recipient, about))
        elif delivery.expires_at <= at:
            await _drop(session, delivery, "nobody was known to read it in time", at=at)
        else:
            _look_again(delivery, after_seconds=LOOK_AGAIN_SECONDS)
    for mail in gathered(ready):
        await _write(session, scribe, mail, at=at)
    return len(planned)


async def _planned(session: AsyncSession) -> Sequence[Delivery]:
    due = (
        select(Delivery)
        .where(
            Delivery.state == DeliveryState.PLANNED,
            Delivery.ready_at <= func.clock_timestamp(),
        )
        .order_by(Delivery.position)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    planned = (await session.scalars(due)).all()
    asked = {each.recipient_id for each in planned if each.template == DormantProfile.template}
    if not asked:
        return planned
    further = (
        select(Delivery)
        .where(
            Delivery.state == DeliveryState.PLANNED,
            Delivery.template == DormantProfile.template,
            Delivery.recipient_id.in_(asked),
            Delivery.id.not_in([each.id for each in planned]),
        )
        .order_by(Delivery.position)
        .with_for_update(skip_locked=True)
    )
    return [*planned, *await session.scalars(further)]


async def _write(session: AsyncSession, scribe: Scribe, mail: Ready, *, at: datetime) -> None:
    """Write one mail. One that cannot be written keeps nobody else's waiting."""
    delivery, recipient, about = mail.delivery, mail.recipient, mail.about
    try:
        content = scribe.mail(delivery, recipient, about, at=at)
    except AddressUnwritable:
        for told in (delivery, *mail.others):
            await _drop(session, told, "the address is none that a mail can be sent to", at=at)
    except (LookupError, ValueError, TemplateError) as fault:
        log.error("mail not written", delivery=str(delivery.id), why=type(fault).__name__)
        for told in (delivery, *mail.others):  # one left due would bring the others back at once
            _look_again(told, after_seconds=WRITE_AGAIN_SECONDS)
    else:
        other = recipient.id if recipient.id != delivery.recipient_id else None
        delivery.queue(content, language=scribe.language_of(recipient), substitute_id=other)
        for joined in mail.others:
            event = joined.join(delivery, at=at)
            await history.record(session, event, actor=system_for(joined.association))


async def _drop(session: AsyncSession, delivery: Delivery, reason: str, *, at: datetime) -> None:
    event = delivery.drop(reason=reason, at=at)
    await history.record(session, event, actor=system_for(delivery.association))


def _look_again(delivery: Delivery, *, after_seconds: float) -> None:
    delivery.ready_at = func.clock_timestamp() + timedelta(seconds=after_seconds)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the copies know of a batch of deliveries."""

    recipients: dict[UUID, Recipient]
    substitutes: dict[UUID, Recipient]
    visits: dict[UUID, VisitCopy]
    clusters: dict[UUID, ClusterCopy]

    @classmethod
    async def of(
        cls, session: AsyncSession, planned: Sequence[Delivery], *, at: datetime
    ) -> "_Known":
        things = {delivery.about_id for delivery in planned}
        visits = await copies.visits(session, things)
        organisations = {
            organisation
            for visit in visits.values()
            for organisation in (visit.visiting_organisation_id, visit.host_organisation_id)
        }
        clusters = await copies.clusters(session, organisations | things)
        open_things = {key for key, visit in visits.items() if not visit.dual_use}
        open_things |= {key for key, cluster in clusters.items() if not cluster.dual_use}
        known = await copies.recipients(session, {delivery.recipient_id for delivery in planned})
        return cls(
            known,
            await substitutes(session, planned, known, open_things, at=at),
            visits,
            clusters,
        )

    def recipient(self, delivery: Delivery) -> Recipient | None:
        """Whom to write to now; None while the person's record is still on its way."""
        return self.substitutes.get(delivery.id) or self.recipients.get(delivery.recipient_id)

    def about(self, delivery: Delivery, language: str) -> About | AboutCluster | None:
        """What it is about, in the letter's language; None while something is still on its way."""
        desk = association_name(delivery.association, language)
        if delivery.aggregate == DormantProfile.aggregate:
            cluster = self.clusters.get(delivery.about_id)
            return AboutCluster(cluster.name_in(language), desk) if cluster is not None else None
        visit = self.visits.get(delivery.about_id)
        if visit is None:
            return None
        visitor = self.clusters.get(visit.visiting_organisation_id)
        host = self.clusters.get(visit.host_organisation_id)
        if visitor is None or host is None:
            return None
        return About(
            number=visit.number,
            title=text_in(visit.title, language),
            visitor=visitor.name_in(language),
            host=host.name_in(language),
            host_zone=visit.host_zone,
            desk=desk,
        )


def association_name(country: str, language: str) -> str:
    """The association's own name for readers of its language, the English one for all others."""
    known = reference.associations().get(country)
    if known is None:
        return country
    return known.name if LANGUAGE_OF.get(country) == language else known.name_en
