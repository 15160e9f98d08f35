"""Takes many declared members at once: who they are, and from which day they belong to a cluster.

Each is judged in its order against what the database holds and what those before it did; one that
is refused leaves its neighbours alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Self
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from contracts.vocabulary import Pointer
from services.chassis import history
from services.chassis.errors import DomainError, Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.names import STATE
from services.registry.clusters.pointing import Pointed, clusters_pointed_at
from services.registry.clusters.states import ENDED
from services.registry.memberships.asking import ask_to_merge
from services.registry.memberships.corrections import memberships_behind
from services.registry.memberships.model import Membership, Span
from services.registry.organisations.model import Organisation
from services.registry.organisations.registering import Register
from services.registry.organisations.stated import Stated
from services.registry.people.commands import record_sole_trader

CORRECT: Final = mark("please correct the fields named below, and send it again")
ENDED_CLUSTER: Final = mark("Your cluster {number} is {state}: it takes no members any more.")
TOO_EARLY: Final = mark("The cluster was founded on {day}. Give that day or a later one.")
UNTOLD: Final = mark("The cluster was founded after that. Give a later day.")
LEFT: Final = mark(
    "The organisation was a member from {joined} to {ended}. Give a day after that, or correct "
    "that declaration."
)
NOTHING_BEHIND: Final = mark("Your association posted no member under this event id.")

Outcome = list[UUID] | DomainError


@dataclass(frozen=True, slots=True)
class Joining:
    """One statement that an organisation belongs to a cluster from a day on, or to a last one.

    Where there is an `ended_day`, there is a `reason`.
    """

    cluster: Pointer
    stated: Stated
    joined_day: date
    corrects: UUID | None = None
    ended_day: date | None = None
    reason: str | None = None

    @property
    def days(self) -> Span:
        """The days that are stated."""
        return Span(self.joined_day, self.ended_day)

    def corrected(self, membership: Membership) -> Span:
        """The days of a membership that is put right; a last day that is not stated stays."""
        return self.days if self.ended_day else membership.begun(self.joined_day)


async def declare_members(
    session: AsyncSession, statements: Sequence[tuple[Actor, Joining]], *, at: datetime
) -> list[Outcome]:
    """Take what is stated, all of one association; gives event ids or a refusal for each.

    Raises:
        NotAllowed: an actor does not work for the back office.
    """
    for actor in {actor for actor, _ in statements}:
        actor.must_be(BACK_OFFICE)
    return await _taken(session, statements, at=at)


async def add_member(
    session: AsyncSession, actor: Actor, joining: Joining, *, key: str, at: datetime
) -> list[UUID]:
    """Let an organisation be a member of the cluster `key`; gives the ids of the events.

    Raises:
        ClusterNotFound: there is none for this actor.
        NotAllowed: the actor is neither of its back office nor one of its administrators.
        Invalid: with every fault.
    """
    finding.must_keep(actor, await finding.cluster_of(session, actor, key))
    [outcome] = await _taken(session, [(actor, joining)], at=at)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


async def _taken(
    session: AsyncSession, statements: Sequence[tuple[Actor, Joining]], *, at: datetime
) -> list[Outcome]:
    association = statements[0][0].association
    batch = await Batch.load(session, association, [each for _, each in statements])
    judged = [await batch.take(session, actor, each, at=at) for actor, each in statements]
    await batch.write(session)
    for actor, each in statements:
        if there := batch.register.elsewhere.get(each.stated.legal_id):
            await ask_to_merge(session, actor, each.stated, there, at=at)
    events = [
        (event, actor, None)
        for (actor, _), found in zip(statements, judged, strict=True)
        if not isinstance(found, DomainError)
        for event in found
    ]
    ids = iter(await history.record_all(session, events))
    return [
        found if isinstance(found, DomainError) else [next(ids) for _ in found] for found in judged
    ]


@dataclass(slots=True)
class Batch:
    """What a batch of statements of one association is about, and what comes of it."""

    association: str
    clusters: Pointed
    register: Register
    behind: dict[UUID, Membership]  # by the declaration that is corrected
    known: dict[tuple[UUID, UUID], list[Membership]] = field(default_factory=dict)
    new: list[Membership] = field(default_factory=list)

    @classmethod
    async def load(
        cls, session: AsyncSession, association: str, joinings: Sequence[Joining]
    ) -> Self:
        """Read and lock all that is concerned."""
        clusters = await clusters_pointed_at(
            session, association, {each.cluster for each in joinings}
        )
        register = await Register.load(session, association, [each.stated for each in joinings])
        corrected = {each.corrects for each in joinings if each.corrects}
        behind = await memberships_behind(session, association, corrected)
        batch = cls(association, clusters, register, behind)
        pairs = {
            (cluster.id, known.id)
            for each in joinings
            if isinstance(cluster := clusters.at(each.cluster), Cluster)
            and (known := register.find(each.stated))
        }
        query = select(Membership).where(
            tuple_(Membership.cluster_id, Membership.organisation_id).in_(pairs)
        )
        for found in await session.scalars(query.order_by(Membership.id).with_for_update()):
            batch.known.setdefault((found.cluster_id, found.organisation_id), []).append(found)
        return batch

    async def take(
        self, session: AsyncSession, actor: Actor, joining: Joining, *, at: datetime
    ) -> list[Event] | Invalid:
        """Judge one statement, and let become true what it states."""
        cluster = self.clusters.at(joining.cluster)
        corrected = self.behind.get(joining.corrects) if joining.corrects else None
        faults = [*_faults_of(actor, cluster, joining), *self._faults_of_organisation(joining)]
        if joining.corrects and corrected is None:
            faults.append(Fault("/corrects", "TLK-D126", NOTHING_BEHIND))
        faults += self._unfit(cluster, joining, corrected)
        if not isinstance(cluster, Cluster) or faults:
            return Invalid(CORRECT, faults)
        person_id = await person_of(session, actor, joining.stated, at)
        organisation, events = self.register.take(
            joining.stated, person_id=person_id, correcting=corrected is not None, at=at
        )
        return events + self._join(cluster, organisation, joining, corrected, at)

    async def write(self, session: AsyncSession) -> None:
        """Put what became true into the database."""
        await self.register.write(session)  # flushes ends before others of the same member begin
        session.add_all(self.new)
        await session.flush()

    def _join(
        self,
        cluster: Cluster,
        organisation: Organisation,
        joining: Joining,
        corrected: Membership | None,
        at: datetime,
    ) -> list[Event]:
        pair = (cluster.id, organisation.id)
        events: list[Event | None] = []
        if corrected is not None and joining.corrects is not None:
            if pair == (corrected.cluster_id, corrected.organisation_id):
                days = joining.corrected(corrected)
                corrected_to = corrected.correct(days, corrects=joining.corrects, at=at)
                return [corrected_to] if corrected_to else []
            events.append(corrected.withdraw(corrects=joining.corrects, at=at))
        membership = _meant(self.known.get(pair, []), joining)
        if membership is None:
            membership, joined = Membership.join(
                membership_id=uuid7(),
                association=self.association,
                cluster_id=cluster.id,
                organisation_id=organisation.id,
                kind=joining.stated.kind,
                on=joining.joined_day,
                at=at,
            )
            self.new.append(membership)
            self.known.setdefault(pair, []).append(membership)
            events.append(joined)
        if membership.is_open and joining.ended_day and joining.reason:
            events.append(membership.end(on=joining.ended_day, reason=joining.reason, at=at))
        return [each for each in events if each is not None]

    def _faults_of_organisation(self, joining: Joining) -> list[Fault]:
        fault = self.register.fault_of(joining.stated)
        return [replace(fault, pointer=f"/organisation{fault.pointer}")] if fault else []

    def _unfit(
        self, cluster: Cluster | Fault, joining: Joining, corrected: Membership | None
    ) -> list[Fault]:
        """Why the days cannot be: it was a member on some before and left, or they never begin."""
        known = self.register.find(joining.stated)
        if not isinstance(cluster, Cluster) or known is None:
            return []
        pair = (cluster.id, known.id)
        same = corrected is not None and pair == (corrected.cluster_id, corrected.organisation_id)
        days = joining.days
        if same and corrected is not None:
            days = joining.corrected(corrected)
            if fault := corrected.unfit(days):
                return [fault]
        others = [each for each in self.known.get(pair, []) if each is not corrected]
        if not same and _meant(others, joining) is not None:
            return []
        return [left_then(each) for each in others if each.days.meets(days)][:1]


def _meant(known: Sequence[Membership], joining: Joining) -> Membership | None:
    """The membership that is stated once more: the same days, or one that goes on until then."""
    last = joining.ended_day
    return next(
        (
            each
            for each in known
            if each.days == joining.days
            or (each.is_open and (last is None or each.joined_day <= last))
        ),
        None,
    )


async def person_of(
    session: AsyncSession, actor: Actor, stated: Stated, at: datetime
) -> UUID | None:
    """Whoever trades alone, kept as a person; name and number stand nowhere else."""
    if not stated.sole_trader:
        return None
    name, legal_id = stated.names.original, stated.legal_id
    return await record_sole_trader(session, actor, name=name, legal_id=legal_id, at=at)


def left_then(membership: Membership, pointer: str = "/joined_day") -> Fault:
    """That the organisation was a member in other days, which meet those that are stated."""
    ended = membership.ended_day
    values = {
        "joined": membership.joined_day.isoformat(),
        "ended": ended.isoformat() if ended else "…",
    }
    return Fault(pointer, "TLK-D125", LEFT, values=values)


def _faults_of(actor: Actor, cluster: Cluster | Fault, joining: Joining) -> list[Fault]:
    if isinstance(cluster, Fault):
        return [cluster]
    faults = []
    if cluster.state in ENDED:
        values = {"number": cluster.number, "state": STATE[cluster.state]}
        faults.append(Fault("/cluster", "TLK-D123", ENDED_CLUSTER, values=values))
    return faults + too_early(actor, cluster, joining.joined_day)


def too_early(actor: Actor, cluster: Cluster, joined_day: date) -> list[Fault]:
    """That nobody joins a cluster before it was founded."""
    founded = (cluster.pending or cluster.profile).established
    if joined_day >= founded:
        return []
    hidden = finding.is_hidden(actor, cluster)
    values = {} if hidden else {"day": founded.isoformat()}
    return [Fault("/joined_day", "TLK-D124", UNTOLD if hidden else TOO_EARLY, values=values)]
