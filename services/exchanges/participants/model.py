"""A participant: one person in one visit, with the address to write to and the language to use."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from contracts.participants import ParticipantErased, ParticipantRecorded
from contracts.vocabulary import LanguageSkill, ParticipantRole, Party, PersonNames
from services.exchanges.database import Base


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a coordinator names him or her; `language` is the one to write in."""

    names: PersonNames
    mail: str
    language: str
    zone: str
    phone: str | None = None
    languages: tuple[LanguageSkill, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The person as a participant's row keeps it."""
        return {
            "names": self.names.model_dump(exclude_none=True),
            "mail": self.mail,
            "phone": self.phone,
            "language": self.language,
            "languages": [skill.model_dump(mode="json") for skill in self.languages],
            "zone": self.zone,
        }


class Participant(Base):
    """The record of a person in a visit; only the two associations of the visit see it.

    `association` is the side the person belongs to; `person_id` is the same in all its visits.
    """

    __tablename__ = "participants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    association: Mapped[str]
    role: Mapped[ParticipantRole]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    names: Mapped[dict[str, Any]]
    mail: Mapped[str]
    phone: Mapped[str | None]
    language: Mapped[str]
    languages: Mapped[list[dict[str, Any]]]
    zone: Mapped[str]
    link_id: Mapped[UUID]
    recorded_at: Mapped[datetime]

    @property
    def name(self) -> str:
        """The name as the person writes it."""
        return str(self.names["original"])

    @property
    def party(self) -> Party | None:
        """For whom the person signs; a delegate signs for nobody."""
        return SIGNS_FOR.get(self.role)

    def recorded(self) -> ParticipantRecorded:
        """The whole present state of the record, as a fact."""
        return ParticipantRecorded(
            subject=str(self.id),
            time=self.recorded_at,
            person_id=self.person_id,
            visit_id=self.visit_id,
            role=self.role,
            names=PersonNames.model_validate(self.names),
            mail=self.mail,
            phone=self.phone,
            language=self.language,
            languages=tuple(map(LanguageSkill.model_validate, self.languages)),
            zone=self.zone,
            organisation_id=self.organisation_id,
        )

    def erase(self, *, at: datetime) -> ParticipantErased:
        """Keep nothing that says who it was; the place in the visit stays."""
        self.names, self.mail, self.phone, self.languages = {"original": "–"}, "", None, []
        self.recorded_at = at
        return ParticipantErased(subject=str(self.id), time=at)


SIGNS_FOR = {ParticipantRole.VISITOR: Party.VO, ParticipantRole.HOST: Party.HO}


class KnownPerson(Base):
    """An address under which an association's registry knows a person."""

    __tablename__ = "people_known"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    mail_digest: Mapped[bytes] = mapped_column(primary_key=True)
    association: Mapped[str]
