"""What was built upon a declaration since: later facts, and what a cluster of it holds by now."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import HolderKind
from services.chassis.history import history as facts
from services.registry.labels.model import Label
from services.registry.memberships.model import Membership
from services.registry.offers.model import Offer
from services.registry.participations.model import Participation
from services.registry.sites.model import Site
from services.registry.taken import Produced

CLUSTER: Final = "talka.registry.cluster."
ORGANISATION: Final = "talka.registry.organisation."
NAMED: Final = "talka.registry.cluster.administrators_named."  # follows from its person
# of these, later facts depend on earlier ones; a centre or an organisation is about more than one
BUILT_UPON: Final = tuple(
    f"talka.registry.{aggregate}."
    for aggregate in (
        *("cluster", "membership", "label", "participation"),
        *("site", "offer", "person", "staff"),
    )
)


async def dependants_of(session: AsyncSession, produced: Sequence[Produced]) -> list[str]:
    """What depends on these events, each as a word and its id.

    An organisation that came with a membership stays as it is: nothing depends on it.
    """
    last: dict[UUID, int] = {}
    clusters: set[UUID] = set()
    alone = all(each.type.startswith(ORGANISATION) for each in produced)
    for each in produced:
        if each.type.startswith(ORGANISATION if alone else BUILT_UPON) and not each.type.startswith(
            NAMED
        ):
            last[each.subject] = max(last.get(each.subject, 0), each.sequence)
        if each.type.startswith(CLUSTER) and each.sequence == 1:
            clusters.add(each.subject)
    found: list[str] = []
    for subject, sequence in last.items():
        later = select(facts.c.type, facts.c.event_id).where(
            facts.c.subject == str(subject), facts.c.sequence > sequence
        )
        rows = await session.execute(later.order_by(facts.c.sequence))
        found += [f"{row.type} {row.event_id}" for row in rows]
    for word, held in _held_by(clusters).items():
        found += [f"{word} {each}" for each in await session.scalars(held)]
    return found


def _held_by(clusters: set[UUID]) -> dict[str, Select[UUID]]:
    """Where that stands which a cluster holds; memberships that never were do not count."""
    never = Membership.ended_day < Membership.joined_day
    holds = or_(Membership.ended_day.is_(None), ~never)
    held: dict[str, Select[UUID]] = {
        "membership": select(Membership.id).where(Membership.cluster_id.in_(clusters), holds),
        "label": select(Label.id).where(Label.cluster_id.in_(clusters)),
    }
    for word, kind in (("participation", Participation), ("site", Site), ("offer", Offer)):
        of_clusters = kind.holder_kind == HolderKind.CLUSTER
        held[word] = select(kind.id).where(of_clusters, kind.holder_id.in_(clusters))
    return held
