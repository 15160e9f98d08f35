"""What became of each posted declaration: a later one may have corrected it or taken it back."""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Uuid, and_, case, cast, exists, func, or_, select

from contracts.declared.withdrawals import WithdrawalDeclared
from services.registry.declarations.model import State
from services.registry.taken import INTAKE

A_UUID: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


def state_of(posted: FromClause) -> ColumnElement[str]:
    """The state of rows that have the columns of the intake, and whether they were `refused`."""
    at = posted.c
    return case(
        (at.refused, State.REFUSED.value),
        (func.cardinality(at.events) == 0, State.UNCHANGED.value),
        (_taken_back(posted), State.WITHDRAWN.value),
        (_corrected(posted), State.CORRECTED.value),
        else_=State.ACCEPTED.value,
    )


def puts_right(later: Any, wrong: Any) -> ColumnElement[bool]:
    """Whether the one names the other by its own id or by one of its events."""
    own_id = case((wrong.c.id.regexp_match(A_UUID), cast(wrong.c.id, Uuid)))
    names = or_(later.c.puts_right == func.any(wrong.c.events), later.c.puts_right == own_id)
    return and_(later.c.association == wrong.c.association, names)


def _taken_back(wrong: Any) -> ColumnElement[bool]:
    later = INTAKE.alias()
    return exists(
        select(later.c.id).where(puts_right(later, wrong), later.c.type == WithdrawalDeclared.type)
    )


def _corrected(wrong: Any) -> ColumnElement[bool]:
    """Whether a correction stands that was not itself taken back."""
    later = INTAKE.alias()
    return exists(
        select(later.c.id).where(
            puts_right(later, wrong),
            later.c.type != WithdrawalDeclared.type,
            ~_taken_back(later),
        )
    )
