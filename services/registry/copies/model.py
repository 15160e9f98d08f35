"""Copies of visits, as exchanges last stated them: what a cluster's page and its end ask about."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import VisitState
from services.registry.database import Base


class VisitCopy(Base):
    """One visit between two clusters; both associations see it, nobody else."""

    __tablename__ = "visits_copy"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[dict[str, Any]]
    state: Mapped[VisitState]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    visiting_organisation_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID]
    dual_use: Mapped[bool]
    as_of: Mapped[datetime]


class SessionCopy(Base):
    """One session that is on a visit's programme; `held_on` is its day by the clocks of its place.

    The two associations stand here too, so that the row is behind the same wall as its visit.
    """

    __tablename__ = "sessions_copy"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    held_on: Mapped[date]
