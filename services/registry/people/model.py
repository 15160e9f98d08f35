"""A person: names in both scripts, ways to write, what the person does, and who stands in when.

Each event tells the whole present state; nothing of it stands in any other topic.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from contracts.people import (
    Absence,
    ContactNames,
    PersonErased,
    PersonFunction,
    PersonRecorded,
)
from contracts.vocabulary import LanguageSkill, LegalId, PersonFunctionKind
from services.chassis.folding import fold_all
from services.registry.database import Base, Stored

COUNTED: Final = frozenset({PersonFunctionKind.ADMINISTRATOR})


class StoredList(TypeDecorator[tuple[Any, ...]]):
    """Frozen values of the contracts, in their order; replaced as a whole."""

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type[BaseModel]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return [each.model_dump(mode="json") for each in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...]:  # noqa: ARG002
        return tuple(self.kind.model_validate(each) for each in value or ())


@dataclass(frozen=True, slots=True)
class Stated:
    """A person as somebody states them; `phone` is in E.164, clusters and people are ids."""

    names: ContactNames
    mail: str
    language: str
    zone: str
    phone: str | None = None
    languages: tuple[LanguageSkill, ...] = ()
    organisation_id: UUID | None = None
    functions: tuple[PersonFunction, ...] = ()
    absences: tuple[Absence, ...] = ()
    legal_ids: tuple[LegalId, ...] = ()
    consent: str | None = None

    @property
    def administers(self) -> frozenset[UUID]:
        """The clusters for whose profiles the person answers."""
        return frozenset(
            each.cluster_id
            for each in self.functions
            if each.function in COUNTED and each.cluster_id is not None
        )

    @property
    def asked_at(self) -> frozenset[str]:
        """The codes of the centres on whose rota the person is."""
        return frozenset(
            each.centre
            for each in self.functions
            if each.function is PersonFunctionKind.ROTA and each.centre is not None
        )


class Person(Base):
    """The aggregate. Only the association that keeps a person sees them."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    ref: Mapped[str | None]
    names: Mapped[ContactNames] = mapped_column(Stored(ContactNames))
    mail: Mapped[str]
    phone: Mapped[str | None]
    language: Mapped[str]
    languages: Mapped[tuple[LanguageSkill, ...]] = mapped_column(StoredList(LanguageSkill))
    zone: Mapped[str]
    organisation_id: Mapped[UUID | None]
    functions: Mapped[tuple[PersonFunction, ...]] = mapped_column(StoredList(PersonFunction))
    absences: Mapped[tuple[Absence, ...]] = mapped_column(StoredList(Absence))
    legal_ids: Mapped[tuple[LegalId, ...]] = mapped_column(StoredList(LegalId))
    consent: Mapped[str | None]
    former_consent: Mapped[str | None]  # before the last fact, which tells no consent to others
    clusters: Mapped[list[UUID]]
    sort_name: Mapped[str]
    folded: Mapped[str]
    recorded_at: Mapped[datetime]
    lock: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def enter(
        cls, stated: Stated, *, person_id: UUID, association: str, ref: str | None, at: datetime
    ) -> tuple[Self, PersonRecorded]:
        """Keep a person from now on."""
        person = cls(id=person_id, association=association, ref=ref)
        return person, person._keep(stated, at)

    @property
    def stated(self) -> Stated:
        """The person as last stated."""
        return Stated(**{each.name: getattr(self, each.name) for each in fields(Stated)})

    @property
    def name(self) -> str:
        """How the person wants to be called."""
        return self.names.preferred or self.names.original

    def restate(self, stated: Stated, *, at: datetime) -> PersonRecorded | None:
        """Take over what is stated now; nothing comes of what is known."""
        if stated == self.stated:
            return None
        return self._keep(stated, at)

    def erased(self, *, at: datetime) -> PersonErased:
        """State that everything about the person is to be forgotten."""
        return PersonErased(subject=str(self.id), time=at)

    def stands_in(self, *, at: datetime) -> UUID | None:
        """Who gets what the person would get at that instant; None while nobody does."""
        away = (each for each in self.absences if each.from_at <= at < each.until_at)
        return next((each.substitute_id for each in away), None)

    def _keep(self, stated: Stated, at: datetime) -> PersonRecorded:
        self.former_consent = self.consent
        for each in fields(Stated):
            setattr(self, each.name, getattr(stated, each.name))
        served = {each.cluster_id for each in stated.functions if each.cluster_id is not None}
        self.clusters = sorted(served)
        self.sort_name = (stated.names.latin or stated.names.original).casefold()
        self.folded = fold_all((*stated.names.model_dump().values(), stated.mail))
        self.recorded_at = at
        kept = {each.name: getattr(stated, each.name) for each in fields(Stated)}
        del kept["consent"]
        return PersonRecorded(subject=str(self.id), time=at, clusters=tuple(self.clusters), **kept)
