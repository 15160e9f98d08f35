"""The door of withdrawals: an own declaration should never have been posted."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.withdrawals import WithdrawalDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.declarations.commands import withdraw_declaration
from services.registry.pointing import in_data


@registry_intake.on(WithdrawalDeclared)
async def on_withdrawal_declared(
    session: AsyncSession, actor: Actor, declared: Received[WithdrawalDeclared]
) -> Sequence[UUID]:
    """Take back what came of the declaration, unless something was built upon it."""
    taken_back = declared.event
    with in_data():
        return await withdraw_declaration(
            session,
            actor,
            declaration=taken_back.declaration,
            reason=taken_back.reason,
            at=clock.now(),
        )
