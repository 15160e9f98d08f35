"""What becomes of clusters that a back office declares: drafts to review, or new versions.

A declaration is about the cluster it corrects, or that of its `ref`, or that of its legal id;
an unknown one is a new cluster. Many are taken together, with one question for each kind of thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.errors import DomainError, Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.received import Received
from services.registry.clusters import profiles
from services.registry.clusters.model import Cluster
from services.registry.clusters.names import STATE
from services.registry.clusters.refusals import ProfileIncomplete
from services.registry.clusters.states import CAN_CHANGE, ENDED
from services.registry.staff.queries import person_behind
from services.registry.taken import NOT_OF_THIS_KIND, produced_by

CORRECT: Final = mark("please correct the fields named below, and send it again")
ABROAD: Final = mark("The seat is not in the country of your association, {country}.")
TAKEN: Final = mark("A cluster stands in the register under this legal id already.")
NOT_NOW: Final = mark("Your cluster {number} is {state}: it takes no declaration now.")

# each by an index of its own; one condition with `or` reads everything the association has
ABOUT: Final = text("""
  select id from clusters where association = :association and ref = any(cast(:refs as text[]))
  union
  select id from clusters
  join unnest(cast(:schemes as text[]), cast(:values as text[])) as declared (scheme, value)
    on legal_scheme = scheme and legal_value = value
  where association = :association and state not in ('withdrawn', 'archived')
  union
  select unnest(cast(:behind as uuid[]))
""").columns(id=Uuid)
KNOWN: Final = (
    select(Cluster)
    .where(
        Cluster.association == bindparam("association"),
        Cluster.id.in_(select(ABOUT.subquery().c.id)),
    )
    .order_by(Cluster.id)
    .with_for_update()
)
HOLDERS: Final = text("""
  select scheme, value, id from legal_ids_taken(cast(:schemes as text[]), cast(:values as text[]))
