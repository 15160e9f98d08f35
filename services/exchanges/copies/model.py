"""Copies of associations, clusters and sites, as registry last stated them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import Place, text_in
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
    completeness: Mapped[int | None]  # of the profile, 0 to 100; None if it was not told yet
    dual_use: Mapped[bool]
    matchable: Mapped[bool]
    folded: Mapped[str]
    as_of: Mapped[datetime]

    @property
    def place(self) -> Place:
        """Where the cluster works."""
        return Place.model_validate(self.place_facts)


class SiteCopy(Base):
    """One site that can or could host sessions; `shelter_minutes` on foot."""

    __tablename__ = "sites_copy"

    site_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    holder_id: Mapped[UUID]
    names: Mapped[dict[str, Any]]
    place_facts: Mapped[dict[str, Any]]
    seats: Mapped[int]
    step_free: Mapped[bool]
    booth: Mapped[bool]
    shelter_minutes: Mapped[int | None]
    generator: Mapped[bool]
    satellite: Mapped[bool]
    parking: Mapped[int | None]
    dual_use: Mapped[bool]
    is_open: Mapped[bool]
    as_of: Mapped[datetime]

    @property
    def name(self) -> str:
        """Its name in English, or in the first language there is."""
        return text_in(self.names, "en")

    @property
    def place(self) -> Place:
        """Where it is, under the name that people on the spot know it by."""
        place = Place.model_validate(self.place_facts)
        return place.model_copy(update={"name": place.name or self.name})
