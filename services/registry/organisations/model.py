"""The organisation: who it is by law, how large on which day, and into which one it was merged.

Id and number are never used again. The name and number of a sole trader say who a person is: they
are kept by `people`, here stands only the person's id.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts import organisations as facts
from contracts.vocabulary import LegalId, MemberKind, Names, Place, SizeClass
from services.chassis.faults import mark
from services.chassis.folding import fold, fold_all
from services.registry.database import Base, Stored
from services.registry.organisations.refusals import AlreadyMerged, MergedIntoItself
from services.registry.organisations.stated import Stated

R = TypeVar("R", facts.OrganisationRegistered, facts.OrganisationRevised)

DECLARED: Final = "declared"  # the basis of a size class that nobody measured


class Organisation(Base):
    """One legal entity, kept by the association that registered it.

    Each act hands back the fact it makes true. Nothing is done to one that was merged.
    `shared_with` are the associations beside its own that count it among their members.
    """

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    number: Mapped[str]
    ref: Mapped[str | None]  # the association's own key
    names: Mapped[Names | None] = mapped_column(Stored(Names))
    legal_ids: Mapped[list[dict[str, Any]]]
    legal_form: Mapped[str | None]
    kind: Mapped[MemberKind]
    size_class: Mapped[SizeClass]
    size_day: Mapped[date | None]
    size_basis: Mapped[str | None]
    place: Mapped[Place] = mapped_column(Stored(Place))
    nace: Mapped[list[str]]
    web: Mapped[str | None]
    sole_trader: Mapped[bool]
    person_id: Mapped[UUID | None]
    merged_into: Mapped[UUID | None]
    shared_with: Mapped[list[str]]
    lock: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    # drawn from the rest, to sort and to find by
    sort_name: Mapped[str]
    folded: Mapped[str]

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def register(
        cls,
        stated: Stated,
        *,
        organisation_id: UUID,
        association: str,
        number: str,
        person_id: UUID | None = None,
        at: datetime,
    ) -> tuple[Self, facts.OrganisationRegistered]:
        """Enter an organisation under a number of its own; `person_id` is a sole trader's."""
        organisation = cls(
            id=organisation_id,
            association=association,
            number=number,
            legal_ids=[],
            sole_trader=stated.sole_trader,
            person_id=person_id,
            size_class=SizeClass.UNKNOWN,
            shared_with=[],
        )
        organisation._take(stated, at)
        return organisation, organisation._record(facts.OrganisationRegistered, at)

    @property
    def name(self) -> str | None:
        """What it is called; None for a sole trader, whose name is a person's."""
        return self.names.original if self.names else None

    @property
    def numbers(self) -> tuple[LegalId, ...]:
        """Its numbers in national registers, the one it was registered under first."""
        return tuple(LegalId.model_validate(each) for each in self.legal_ids)

    def number_like(self, legal_id: LegalId) -> LegalId:
        """Its number in that register; the given one if it has none.

        One that was merged into it may have brought another number of the same register.
        """
        same = (each for each in self.numbers if each.scheme == legal_id.scheme)
        return next(same, legal_id)

    def restate(
        self, stated: Stated, *, whole: bool = False, at: datetime
    ) -> facts.OrganisationRevised | None:
        """Take over what is stated now; nothing comes of what is known.

        What is left out stays as it is known, unless the statement is the `whole` of it.
        A number of another register is added to those it has. Whether it is a sole trader is not
        changed: that would make a person's name public, or hide a company's.

        Raises:
            AlreadyMerged: another organisation stands in its place.
        """
        self._must_stand()
        before, changed_at = self._said(), self.changed_at
        if whole:
            self.legal_form, self.web = stated.legal_form, stated.web
        self._take(stated, at)
        if self._said() == before:
            self.changed_at = changed_at
            return None
        return self._record(facts.OrganisationRevised, at)

    def classify(
        self,
        size_class: SizeClass,
        *,
        on: date,
        basis: str,
        correcting: bool = False,
        at: datetime,
    ) -> facts.OrganisationSizeClassified | None:
        """State its size on a day; nothing comes of what is known.

        Nor of a day before the last one, unless that was wrong.

        Raises:
            AlreadyMerged: another organisation stands in its place.
        """
        self._must_stand()
        known = (self.size_class, self.size_day)
        late = self.size_day is not None and on < self.size_day
        if known == (size_class, on) or (late and not correcting):
            return None
        self.size_class, self.size_day, self.size_basis = size_class, on, basis
        self.changed_at = at
        return facts.OrganisationSizeClassified(
            subject=str(self.id), time=at, size_class=size_class, size_day=on, basis=basis
        )

    def merge(self, survivor: Self, *, at: datetime) -> facts.OrganisationMerged:
        """Let `survivor` stand in its place from now on.

        Raises:
            AlreadyMerged: one of both was merged before.
            MergedIntoItself: they are the same.
        """
        self._must_stand()
        survivor._must_stand()
        if survivor.id == self.id:
            raise MergedIntoItself(mark("choose another organisation to merge this one into"))
        self.merged_into, self.changed_at = survivor.id, at
        return merged(self.id, survivor.id, at=at)

    def adopt(
        self, numbers: Sequence[LegalId], *, at: datetime
    ) -> facts.OrganisationRevised | None:
        """Take over the numbers of one that was merged into it, of registers it has none of."""
        known = {each.scheme for each in self.numbers}
        new = [each for each in numbers if each.scheme not in known]
        if not new:
            return None
        self.legal_ids = [each.model_dump(mode="json") for each in (*self.numbers, *new)]
        self.changed_at = at
        return self._record(facts.OrganisationRevised, at)

    def share_with(self, association: str) -> None:
        """Let another association count it among the members of its clusters."""
        self._must_stand()
        self.shared_with = sorted({*self.shared_with, association})

    def _must_stand(self) -> None:
        if self.merged_into is not None:
            raise AlreadyMerged(
                mark("{number} was merged: look at the one in its place"), number=self.number
            )

    def _take(self, stated: Stated, at: datetime) -> None:
        self.ref = stated.ref or self.ref
        self.kind, self.place, self.nace = stated.kind, stated.place, list(stated.nace)
        self.legal_form = stated.legal_form or self.legal_form
        self.web = stated.web or self.web
        self.changed_at = at
        if not self.sole_trader:
            self.names = stated.names
            self._add(stated.legal_id)
        name = self.name or self.number
        self.sort_name = fold(name)
        names = [self.names.original, self.names.en] if self.names else []
        self.folded = fold_all(
            [self.number, *names, self.place.settlement, *(each.value for each in self.numbers)]
        )

    def _add(self, legal_id: LegalId) -> None:
        others = [each for each in self.numbers if each.scheme != legal_id.scheme]
        former = [each for each in self.numbers if each.scheme == legal_id.scheme]
        if former != [legal_id]:
            self.legal_ids = [each.model_dump(mode="json") for each in (*others, legal_id)]

    def _said(self) -> Sequence[object]:
        described = (self.legal_form, self.kind, self.place, self.nace, self.web)
        return (self.names, self.numbers, *described)

    def _record(self, fact: type[R], at: datetime) -> R:
        return fact(
            subject=str(self.id),
            time=at,
            number=self.number,
            legal_ids=self.numbers,
            names=self.names,
            legal_form=self.legal_form,
            kind=self.kind,
            place=self.place,
            nace=tuple(self.nace),
            web=self.web,
            sole_trader=self.sole_trader,
            person_id=self.person_id,
        )


def merged(organisation_id: UUID, into: UUID, *, at: datetime) -> facts.OrganisationMerged:
    """The fact that `into` stands in the place of an organisation."""
    return facts.OrganisationMerged(subject=str(organisation_id), time=at, into_id=into)


class HeldNumber(Base):
    """A number of a national register, and the one organisation that holds it."""

    __tablename__ = "legal_ids"

    scheme: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    association: Mapped[str]
