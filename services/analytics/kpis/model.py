"""What was said about figures so far: which definitions were announced, which values reported."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from services.analytics.database import Base


class Definition(Base):
    """A version of a counting rule that has been announced."""

    __tablename__ = "definitions"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    defined_at: Mapped[datetime]


class ReportedFigure(Base):
    """The value last reported of one cell; `complete` once the watermark passed the period's end.

    A complete figure that changes is restated, an incomplete one is only computed again.
    """

    __tablename__ = "figures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kpi_code: Mapped[str]
    kpi_version: Mapped[int]
    period: Mapped[str]
    period_first: Mapped[date]
    period_last: Mapped[date]
    association: Mapped[str | None]
    part: Mapped[str | None]
    value: Mapped[Decimal | None]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    watermark_at: Mapped[datetime]
    complete: Mapped[bool]


class Restatement(Base):
    """A complete value that turned out otherwise: what was reported before, and what is right."""

    __tablename__ = "restatements"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    figure_id: Mapped[UUID]
    kpi_code: Mapped[str]
    period: Mapped[str]
    association: Mapped[str | None]
    part: Mapped[str | None]
    former: Mapped[Decimal | None]
    value: Mapped[Decimal | None]
    restated_at: Mapped[datetime]