""")
NUMBERS: Final = text("select nextval('cluster_numbers') from generate_series(1, :wanted)")

OF_CLUSTERS: Final = "talka.registry.cluster."

LegalKey = tuple[str, str]  # scheme, value


@dataclass(frozen=True, slots=True)
class Declared:
    """A profile as it was declared: by whom, under which `ref`, when, and what brought it."""

    actor: Actor
    profile: ClusterProfile
    ref: str | None
    at: datetime
    cause: Received[Any] | None = None
    corrects: UUID | None = None

    @property
    def legal_key(self) -> LegalKey:
        return self.profile.legal_id.scheme.value, self.profile.legal_id.value


async def declare_clusters(
    session: AsyncSession, declared: Sequence[Declared]
) -> list[list[UUID] | DomainError]:
    """Take profiles that one association declares, in their order; one refused spoils no other.

    Gives of each the ids of its events, none if nothing changed, or why it was refused: the actor
    does not work for the back office, the seat is abroad, the legal id taken, the profile
    incomplete, or the cluster in a state that takes no changes. A new profile or a draft is
    submitted for review. Of a public one small edits are published at once, everything else waits
    for its review beside the public version.
    """
    register = await _register_around(session, declared)
    actors = {each.actor for each in declared}
    by = {actor: await person_behind(session, actor) for actor in actors}
    taken: list[list[Event] | DomainError] = []
    for each in declared:
        try:
            each.actor.must_be(BACK_OFFICE)
            taken.append(register.take(each, by=by[each.actor]))
        except DomainError as refusal:
            taken.append(refusal)
    session.add_all(register.drafted)
    facts = [
        (event, each.actor, each.cause)
        for each, own in zip(declared, taken, strict=True)
        if not isinstance(own, DomainError)
        for event in own
    ]
    ids = iter(await history.record_all(session, facts))
    return [own if isinstance(own, DomainError) else [next(ids) for _ in own] for own in taken]


class _Register:
    """As far as a group of declarations is about it; each sees what those before it changed."""

    def __init__(
        self,
        known: Sequence[Cluster],
        holders: dict[LegalKey, UUID],
        behind: dict[UUID, UUID],
    ) -> None:
        self._of_id = {cluster.id: cluster for cluster in known}
        self._behind = behind
        self._of_ref = {cluster.ref: cluster for cluster in known if cluster.ref is not None}
        self._of_legal_id = {
            _legal_key(cluster): cluster for cluster in known if cluster.state not in ENDED
        }
        self._holders = holders
        self.numbers: list[int] = []
        self.drafted: list[Cluster] = []

    def take(self, declared: Declared, *, by: str) -> list[Event]:
        """Draft or change what is declared.

        Raises:
            Invalid: with every fault; nothing was changed then.
        """
        cluster = self.find(declared)
        faults = self.faults(declared, cluster)
        if faults:
            raise Invalid(CORRECT, faults)
        if cluster is not None:
            former = _legal_key(cluster)
            events = _changed(cluster, declared.profile, by=by, at=declared.at)
            self._of_legal_id.pop(former, None)
            self._holders.pop(former, None)
        else:
            cluster, events = _drafted(declared, number=self.numbers.pop(0), by=by)
            self.drafted.append(cluster)
            if cluster.ref is not None:
                self._of_ref[cluster.ref] = cluster
        self._of_legal_id[_legal_key(cluster)] = cluster
        self._holders[_legal_key(cluster)] = cluster.id
        return events

    def find(self, declared: Declared) -> Cluster | None:
        """The cluster that is declared, if it is known."""
        if declared.corrects is not None:
            cluster_id = self._behind.get(declared.corrects)
            return self._of_id.get(cluster_id) if cluster_id is not None else None
        if declared.ref is not None:
            return self._of_ref.get(declared.ref)
        return self._of_legal_id.get(declared.legal_key)

    def faults(self, declared: Declared, cluster: Cluster | None) -> list[Fault]:
        """What keeps the declaration from being taken, whatever the profile says beside it."""
        faults = []
        if declared.corrects is not None and declared.corrects not in self._behind:
            faults.append(Fault("/corrects", "TLK-D183", NOT_OF_THIS_KIND))
        country = declared.actor.association
        if declared.profile.seat.country != country:
            faults.append(Fault("/seat/country", "TLK-D040", ABROAD, values={"country": country}))
        holder = self._holders.get(declared.legal_key)
        if holder is not None and (cluster is None or holder != cluster.id):
            faults.append(Fault("/legal_id", "TLK-D041", TAKEN, rule="V-8"))
        if cluster is not None and cluster.state not in CAN_CHANGE:
            now = {"number": cluster.number, "state": STATE[cluster.state]}
            faults.append(Fault("/ref", "TLK-D042", NOT_NOW, values=now))
        return faults


async def _register_around(session: AsyncSession, declared: Sequence[Declared]) -> _Register:
    """Lock and load what the group is about, and take a number for each that looks new."""
    association = declared[0].actor.association
    behind = await _behind(session, association, declared)
    without_ref = [each.legal_key for each in declared if each.ref is None]
    about = {
        "association": association,
        "refs": [each.ref for each in declared if each.ref is not None],
        "schemes": [scheme for scheme, _ in without_ref],
        "values": [value for _, value in without_ref],
        "behind": list(behind.values()),
    }
    known = (await session.scalars(KNOWN, about)).all()
    schemes, values = map(list, zip(*{each.legal_key for each in declared}, strict=True))
    found = await session.execute(HOLDERS, {"schemes": schemes, "values": values})
    register = _Register(known, {(row.scheme, row.value): row.id for row in found}, behind)
    new = {
        each.ref or each.legal_key
        for each in declared
        if register.find(each) is None and not register.faults(each, None)
    }
    if new:
        register.numbers += (await session.scalars(NUMBERS, {"wanted": len(new)})).all()
    return register


async def _behind(
    session: AsyncSession, association: str, declared: Sequence[Declared]
) -> dict[UUID, UUID]:
    """The ids of the clusters that corrected declarations were about."""
    named = {each.corrects for each in declared if each.corrects is not None}
    produced = await produced_by(session, association, named)
    return {each.named: each.subject for each in produced if each.type.startswith(OF_CLUSTERS)}


def _drafted(declared: Declared, *, number: int, by: str) -> tuple[Cluster, list[Event]]:
    cluster, drafted = Cluster.draft(
        declared.profile,
        cluster_id=uuid7(),
        association=declared.actor.association,
        number=f"CL-{number}",
        ref=declared.ref,
        by=by,
        at=declared.at,
    )
    return cluster, [drafted, cluster.submit(by=by, at=declared.at)]


def _changed(cluster: Cluster, profile: ClusterProfile, *, by: str, at: datetime) -> list[Event]:
    fields = profiles.changed(cluster.profile, profile)
    if not fields and (cluster.pending or cluster.reasons):
        return []  # what is public, or was returned, is known; it takes no change back
    if cluster.state is ClusterState.DRAFT:
        empty = profiles.missing(profile)
        if empty:  # before the draft is touched: those beside it are saved
            raise ProfileIncomplete(empty)
        return [cluster.redraft(profile, by=by, at=at), cluster.submit(by=by, at=at)]
    if not profiles.changed(cluster.pending or cluster.profile, profile):
        return []
    if cluster.state is ClusterState.PUBLISHED and profiles.SMALL.issuperset(fields):
        return [cluster.edit(profile, by=by, at=at)]
    return [cluster.start_revision(profile, by=by, at=at)]


def _legal_key(cluster: Cluster) -> LegalKey:
    return str(cluster.legal_scheme), cluster.legal_value
