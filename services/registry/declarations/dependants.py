"""What was built upon a declaration since: later facts, and what a cluster of it holds by now."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, any_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.withdrawals import WithdrawalDeclared
from contracts.vocabulary import HolderKind
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.history import history as facts
from services.chassis.identity import Actor
from services.registry.declarations.declared import Found, with_declarations
from services.registry.declarations.model import Dependent, First
from services.registry.declarations.things import KINDS, OF_PEOPLE, things_of
from services.registry.labels.model import Label
from services.registry.memberships.model import Membership
from services.registry.offers.model import Offer
from services.registry.participations.model import Participation
from services.registry.sites.model import Site
from services.registry.taken import INTAKE, Produced

CLUSTER: Final = "talka.registry.cluster."
ORGANISATION: Final = "talka.registry.organisation."
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

MOST_NAMED: Final = 20

CODE: Final = "TLK-D181"

CAME: Final = mark("Since then came: {kind} {thing}, {event}. Take that back first.")
HOLDS: Final = mark("Since then came: {kind} {thing}. Take that back first.")
MORE: Final = mark("Beside these, {count} more came since then.")


def fault_of(dependent: Dependent) -> Fault:
    """Why the declaration stays; people are not named in a sentence that is kept."""
    about = dependent.about
    thing = "–"
    if about is not None:
        of_people = dependent.kind in OF_PEOPLE
        thing = about.address if of_people else f"{about.name} ({about.address})"
    values: dict[str, object] = {"kind": dependent.kind, "thing": thing}
    if dependent.event:
        values |= {"event": dependent.event}
    return Fault("/declaration", CODE, CAME if dependent.event else HOLDS, values=values)


def faults_of(dependants: First[Dependent]) -> list[Fault]:
    """Why the declaration stays, for all that depends on it."""
    faults = [fault_of(each) for each in dependants.rows]
    if dependants.more:
        faults.append(Fault("/declaration", CODE, MORE, values={"count": dependants.more}))
    return faults


async def dependants_of(
    session: AsyncSession, actor: Actor, produced: Sequence[Produced]
) -> First[Dependent]:
    """What depends on these events of an own declaration; as many are named as people read.

    An organisation that came with a membership stays as it is: nothing depends on it. What was
    declared later of a member and is taken back by now counts no more, nor does the taking back.
    """
    later = await _later(session, actor.association, produced)
    held = await _held(session, produced)
    few = [*later, *held.rows][:MOST_NAMED]
    found = await with_declarations(session, actor.association, few)
    things = await things_of(session, actor, {(each.topic, each.subject) for each in found})
    named = [
        Dependent(
            KINDS[each.topic].word,
            things.get(each.subject),
            each.type,
            each.event_id,
            each.declaration,
        )
        for each in found
    ]
    return First(named, len(later) + len(held.rows) + held.more - len(named))


async def _later(
    session: AsyncSession, association: str, produced: Sequence[Produced]
) -> list[Found]:
    """Later facts about the same things."""
    last: dict[UUID, int] = {}
    came = {each.subject for each in produced if each.sequence == 1}
    for each in produced:
        revised = each.type.startswith(ORGANISATION) and each.subject not in came
        if revised or (each.type.startswith(BUILT_UPON) and not each.type.startswith(NAMED)):
            last[each.subject] = max(last.get(each.subject, 0), each.sequence)
    later: dict[UUID, Any] = {}
    for subject, sequence in last.items():
        since = select(facts.c.topic, facts.c.subject, facts.c.type, facts.c.event_id).where(
            facts.c.subject == str(subject), facts.c.sequence > sequence
        )
        rows = await session.execute(since.order_by(facts.c.sequence))
        later |= {row.event_id: row for row in rows}
    own = {each.event_id for each in produced}
    types = {event: row.type for event, row in later.items()}
    gone = await _taken_back(session, association, types, own) if later else set()
    return [
        Found(row.topic, row.subject, row.type, event)
        for event, row in later.items()
        if event not in gone
    ]


async def _held(session: AsyncSession, produced: Sequence[Produced]) -> First[Found]:
    """What clusters hold that came into the register by it."""
    clusters = {
        each.subject for each in produced if each.type.startswith(CLUSTER) and each.sequence == 1
    }
    first, among = list[Found](), 0
    for topic, held in _held_by(clusters).items() if clusters else ():
        counted = held.add_columns(func.count().over().label("among")).limit(MOST_NAMED)
        rows = (await session.execute(counted)).all()
        first += [Found(topic, str(row.id)) for row in rows]
        among += rows[0].among if rows else 0
    return First(first, among - len(first))


async def _taken_back(
    session: AsyncSession, association: str, later: Mapping[UUID, str], own: Collection[UUID]
) -> set[UUID]:
    """Those of later facts that cancel each other: of a declaration, and of its withdrawal."""
    of_members = [event for event, kind in later.items() if kind.startswith(CANCEL)]
    withdrawn, taken = INTAKE.alias(), INTAKE.alias()
    pairs = select(withdrawn.c.events, taken.c.events.label("of_wrong")).where(
        withdrawn.c.association == association,
        withdrawn.c.type == WithdrawalDeclared.type,
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
        "memberships": select(Membership.id).where(Membership.cluster_id.in_(clusters), holds),
        "labels": select(Label.id).where(Label.cluster_id.in_(clusters)),
    }
    for name, kind in (("participations", Participation), ("sites", Site), ("offers", Offer)):
        of_clusters = kind.holder_kind == HolderKind.CLUSTER
        held[name] = select(kind.id).where(of_clusters, kind.holder_id.in_(clusters))
    return {f"registry.{name}": rows for name, rows in held.items()}
