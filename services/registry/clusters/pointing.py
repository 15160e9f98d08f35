"""The clusters that declarations of one association point at, read together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import LegalId, Pointer
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.states import ENDED

UNKNOWN: Final = mark("Your association has no such cluster. Look its number up in the list.")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The own clusters that some pointers name; profiles are loaded with them."""

    clusters: tuple[Cluster, ...]

    def at(self, pointer: Pointer, *, place: str = "/cluster") -> Cluster | Fault:
        """The cluster that is meant, or what is wrong with the pointer that stands at `place`."""
        meant = [each for each in self.clusters if _is_meant(each, pointer)]
        living = [each for each in meant if each.state not in ENDED] or meant
        return living[0] if living else Fault(place, "TLK-D043", UNKNOWN)


async def clusters_pointed_at(
    session: AsyncSession, association: str, pointers: Iterable[Pointer]
) -> Pointed:
    """Read the clusters of `association` that any of the pointers names."""
    named = list(pointers)
    ids = [one for each in named if (one := _id_of(each))]
    numbers = [_number_of(each) for each in named if each.number or each.id]
    refs = [each.ref for each in named if each.ref]
    legal_ids = [(e.legal_id.scheme.value, e.legal_id.value) for e in named if e.legal_id]
    meant = or_(
        Cluster.id.in_(ids),
        Cluster.number.in_(numbers),
        Cluster.ref.in_(refs),
        tuple_(Cluster.legal_scheme, Cluster.legal_value).in_(legal_ids),
    )
    found = await session.scalars(
        select(Cluster).where(and_(Cluster.association == association, meant))
    )
    return Pointed(tuple(found))


async def cluster_pointed_at(
    session: AsyncSession, actor: Actor, pointer: Pointer, *, at: str = "/cluster"
) -> Cluster:
    """The cluster of the actor's association; `at` is where in the declaration it is named.

    Raises:
        Invalid: the association has no such cluster.
    """
    found = (await clusters_pointed_at(session, actor.association, [pointer])).at(pointer, place=at)
    if isinstance(found, Fault):
        raise Invalid(found.text, [found])
    return found


async def own_cluster(
    session: AsyncSession, actor: Actor, pointer: Pointer, *, at: str = "/cluster"
) -> Cluster:
    """The same, locked. It is also there for a key that sees no dual-use content (R-14).

    A system may finish what it declared: what it is answered tells nothing of the cluster.

    Raises:
        Invalid: the association has no such cluster.
    """
    cluster = await cluster_pointed_at(session, actor, pointer, at=at)
    await session.refresh(cluster, with_for_update={"key_share": True})
    return cluster


def _is_meant(cluster: Cluster, pointer: Pointer) -> bool:
    if pointer.legal_id is not None:
        own = LegalId.model_validate({"scheme": cluster.legal_scheme, "value": cluster.legal_value})
        return own == pointer.legal_id
    if pointer.ref is not None:
        return cluster.ref == pointer.ref
    return cluster.number == _number_of(pointer) or cluster.id == _id_of(pointer)


def _id_of(pointer: Pointer) -> UUID | None:
    try:
        return UUID(pointer.id or "")
    except ValueError:
        return None


def _number_of(pointer: Pointer) -> str:
    return (pointer.number or pointer.id or "").strip().upper()
