"""The names of an association's clusters in lists, and those that are near to what a list says."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.clusters.finding import visible_to
from services.registry.clusters.model import Cluster
from services.registry.clusters.states import ENDED

MOST: Final = 3
ALIKE: Final = 0.7  # of 1; below that a name is another one
BEHIND: Final = 0.1  # the most by which one may be less alike than the best

Names = dict[str, tuple[str, str]]  # number and name as it is written, by folded name


async def own_clusters(session: AsyncSession, actor: Actor, association: str) -> Sequence[Cluster]:
    """The clusters that a list of the association may name, as far as the actor may see them."""
    own = select(Cluster).where(
        Cluster.association == association, Cluster.state.not_in(ENDED), visible_to(actor)
    )
    return (await session.scalars(own.order_by(Cluster.number))).all()


def names_of(clusters: Sequence[Cluster]) -> Names:
    """Everything that clusters are called by; of two with the same name the first one has it."""
    names: Names = {}
    for cluster in clusters:
        for name in _names_of(cluster):
            names.setdefault(fold(name), (cluster.number, name))
    return names


def nearest(text: str, names: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """The numbers and names of clusters that are written most alike, also in another order."""
    folded = fold(text)
    if not folded:
        return []
    ordered = {_in_order(name): name for name in names}
    close = [
        *get_close_matches(folded, names, MOST, ALIKE),
        *(ordered[each] for each in get_close_matches(_in_order(folded), ordered, MOST, ALIKE)),
    ]
    scores = {name: _alike(folded, name) for name in close}
    best = max(scores.values(), default=0.0)
    found: dict[str, str] = {}
    for name in sorted(scores, key=scores.__getitem__, reverse=True):
        if scores[name] >= best - BEHIND:
            number, written = names[name]
            found.setdefault(number, written)
    return list(found.items())[:MOST]


def _alike(text: str, name: str) -> float:
    pairs = ((text, name), (_in_order(text), _in_order(name)))
    return max(SequenceMatcher(None, *pair).ratio() for pair in pairs)


def _in_order(name: str) -> str:
    return " ".join(sorted(name.split()))


def _names_of(cluster: Cluster) -> list[str]:
    profile = cluster.pending or cluster.profile
    names = [profile.names.original, profile.names.en, profile.short_name, cluster.ref]
    former = [cluster.profile.names.original, cluster.profile.names.en]
    return [name for name in (cluster.number, *names, *former, cluster.legal_value) if name]
