"""The acts of people on a cluster, for their own programs; `If-Match` is the ETag they saw."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Header, Response
from pydantic import BaseModel, Field

from contracts.registry import ClusterProfile, Reason
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import Acting, Router, Transaction
from services.registry.clusters import commands, editing, finding, forms
from services.registry.clusters.answers import ClusterOut, shown
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import VersionMissing

router = Router(prefix="/registry/v1/clusters", tags=["clusters"])


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


class TakingBack(BaseModel):
    """Why the new version is given up."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


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
        return shown(cluster, self.actor, self.response)

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
        return shown(edited.cluster, self.actor, self.response)


Asked = Annotated[Act, Depends()]


@router.put("/{key}")
async def replace(act: Asked, profile: ClusterProfile) -> ClusterOut:
    """Put a whole profile in the place of the one you have seen: `If-Match` is its ETag."""
    return await act.edited(profile.model_dump(mode="json"))


@router.patch("/{key}")
async def change(act: Asked, patch: dict[str, Any]) -> ClusterOut:
    """Change fields of a profile by a merge patch (RFC 7396): `If-Match` is the ETag you saw."""
    cluster = await finding.cluster_of(act.session, act.actor, act.key)
    return await act.edited(editing.merged(cluster.pending or cluster.profile, patch))


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
    """Hand a profile back to be mended; of a new version the public one stays meanwhile."""
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


@router.put("/{key}/taking-back")
async def take_back(act: Asked, asked: TakingBack) -> ClusterOut:
    """Take back the new version that waits for its review; the public one stays as it is."""
    return await act.done(commands.take_revision_back, **dict(asked))


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
