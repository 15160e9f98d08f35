"""Makes one mail of all that asks one reader about profiles, so that a day brings one mail (R-11).

Each profile keeps its own row in the ledger; the first carries the mail, the others name it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.notifications.copies.queries import Recipient
from services.notifications.deliveries.model import Delivery
from services.notifications.letters.about import About, AboutCluster
from services.notifications.letters.facts import DormantProfile


@dataclass(frozen=True, slots=True)
class Ready:
    """A message of which all is known, and those that its mail tells too."""

    delivery: Delivery
    recipient: Recipient
    about: About | AboutCluster
    others: tuple[Delivery, ...] = ()


def gathered(ready: Iterable[Ready]) -> list[Ready]:
    """One for each mail, in their order; questions to one reader become one."""
    mails: list[Ready] = []
    questions: dict[tuple[UUID, UUID, str], list[Ready]] = {}
    for each in ready:
        if each.delivery.template != DormantProfile.template:
            mails.append(each)
            continue
        key = (each.delivery.recipient_id, each.recipient.id, each.delivery.association)
        questions.setdefault(key, []).append(each)
    return [*mails, *(_one(group) for group in questions.values())]


def _one(group: list[Ready]) -> Ready:
    first, *others = sorted(group, key=lambda each: (_name(each), each.delivery.id))
    told = [each.delivery.told for each in others]
    also = tuple(facts.asked for facts in told if isinstance(facts, DormantProfile))
    facts = first.delivery.told.model_copy(update={"also": also})
    first.delivery.facts = facts.model_dump(mode="json")
    if not others or not isinstance(first.about, AboutCluster):
        return first
    names = {each.delivery.about_id: _name(each) for each in others}
    return replace(
        first,
        about=replace(first.about, others=names),
        others=tuple(each.delivery for each in others),
    )


def _name(ready: Ready) -> str:
    return ready.about.name if isinstance(ready.about, AboutCluster) else ""
