"""Clusters for systems: the list, one, its history, and the acts of people on it.

Systems change clusters by declarations only; the acts here are for people's own programs.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.registry import ClusterProfile, Reason
from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import Acting, Router, Transaction
from services.chassis.identity import Actor
from services.chassis.paging import Cursor, Page, Size
from services.registry.clusters import commands, editing, finding, forms, queries, story
from services.registry.clusters.facets import Facets, facets_of
from services.registry.clusters.model import Cluster
from services.registry.clusters.pasts import Past, past_of
from services.registry.clusters.refusals import VersionMissing
from services.registry.clusters.searching import Search

router = Router(prefix="/registry/v1/clusters", tags=["clusters"])


class ClusterRow(BaseModel):
    """A cluster as it stands in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    name: str
    association: str
    country: str
    city: str
    ecosystem: str
    state: ClusterState
    version: int
    dual_use: bool
    confirmed_on: date | None
    changed_at: datetime


class ClusterOut(ClusterRow):
    """A whole cluster; the last five fields are for its own association."""

    profile: ClusterProfile
    ref: str | None = None
    pending: ClusterProfile | None = None
    criteria: list[dict[str, Any]] | None = None
    reasons: list[dict[str, Any]] | None = None
    note: str | None = None

    @classmethod
    def of(cls, cluster: Cluster, actor: Actor) -> "ClusterOut":
        """The cluster as far as this actor may see into it."""
        out = cls.model_validate(cluster)
        if finding.sees_inside(actor, cluster):
            return out
        inside = dict.fromkeys(("ref", "pending", "criteria", "reasons", "note"))
        return out.model_copy(update=inside)


class Decline(BaseModel):
    """Why a profile is not published: the criteria it fails, and a sentence to its cluster."""

    reasons: Annotated[list[Reason], Field(min_length=1)]
    note: Annotated[str | None, Field(max_length=2000)] = None


class WaiverIn(BaseModel):
    """One criterion that need not be met until a day, and the paper that says so."""

    criterion: str
    programme: Annotated[str, Field(min_length=1, max_length=200)]
    document: Annotated[str, Field(min_length=1, max_length=200)]
    until_day: date


class Publication(BaseModel):
    """What the reviewer saw met, of the criteria that a person looks at."""

    confirmed: frozenset[str] = frozenset()


class Suspension(BaseModel):
    """Why the profile leaves the catalogue, and by which day somebody looks again."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    review_on: date | None = None


class Ending(BaseModel):
    """Why the cluster's part in the programme ends."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


