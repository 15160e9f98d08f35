"""A rule pack: never changed, only followed by the next version from its day on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.associations import RulePackAdopted
from contracts.registry import ClusterProfile
from contracts.vocabulary import LegalIdScheme
from services.chassis.errors import Conflict, Fault, Invalid
from services.chassis.faults import mark
from services.registry.database import Base

CORRECT = mark("please correct the fields named below")
PAST = mark("A pack holds from today or a later day on; reviews of the past keep theirs.")
UNKNOWN_FIELD = mark("A profile has no field {field}.")
FOREIGN_SCHEME = mark("{scheme} is no kind of legal id of {country}.")


class PackKnown(Conflict):
    """A pack of this version was adopted already; give the new one a new version."""

    code = "TLK-R067"
    title = "This version is there already"


@dataclass(frozen=True, slots=True)
class Pack:
    """What a country asks for: fields that must be filled, kinds of legal id it takes."""

    country: str
    version: str
    from_day: date
    required: tuple[str, ...]
    schemes: tuple[str, ...]

    def faults(self, *, today: date) -> list[Fault]:
        """What keeps this pack from being adopted on that day."""
        found = []
        if self.from_day < today:
            found.append(Fault("/from_day", "TLK-R061", PAST))
        for field in self.required:
            if field not in ClusterProfile.model_fields:
                values = {"field": field}
                found.append(Fault("/required", "TLK-R062", UNKNOWN_FIELD, values=values))
        own = {scheme.value for scheme in LegalIdScheme if scheme.country == self.country}
        for scheme in self.schemes:
            if scheme not in own:
                foreign = {"scheme": scheme, "country": self.country}
                found.append(Fault("/schemes", "TLK-R063", FOREIGN_SCHEME, values=foreign))
        return found


class RulePack(Base):
    """An adopted pack of one association; rows are only added."""

    __tablename__ = "rule_packs"

    association: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    from_day: Mapped[date]
    required: Mapped[list[str]]
    schemes: Mapped[list[str]]
    adopted_by: Mapped[str]
    adopted_at: Mapped[datetime]

    @classmethod
    def adopt(
        cls, pack: Pack, *, association_id: UUID, by: str, today: date, at: datetime
    ) -> tuple[Self, RulePackAdopted]:
        """Let the country's clusters be reviewed by this pack from its day on."""
        faults = pack.faults(today=today)
        if faults:
            raise Invalid(CORRECT, faults)
        adopted = cls(
            association=pack.country,
            version=pack.version,
            from_day=pack.from_day,
            required=list(pack.required),
            schemes=list(pack.schemes),
            adopted_by=by,
            adopted_at=at,
        )
        return adopted, RulePackAdopted(
            subject=str(association_id),
            time=at,
            country=pack.country,
            pack_version=pack.version,
            from_day=pack.from_day,
        )

    @property
    def pack(self) -> Pack:
        return Pack(
            self.association,
            self.version,
            self.from_day,
            tuple(self.required),
            tuple(self.schemes),
        )
