"""What is told of profiles: that one went dormant, to everybody who was given a link (R-11)."""

from collections.abc import Sequence
from uuid import UUID

from contracts.registry import ClusterWentDormant
from services.chassis.received import Received
from services.notifications.deliveries.commands import Notice
from services.notifications.letters.facts import DormantProfile


def questions(events: Sequence[Received[ClusterWentDormant]]) -> list[Notice]:
    """Ask each who was given a link, as long as it works."""
    notices = []
    for received in events:
        event, association = received.event, received.envelope.association
        if event.answer_by_at is None or association is None:
            continue
        for asked in event.asked:
            facts = DormantProfile(
                at=event.time,
                cluster_id=UUID(received.subject),
                last_confirmed_on=event.last_confirmed_day,
                link_id=asked.link_id,
                answer_by_at=event.answer_by_at,
            )
            until = event.answer_by_at
            notices.append(Notice(facts, asked.recipient_id, association, None, until, received))
    return notices