def seen(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """The version that the caller has seen, from the ETag sent back in `If-Match`."""
    if if_match is None or if_match == "*":
        return None
    digits = if_match.removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit():
        text = mark("Send back the ETag of the answer in which you saw the cluster.")
        raise Invalid(text, [Fault("/header/if-match", "TLK-D005", text)])
    return int(digits)


Command = Callable[..., Awaitable[Cluster]]


@dataclass(frozen=True, slots=True)
class Act:
    """An act on one cluster, as a route is asked for it."""

    key: str
    session: Transaction
    actor: Acting
    lock: Annotated[int | None, Depends(seen)]
    response: Response

    async def done(self, command: Command, **asked: Any) -> ClusterOut:
        """Do it now, and answer with the cluster as it is afterwards."""
        cluster = await command(
            self.session, self.actor, key=self.key, lock=self.lock, at=clock.now(), **asked
        )
        await self.session.flush()
        return _shown(cluster, self.actor, self.response)

    async def edited(self, data: dict[str, Any]) -> ClusterOut:
        """Put the profile that `data` are in the place of the one that was seen."""
        if self.lock is None:
            raise VersionMissing
        edited = await editing.edit_cluster(
            self.session,
            self.actor,
            key=self.key,
            profile=forms.checked(data),
            lock=self.lock,
            at=clock.now(),
        )
        await self.session.flush()
        return _shown(edited.cluster, self.actor, self.response)


Asked = Annotated[Act, Depends()]


def _shown(cluster: Cluster, actor: Actor, response: Response) -> ClusterOut:
    response.headers["ETag"] = f'"{cluster.lock}"'
    return ClusterOut.of(cluster, actor)


@router.get("")
async def list_clusters(
    *,
    session: Transaction,
    actor: Acting,
    wanted: Search,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[ClusterRow]:
    """The clusters you may see, by name; `q` finds names, cities, ecosystems and numbers.

    `region` is a NUTS code, or a part of one, or one of ISO 3166-2:UA; `basis` says whether the
    seat or the operating place lies in it.
    """
    rows, following = await queries.clusters_page(session, actor, wanted, cursor=cursor, size=limit)
    return Page(items=[ClusterRow.model_validate(row) for row in rows], next=following)


@router.get("/facets")
async def facets(session: Transaction, actor: Acting, wanted: Search) -> Facets:
    """How many clusters each further choice of a search would find."""
    return await facets_of(session, actor, wanted)


@router.get("/{key}")
async def one_cluster(
    key: str,
    session: Transaction,
    actor: Acting,
    response: Response,
    as_of: date | None = None,
) -> ClusterOut | Past:
    """One cluster, by number or id; with `as_of` as it was at the end of that past day."""
    cluster = await finding.cluster_of(session, actor, key)
    if as_of is not None:
        return await past_of(session, cluster, on=as_of)
    return _shown(cluster, actor, response)


@router.post("", status_code=201)
async def draft(
    profile: ClusterProfile, session: Transaction, actor: Acting, response: Response
) -> ClusterOut:
    """Begin a draft; submit it when it is complete."""
    given = forms.checked(profile.model_dump(mode="json"))
    cluster = await editing.draft_cluster(session, actor, profile=given, at=clock.now())
    await session.flush()
    response.headers["Location"] = f"{router.prefix}/{cluster.number}"
    return _shown(cluster, actor, response)


@router.put("/{key}")
async def replace(act: Asked, profile: ClusterProfile) -> ClusterOut:
    """Put a whole profile in the place of the one you have seen: `If-Match` is its ETag."""
    return await act.edited(profile.model_dump(mode="json"))


@router.patch("/{key}")
async def change(act: Asked, patch: dict[str, Any]) -> ClusterOut:
    """Change fields of a profile by a merge patch (RFC 7396): `If-Match` is the ETag you saw."""
    cluster = await finding.cluster_of(act.session, act.actor, act.key)
    return await act.edited(editing.merged(cluster.pending or cluster.profile, patch))


@router.get("/{key}/history")
async def history_of_cluster(key: str, session: Transaction, actor: Acting) -> Sequence[story.Told]:
    """What happened to one cluster as far as you may read it, the newest first."""
    cluster = await finding.cluster_of(session, actor, key)
    return await story.of_cluster(session, actor, cluster)


@router.put("/{key}/submission")
async def submit(act: Asked) -> ClusterOut:
    """Ask for the review of a draft."""
    return await act.done(commands.submit_cluster)


@router.put("/{key}/withdrawal")
async def withdraw(act: Asked) -> ClusterOut:
    """Give a draft up for good."""
    return await act.done(commands.withdraw_cluster)


@router.put("/{key}/review")
async def start_review(act: Asked) -> ClusterOut:
    """Take a submitted profile on your desk; you must not have submitted or edited it."""
    return await act.done(commands.start_review)


@router.post("/{key}/waivers", status_code=201)
async def waive(act: Asked, waiver: WaiverIn) -> ClusterOut:
    """Let one criterion be until a day, because a programme recognised the cluster."""
    return await act.done(commands.grant_waiver, **dict(waiver))


@router.put("/{key}/return")
async def return_(act: Asked, declined: Decline) -> ClusterOut:
    """Hand a profile back to be mended."""
    return await act.done(commands.return_cluster, **dict(declined))


@router.put("/{key}/rejection")
async def reject(act: Asked, declined: Decline) -> ClusterOut:
    """Decline to publish a profile in review."""
    return await act.done(commands.reject_cluster, **dict(declined))


@router.put("/{key}/reopening")
async def reopen(act: Asked) -> ClusterOut:
    """Make a draft of a rejected profile."""
    return await act.done(commands.reopen_cluster)


@router.put("/{key}/publication")
async def publish(act: Asked, publication: Publication) -> ClusterOut:
    """Let a profile in review, or a revision, into the catalogue."""
    return await act.done(commands.publish_cluster, **dict(publication))


@router.put("/{key}/confirmation")
async def confirm(act: Asked) -> ClusterOut:
    """State that a public profile is still right; a dormant one becomes public again."""
    return await act.done(commands.confirm_cluster)


@router.put("/{key}/suspension")
async def suspend(act: Asked, suspension: Suspension) -> ClusterOut:
    """Take a public profile out of catalogue and matching; running visits go on."""
    return await act.done(commands.suspend_cluster, **dict(suspension))


@router.put("/{key}/reinstatement")
async def reinstate(act: Asked) -> ClusterOut:
    """Bring a suspended or dormant profile back into the catalogue."""
    return await act.done(commands.reinstate_cluster)


@router.put("/{key}/archive")
async def archive(act: Asked, ending: Ending) -> ClusterOut:
    """End the cluster's part in the programme for good."""
    return await act.done(commands.archive_cluster, **dict(ending))
