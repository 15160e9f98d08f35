"""Copies of associations and clusters, as registry last stated them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import Place
from services.exchanges.database import Base


class AssociationCopy(Base):
    """One association; `association` is its country, and its zone is where its days begin."""

    __tablename__ = "associations_copy"

    association: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    short_name: Mapped[str | None]
    languages: Mapped[list[str]]
    zone: Mapped[str]
    as_of: Mapped[datetime]


class ClusterCopy(Base):
    """One cluster that was ever published; `matchable` while its profile is in the catalogue."""

    __tablename__ = "clusters_copy"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    number: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    short_name: Mapped[str | None]
    place_facts: Mapped[dict[str, Any]]
    city: Mapped[str]
    ecosystem: Mapped[str]
    languages: Mapped[list[str]]
    dual_use: Mapped[bool]
    matchable: Mapped[bool]
    folded: Mapped[str]
    as_of: Mapped[datetime]

    @property
    def place(self) -> Place:
        """Where the cluster works."""
        return Place.model_validate(self.place_facts)
