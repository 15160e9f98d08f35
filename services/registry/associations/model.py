"""An association: one per country, registered once and for good."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.registry import AssociationRegistered
from contracts.vocabulary import Names
from services.chassis.errors import Conflict, NotFound
from services.registry.database import Base, Stored


class AlreadyRegistered(Conflict):
    """The country's association takes part already."""

    code = "TLK-R020"
    title = "Already registered"


class AssociationNotFound(NotFound):
    """No association of that country takes part."""

    code = "TLK-R021"
    title = "No such association"


class Association(Base):
    """The tenant: its country's code stands for it everywhere."""

    __tablename__ = "associations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    country: Mapped[str]
    names: Mapped[Names] = mapped_column(Stored(Names))
    short_name: Mapped[str]
    languages: Mapped[list[str]]
    zone: Mapped[str]
    web: Mapped[str | None]

    @classmethod
    def register(
        cls,
        *,
        association_id: UUID,
        country: str,
        names: Names,
        short_name: str,
        languages: list[str],
        zone: str,
        web: str | None,
        at: datetime,
    ) -> tuple[Self, AssociationRegistered]:
        """Let the association of a country take part."""
        association = cls(
            id=association_id,
            country=country,
            names=names,
            short_name=short_name,
            languages=languages,
            zone=zone,
            web=web,
        )
        return association, AssociationRegistered(
            subject=str(association_id),
            time=at,
            country=country,
            names=names,
            short_name=short_name,
            languages=tuple(languages),
            zone=zone,
            web=web,
        )
