"""The door of declared members: HTTP, spreadsheets and Kafka all come through here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.members import MemberDeclared, MembershipEnded
from services.chassis import clock
from services.chassis.errors import DomainError
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.memberships.commands import Leaving, declare_leaving
from services.registry.memberships.declaring import declare_members
from services.registry.memberships.stating import joining_of
from services.registry.pointing import in_data, pointing_into_data


@registry_intake.on_many(MemberDeclared)
async def on_members_declared(
    session: AsyncSession, declared: Sequence[tuple[Actor, Received[MemberDeclared]]]
) -> Sequence[Sequence[UUID] | DomainError]:
    """Enter or revise the organisations, and let them be members from their days on."""
    statements = [(actor, joining_of(each.event)) for actor, each in declared]
    outcomes = await declare_members(session, statements, at=clock.now())
    return [pointing_into_data(each) for each in outcomes]


@registry_intake.on(MembershipEnded)
async def on_membership_ended(
    session: AsyncSession, actor: Actor, declared: Received[MembershipEnded]
) -> Sequence[UUID]:
    """Let the day be the last one of the membership."""
    ended = declared.event
    leaving = Leaving(
        ended.cluster, ended.organisation, ended.ended_day, ended.reason, ended.corrects
    )
    with in_data():
        return await declare_leaving(session, actor, leaving, at=clock.now())
