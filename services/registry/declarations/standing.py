"""What became of each posted declaration: a later one may have corrected it or taken it back."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Uuid, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.withdrawals import WithdrawalDeclared
from services.registry.declarations.model import State
from services.registry.taken import INTAKE

A_UUID: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


def state_of(posted: FromClause) -> ColumnElement[str]:
    """The state of rows that have the columns of the intake, and whether they were `refused`."""
    others = (each for each in State if each is not State.ACCEPTED)
    return case(
        *((is_in(state, posted), state.value) for state in others), else_=State.ACCEPTED.value
    )


def is_in(state: State, posted: FromClause) -> ColumnElement[bool]:
    """Whether such a row is in that state; it looks at no more than this takes."""
    refused, changed = posted.c.refused, func.cardinality(posted.c.events) > 0
    known = {
        State.REFUSED: refused,
        State.UNCHANGED: and_(~refused, ~changed),
        State.WITHDRAWN: and_(changed, taken_back(posted)),
        State.CORRECTED: and_(changed, ~taken_back(posted), _corrected(posted)),
        State.ACCEPTED: and_(changed, ~taken_back(posted), ~_corrected(posted)),
    }
    return known[state]


def put_right_by(posted: FromClause) -> ColumnElement[Any]:
    """Source and id of the last declaration that corrects each of these, or takes it back.

    A correction that was taken back itself counts no more.
    """
    later = INTAKE.alias()
    named = select(func.jsonb_build_array(later.c.source, later.c.id))
    holds = named.where(puts_right(later, posted), ~taken_back(later))
    return holds.order_by(later.c.taken_at.desc()).limit(1).scalar_subquery()


def puts_right(later: Any, wrong: Any) -> ColumnElement[bool]:
    """Whether the one names the other by its own id or by one of its events."""
    own_id = case((wrong.c.id.regexp_match(A_UUID), cast(wrong.c.id, Uuid)))
    names = or_(later.c.puts_right == func.any(wrong.c.events), later.c.puts_right == own_id)
    return and_(later.c.association == wrong.c.association, names)


def taken_back(wrong: Any) -> ColumnElement[bool]:
    """Whether a withdrawal names it."""
    later = INTAKE.alias()
    return exists(
        select(later.c.id).where(puts_right(later, wrong), later.c.type == WithdrawalDeclared.type)
    )


async def is_taken_back(session: AsyncSession, association: str, events: Collection[UUID]) -> bool:
    """Whether a withdrawal names the declaration of these events."""
    came = INTAKE.c.events.overlap(cast(list(events), ARRAY(Uuid)))
    named = select(INTAKE.c.id).where(INTAKE.c.association == association, came, taken_back(INTAKE))
    return (await session.execute(named)).first() is not None


def _corrected(wrong: Any) -> ColumnElement[bool]:
    """Whether a correction stands that was not itself taken back."""
    later = INTAKE.alias()
    return exists(
        select(later.c.id).where(
            puts_right(later, wrong),
            later.c.type != WithdrawalDeclared.type,
            ~taken_back(later),
        )
    )
