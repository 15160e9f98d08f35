"""What was known of memberships at an instant: their facts up to then, folded.

Valid time are the days a membership states; when Talka learned of them is the time of its facts. A
late correction changes what is known of the past, and leaves what was known of it before.
"""

from collections.abc import Iterable
from uuid import UUID

from contracts.event import Event
from contracts.memberships import MemberJoined, MemberLeft, MembershipCorrected
from services.registry.memberships.model import Span


def days_known(facts: Iterable[Event]) -> dict[UUID, Span]:
    """The days of each membership by its id, from its facts in their order."""
    known: dict[UUID, Span] = {}
    for fact in facts:
        membership_id = UUID(fact.subject)
        match fact:
            case MemberJoined():
                known[membership_id] = Span(fact.joined_day)
            case MemberLeft() if membership_id in known:
                joined_day = known[membership_id].joined_day
                known[membership_id] = Span(joined_day, fact.ended_day)
            case MembershipCorrected() if fact.joined_day is not None:
                known[membership_id] = Span(fact.joined_day, fact.ended_day)
            case MembershipCorrected():  # it never was
                known.pop(membership_id, None)
            case _:
                pass
    return known
