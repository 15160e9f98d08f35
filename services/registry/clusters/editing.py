"""Writing a profile by hand: a new draft, a changed draft, a small edit at once, or a revision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Sequence, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.registry.clusters import profiles
from services.registry.clusters.finding import cluster_of, must_keep
from services.registry.clusters.forms import checked
from services.registry.clusters.merging import merged_with
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import DecidedByPeople, ProfileChanged

NUMBERS: Final = Sequence("cluster_numbers")

CORRECT: Final = mark("please correct the fields named below")
ABROAD: Final = mark("The seat is not in the country of your association, {country}.")
TAKEN: Final = mark("A cluster stands in the register under this legal id already.")


@dataclass(frozen=True, slots=True)
class Edited:
    """A cluster and the fact that was made true of it; none if nothing had changed."""

    cluster: Cluster
    event: Event | None


async def draft_cluster(
    session: AsyncSession, actor: Actor, *, profile: ClusterProfile, at: datetime
) -> Cluster:
    """Begin a profile. A cluster administrator who does so is the first to answer for it.

    Raises:
        NotAllowed: the actor neither works for a back office nor administers clusters.
        Invalid: seat abroad, or the legal id is taken.
    """
    _must_be_a_person(actor)
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    await _must_be_acceptable(session, actor.association, profile, besides=None)
    cluster, drafted = Cluster.draft(
        profile,
        cluster_id=uuid7(),
        association=actor.association,
        number=f"CL-{await session.scalar(NUMBERS)}",
        ref=None,
        by=actor.id,
        at=at,
    )
    if not actor.is_(BACK_OFFICE):
        cluster.administrators = [UUID(actor.id.removeprefix("staff:"))]
    session.add(cluster)
    await history.record(session, drafted, actor=actor)
    return cluster


async def edit_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    profile: ClusterProfile,
    lock: int,
    began: ClusterProfile | None = None,
    at: datetime,
) -> Edited:
    """Put `profile` in the place of the one seen at `lock`.

    A draft is changed; of a public profile small edits are published at once, everything else
    waits for its review beside the public version. Who tells how it `began` changes only what
    differs from that, whatever others changed meanwhile.

    Raises:
        ProfileChanged: somebody changed the same since; it tells both versions, field by field.
        WrongClusterState: the profile takes no changes in its state.
        Invalid: seat abroad, the legal id is taken, or two edits do not go together.
    """
    _must_be_a_person(actor)
    must_keep(actor, await cluster_of(session, actor, key))
    cluster = await cluster_of(session, actor, key, for_update=True)
    latest = cluster.pending or cluster.profile
    if cluster.lock != lock:
        if not profiles.changed(latest, profile):
            return Edited(cluster, None)  # somebody else has stated the same
        profile = _beside(latest, profile, began)
    await _must_be_acceptable(session, cluster.association, profile, besides=cluster.id)
    event = _changed(cluster, profile, by=actor.id, at=at)
    if event is not None:
        await history.record(session, event, actor=actor)
    return Edited(cluster, event)


def merged(profile: ClusterProfile, patch: dict[str, Any]) -> dict[str, Any]:
    """The profile as data with a merge patch laid over it (RFC 7396)."""
    whole: dict[str, Any] = _laid_over(profile.model_dump(mode="json"), patch)
    return whole


def _beside(
    latest: ClusterProfile, mine: ClusterProfile, began: ClusterProfile | None
) -> ClusterProfile:
    """The latest profile with what was changed of it, unless both changed the same."""
    if began is None:
        raise ProfileChanged(latest, mine)
    merged = merged_with(latest, mine, began=began)
    if profiles.changed(latest, merged.disputed):
        raise ProfileChanged(latest, merged.disputed, whole=merged.profile)
    return checked(merged.profile.model_dump(mode="json"))


def _changed(cluster: Cluster, profile: ClusterProfile, *, by: str, at: datetime) -> Event | None:
    latest = cluster.pending or cluster.profile
    if not profiles.changed(latest, profile) and not cluster.is_returned:
        return None
    if cluster.state is ClusterState.DRAFT:
        return cluster.redraft(profile, by=by, at=at)
    small = profiles.SMALL.issuperset(profiles.changed(cluster.profile, profile))
    if cluster.state is ClusterState.PUBLISHED and small:
        return cluster.edit(profile, by=by, at=at)
    return cluster.start_revision(profile, by=by, at=at)


def _must_be_a_person(actor: Actor) -> None:
    if actor.is_key:
        raise DecidedByPeople


async def _must_be_acceptable(
    session: AsyncSession, country: str, profile: ClusterProfile, *, besides: UUID | None
) -> None:
    faults = []
    if profile.seat.country != country:
        faults.append(Fault("/seat/country", "TLK-D040", ABROAD, values={"country": country}))
    legal_id = profile.legal_id
    if await session.scalar(
        select(func.legal_id_is_taken(legal_id.scheme.value, legal_id.value, besides))
    ):
        faults.append(Fault("/legal_id", "TLK-D041", TAKEN, rule="V-8"))
    if faults:
        raise Invalid(CORRECT, faults)


def _laid_over(whole: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    laid = dict(whole) if isinstance(whole, dict) else {}
    for name, value in patch.items():
        if value is None:
            laid.pop(name, None)
        else:
            laid[name] = _laid_over(laid.get(name), value)
    return laid
