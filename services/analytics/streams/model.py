"""Which visits the public was told of: the stream's own memory, never rebuilt from facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.analytics.database import Base


class StreamedVisit(Base):
    """A visit that stands in the public stream; it never stands there twice."""

    __tablename__ = "streamed_visits"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    streamed_at: Mapped[datetime]
