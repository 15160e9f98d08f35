"""What was built upon a declaration since: later facts, and what a cluster of it holds by now."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, any_, cast, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import HolderKind
from services.chassis.history import history as facts
from services.registry.labels.model import Label
from services.registry.memberships.model import Membership
from services.registry.offers.model import Offer
from services.registry.participations.model import Participation
from services.registry.sites.model import Site
from services.registry.taken import INTAKE, Produced

CLUSTER: Final = "talka.registry.cluster."
ORGANISATION: Final = "talka.registry.organisation."
WITHDRAWAL: Final = "talka.registry.withdrawal.declared.v1"
CANCEL: Final = (ORGANISATION, "talka.registry.membership.")  # each former value is in the history
NAMED: Final = "talka.registry.cluster.administrators_named."  # follows from its person
# of these, later facts depend on earlier ones; a centre or an organisation is about more than one
BUILT_UPON: Final = tuple(
    f"talka.registry.{aggregate}."
    for aggregate in (
        *("cluster", "membership", "label", "participation"),
        *("site", "offer", "person", "staff"),
    )
)


async def dependants_of(
    session: AsyncSession, association: str, produced: Sequence[Produced]
) -> list[str]:
    """What depends on these events of an association's declaration, each as a word and its id.

    An organisation that came with a membership stays as it is: nothing depends on it. What was
    declared later of a member and is taken back by now counts no more, nor does the taking back.
    """
    last: dict[UUID, int] = {}
    clusters: set[UUID] = set()
    came = {each.subject for each in produced if each.sequence == 1}
    for each in produced:
        revised = each.type.startswith(ORGANISATION) and each.subject not in came
        if revised or (each.type.startswith(BUILT_UPON) and not each.type.startswith(NAMED)):
            last[each.subject] = max(last.get(each.subject, 0), each.sequence)
        if each.type.startswith(CLUSTER) and each.sequence == 1:
            clusters.add(each.subject)
    later: dict[UUID, str] = {}
    for subject, sequence in last.items():
        since = select(facts.c.type, facts.c.event_id).where(
            facts.c.subject == str(subject), facts.c.sequence > sequence
        )
        rows = await session.execute(since.order_by(facts.c.sequence))
        later |= {row.event_id: row.type for row in rows}
    own = {each.event_id for each in produced}
    gone = await _taken_back(session, association, later, own) if later else set()
    found = [f"{kind} {event}" for event, kind in later.items() if event not in gone]
    for word, held in _held_by(clusters).items():
        found += [f"{word} {each}" for each in await session.scalars(held)]
    return found


async def _taken_back(
    session: AsyncSession, association: str, later: Mapping[UUID, str], own: Collection[UUID]
) -> set[UUID]:
    """Those of later facts that cancel each other: of a declaration, and of its withdrawal."""
    of_members = [event for event, kind in later.items() if kind.startswith(CANCEL)]
    withdrawn, taken = INTAKE.alias(), INTAKE.alias()
    pairs = select(withdrawn.c.events, taken.c.events.label("of_wrong")).where(
        withdrawn.c.association == association,
        withdrawn.c.type == WITHDRAWAL,
        withdrawn.c.events.overlap(cast(of_members, ARRAY(Uuid))),
        taken.c.association == association,
        (taken.c.id == cast(withdrawn.c.puts_right, Text))
        | (withdrawn.c.puts_right == any_(taken.c.events)),
    )
    gone: set[UUID] = set()
    for row in await session.execute(pairs):
        if not set(row.of_wrong).intersection(own):
            gone.update(row.events, row.of_wrong)
    return gone


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
