"""What came with one import, or was changed by it: a filter that lists share."""

from typing import Annotated, Any, Final

from fastapi import Query
from sqlalchemy import ColumnElement, Uuid, cast, column, func, select, table
from sqlalchemy.orm import InstrumentedAttribute

from services.chassis.history import history
from services.registry.taken import INTAKE

# As far as this filter goes; their folder knows more of them.
MEMBERSHIPS: Final = table(
    "memberships",
    column("id", Uuid),
    column("cluster_id", Uuid),
    column("organisation_id", Uuid),
)

ByImport = Annotated[
    str, Query(alias="import", max_length=20, description="Only what came with this import")
]


def came_with(
    number: str,
    association: Any,
    key: InstrumentedAttribute[Any],
    *,
    by: ColumnElement[Any] | None = None,
) -> ColumnElement[bool]:
    """The things, by their `key`, about which rows of the association's import told something.

    With `by`, a column of memberships, also those to which such a membership belongs.
    """
    taken = select(func.unnest(INTAKE.c.events)).where(
        INTAKE.c.association == association, INTAKE.c.source == f"/imports/{number.upper()}"
    )
    subjects = select(cast(history.c.subject, Uuid)).where(history.c.event_id.in_(taken))
    found: ColumnElement[bool] = key.in_(subjects)
    if by is None:
        return found
    return found | key.in_(select(by).where(MEMBERSHIPS.c.id.in_(subjects)))
