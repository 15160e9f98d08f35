"""What somebody states about an organisation, whoever it is: a form, a declaration, an import."""

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from contracts.declared.members import DeclaredOrganisation
from contracts.vocabulary import LegalId, MemberKind, Names, Place, SizeClass


@dataclass(frozen=True, slots=True)
class Stated:
    """An organisation as it is stated; of a sole trader, name and number say who a person is."""

    legal_id: LegalId
    names: Names
    kind: MemberKind
    place: Place
    size_class: SizeClass = SizeClass.UNKNOWN
    size_day: date | None = None
    ref: str | None = None
    legal_form: str | None = None
    nace: tuple[str, ...] = field(default=())
    web: str | None = None
    sole_trader: bool = False

    @classmethod
    def of(cls, declared: DeclaredOrganisation) -> Self:
        """What a declaration states."""
        return cls(
            legal_id=declared.legal_id,
            names=declared.names,
            kind=declared.kind,
            size_class=declared.size_class,
            size_day=declared.size_day,
            place=declared.place,
            ref=declared.ref,
            legal_form=declared.legal_form,
            nace=declared.nace,
            web=declared.web,
            sole_trader=declared.sole_trader,
        )
