"""Enters many organisations as they are stated: known ones are revised, others get a number.

All that a batch touches is read and locked before; then each statement is judged in its order, so
that a later one sees what an earlier one did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from contracts.vocabulary import LegalId
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.registry.organisations.model import DECLARED, HeldNumber, Organisation
from services.registry.organisations.stated import Stated
from services.registry.people.queries import sole_traders

NUMBERS: Final = text("select nextval('organisation_numbers') from generate_series(1, :many)")

TWICE: Final = mark(
    "Your organisation {number} has this number of the register already. Name that one instead."
)
ELSEWHERE: Final = mark(
    "{association} has an organisation under this number. Ask for it to be merged with yours."
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An organisation of another association, of which only its id may be known."""

    organisation_id: UUID
    association: str


@dataclass(slots=True)
class Register:
    """The organisations that a batch of statements of one association is about."""

    association: str
    by_id: dict[UUID, Organisation] = field(default_factory=dict)
    by_ref: dict[str, UUID] = field(default_factory=dict)
    by_number: dict[LegalId, UUID] = field(default_factory=dict)
    elsewhere: dict[LegalId, Elsewhere] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)  # numbers to give out
    new: list[Organisation] = field(default_factory=list)
    held: list[HeldNumber] = field(default_factory=list)
    dropped: list[LegalId] = field(default_factory=list)

    @classmethod
    async def load(cls, session: AsyncSession, association: str, stated: Sequence[Stated]) -> Self:
        """Read and lock what is known of all that is stated."""
        register = cls(association)
        await register._find_holders(session, {each.legal_id for each in stated})
        refs = {each.ref for each in stated if each.ref}
        traders = {each.legal_id for each in stated if each.sole_trader}
        persons = await sole_traders(session, association, traders) if traders else {}
        await register._read(session, refs, persons)
        unknown = sum(register.find(each) is None for each in stated)
        if unknown:
            numbers = await session.scalars(NUMBERS, {"many": unknown})
            register.free = sorted(numbers, reverse=True)
        return register

    def find(self, stated: Stated) -> Organisation | None:
        """The organisation that is meant, by its ref or its number."""
        found = self.by_ref.get(stated.ref or "") or self.by_number.get(stated.legal_id)
        return self.by_id[found] if found else None

    def fault_of(self, stated: Stated, known: Organisation | None = None) -> Fault | None:
        """Why the statement is refused: its number belongs to another organisation.

        It is about `known`, or about the one of its ref or number.
        """
        if there := self.elsewhere.get(stated.legal_id):
            return _elsewhere(there)
        holder, known = self.by_number.get(stated.legal_id), known or self.find(stated)
        if known is None or known.association != self.association:
            return None
        if holder is not None and holder != known.id:
            return _twice(self.by_id[holder])
        other_ref = stated.ref is not None and known.ref not in (None, stated.ref)
        return _twice(known) if other_ref else None

    def take(
        self, stated: Stated, *, person_id: UUID | None, correcting: bool = False, at: datetime
    ) -> tuple[Organisation, list[Event]]:
        """Enter or revise an organisation that is stated without a fault.

        What other associations keep is left as it is. `correcting` puts right what was stated
        before, also the size of a later day.
        """
        known = self.find(stated)
        if known is None:
            return self._enter(stated, person_id, at)
        own = known.association == self.association
        return known, self._revise(known, stated, at, correcting=correcting) if own else []

    def revise(self, known: Organisation, stated: Stated, *, at: datetime) -> list[Event]:
        """Put all that is stated without a fault in the place of what is known of one."""
        return self._revise(known, stated, at, whole=True, correcting=True)

    async def write(self, session: AsyncSession) -> None:
        """Put what was entered into the database."""
        if self.dropped:
            pairs = [(each.scheme.value, each.value) for each in self.dropped]
            of_pairs = tuple_(HeldNumber.scheme, HeldNumber.value).in_(pairs)
            await session.execute(delete(HeldNumber).where(of_pairs))
        session.add_all(self.new)
        await session.flush()
        session.add_all(self.held)
        await session.flush()

    def _enter(
        self, stated: Stated, person_id: UUID | None, at: datetime
    ) -> tuple[Organisation, list[Event]]:
        organisation, registered = Organisation.register(
            stated,
            organisation_id=uuid7(),
            association=self.association,
            number=f"OR-{self.free.pop()}",
            person_id=person_id,
            at=at,
        )
        self.new.append(organisation)
        self.by_id[organisation.id] = organisation
        if stated.ref:
            self.by_ref[stated.ref] = organisation.id
        self.by_number[stated.legal_id] = organisation.id
        self._hold(organisation, organisation.numbers)
        return organisation, [registered, *_sized(organisation, stated, at)]

    def _revise(
        self,
        known: Organisation,
        stated: Stated,
        at: datetime,
        *,
        whole: bool = False,
        correcting: bool = False,
    ) -> list[Event]:
        before = set(known.numbers)
        if self.by_number.get(stated.legal_id) == known.id:
            stated = replace(stated, legal_id=known.number_like(stated.legal_id))
        revised = known.restate(stated, whole=whole, at=at)
        after = set(known.numbers)
        self.dropped += before - after
        self._hold(known, after - before)
        self.by_number[stated.legal_id] = known.id
        if stated.ref:
            self.by_ref[stated.ref] = known.id
        events: list[Event] = [revised] if revised else []
        return events + _sized(known, stated, at, correcting=correcting)

    def _hold(self, organisation: Organisation, numbers: Iterable[LegalId]) -> None:
        self.held += [
            HeldNumber(
                scheme=each.scheme.value,
                value=each.value,
                organisation_id=organisation.id,
                association=organisation.association,
            )
            for each in numbers
        ]

    async def _find_holders(self, session: AsyncSession, numbers: set[LegalId]) -> None:
        asked = sorted(numbers, key=lambda each: (each.scheme, each.value))
        held = func.holders_of(
            [each.scheme.value for each in asked], [each.value for each in asked]
        ).table_valued("scheme", "value", "organisation_id", "association")
        for row in await session.execute(select(held)):
            legal_id = LegalId(scheme=row.scheme, value=row.value)
            self.elsewhere[legal_id] = Elsewhere(row.organisation_id, row.association)

    async def _read(
        self, session: AsyncSession, refs: set[str], persons: dict[LegalId, UUID]
    ) -> None:
        """The organisations of these refs, numbers and people, and those in their place."""
        mine = Organisation.association == self.association
        ids = {each.organisation_id for each in self.elsewhere.values()}
        own = Organisation.ref.in_(refs) | Organisation.person_id.in_(persons.values())
        meant = Organisation.id.in_(ids) | (mine & own)
        found = await _seen(session, self.association, meant)
        self.by_id = {each.id: each for each in found}
        for organisation in found:
            if organisation.ref and organisation.association == self.association:
                self.by_ref[organisation.ref] = await self._survivor(session, organisation)
        traders = {each.person_id: each for each in found if each.person_id}
        for legal_id, person_id in persons.items():
            if person_id in traders:
                self.by_number[legal_id] = await self._survivor(session, traders[person_id])
        for legal_id, there in list(self.elsewhere.items()):
            if there.organisation_id in self.by_id:
                visible = self.by_id[there.organisation_id]
                self.by_number[legal_id] = await self._survivor(session, visible)
                del self.elsewhere[legal_id]

    async def _survivor(self, session: AsyncSession, organisation: Organisation) -> UUID:
        while organisation.merged_into is not None:
            into = organisation.merged_into
            if into not in self.by_id:
                [survivor] = await _seen(session, self.association, Organisation.id == into)
                self.by_id[into] = survivor
            organisation = self.by_id[into]
        return organisation.id


async def _seen(
    session: AsyncSession, association: str, condition: ColumnElement[bool]
) -> Sequence[Organisation]:
    """The organisations that may be seen: the own ones locked, in the order of their ids."""
    query = select(Organisation).where(condition).order_by(Organisation.id)
    mine = Organisation.association == association
    own = (await session.scalars(query.where(mine).with_for_update())).all()
    return [*own, *await session.scalars(query.where(~mine))]


def _twice(holder: Organisation) -> Fault:
    values = {"number": holder.number}
    return Fault("/legal_id", "TLK-D120", TWICE, rule="V-8", values=values)


def _elsewhere(there: Elsewhere) -> Fault:
    values = {"association": there.association}
    return Fault("/legal_id", "TLK-D121", ELSEWHERE, rule="V-8", values=values)


def _sized(
    organisation: Organisation, stated: Stated, at: datetime, *, correcting: bool = False
) -> list[Event]:
    if stated.size_day is None:
        return []
    sized = organisation.classify(
        stated.size_class, on=stated.size_day, basis=DECLARED, correcting=correcting, at=at
    )
    return [sized] if sized else []
