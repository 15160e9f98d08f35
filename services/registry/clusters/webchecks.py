"""What the worker found at a cluster's web address; a request only reads it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.registry.clusters.criteria import WebPage
from services.registry.database import Base


class WebCheck(Base):
    """The latest look at the web page of one cluster's profile."""

    __tablename__ = "web_checks"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    address: Mapped[str]
    checked_at: Mapped[datetime]
    status: Mapped[int | None]
    language: Mapped[str | None]
    machine_translated: Mapped[bool]
    fault: Mapped[str | None]

    @property
    def page(self) -> WebPage:
        return WebPage(
            address=self.address,
            checked_on=self.checked_at.date(),
            status=self.status,
            language=self.language,
            machine_translated=self.machine_translated,
            fault=self.fault,
        )
