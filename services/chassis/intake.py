"""Takes declarations: facts of back offices' own systems, each once, all of a kind side by side.

What was taken stands in one transaction: the effect, its events, and the row that recognises the
declaration when it comes again. A refused one leaves nothing: it may be corrected and sent again.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import Declaration
from services.chassis import tenancy
from services.chassis.errors import Conflict, DomainError
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.received import Received

D = TypeVar("D", bound=Declaration)
Handler = Callable[[AsyncSession, Actor, Received[D]], Awaitable[Sequence[UUID]]]
ManyHandler = Callable[
    [AsyncSession, Sequence[tuple[Actor, Received[D]]]],
    Awaitable[Sequence[Sequence[UUID] | DomainError]],
]

# without seqscan: what is asked here goes by keys, but a plan that was made and kept while a table
# was small reads it whole for each group of a flood that fills it
TAKING: Final = text("""
  select set_config('talka.association', :association, true),
         set_config('talka.taking', 'on', true), set_config('lock_timeout', '500ms', true),
         set_config('plan_cache_mode', 'force_custom_plan', true)
""")

KNOWN: Final = text("""
  select association, source, id, digest, events from intake
  where (association, source, id) in (
    select association, source, id
    from unnest(cast(:associations as text[]), cast(:sources as text[]), cast(:ids as text[]))
         as asked (association, source, id))
""")

TAKEN: Final = text("""
  insert into intake (association, source, id, type, digest, actor, way, data, puts_right, events)
  select association, source, id, type, digest, actor, way, data, puts_right,
         cast(events as uuid[])
  from unnest(cast(:association as text[]), cast(:source as text[]), cast(:id as text[]),
              cast(:type as text[]), cast(:digest as bytea[]), cast(:actor as text[]),
              cast(:way as text[]), cast(:data as bytea[]), cast(:puts_right as uuid[]),
              cast(:events as text[]))
       as taken (association, source, id, type, digest, actor, way, data, puts_right, events)
  order by association, source, id
""")

COLUMNS: Final = (
    *("association", "source", "id", "type", "digest", "actor"),
    *("way", "data", "puts_right", "events"),
)

Key = tuple[str, str, str]  # association, source, id


class Way(StrEnum):
    """By which door a declaration came."""

    HTTP = "http"
    KAFKA = "kafka"
    IMPORT = "import"
    PAGE = "page"


class OtherData(Conflict):
    """The same source used the same id for another declaration before."""

    code = "TLK-D029"
    title = "This id was used for other data"


@dataclass(frozen=True, slots=True)
class Item:
    """One declaration that passed every check which needs no database."""

    actor: Actor
    declared: Received[Declaration]
    digest: bytes  # of type and data: what makes a repeat the same
    way: Way = Way.HTTP

    @classmethod
    def of(
        cls, actor: Actor, declared: Received[Declaration], data: bytes, way: Way = Way.HTTP
    ) -> "Item":
        """The item of a declaration whose data, in canonical JSON, are `data`."""
        digest = hashlib.sha256(declared.envelope.type.encode() + b"\0" + data).digest()
        return cls(actor, declared, digest, way)

    @property
    def association(self) -> str:
        """Whose declaration it is: the poster's."""
        return self.actor.association

    @property
    def key(self) -> Key:
        """By what a repeat is recognised."""
        return self.association, self.declared.envelope.source, self.declared.envelope.id

    @property
    def kept(self) -> bytes | None:
        """The data as they stay with the declaration; none of those that few may read."""
        return None if self.declared.event.is_sensitive() else self.declared.record.value


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is taken; these events came of it. None came when it changed nothing."""

    events: Sequence[UUID]


Outcome = Accepted | DomainError


class Intake:
    """The declarations that one service takes, and what it does with each."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.classes: dict[str, type[Declaration]] = {}
        self._one: dict[str, Handler[Any]] = {}
        self._many: dict[str, ManyHandler[Any]] = {}

    def on(self, declaration_class: type[D]) -> Callable[[Handler[D]], Handler[D]]:
        """Register what takes one declaration of a class, and gives the ids of its events.

        The handler refuses by raising a `DomainError`; what it wrote until then is undone.
        """

        def register(handler: Handler[D]) -> Handler[D]:
            self._add(declaration_class)
            self._one[declaration_class.type] = handler
            return handler

        return register

    def on_many(self, declaration_class: type[D]) -> Callable[[ManyHandler[D]], ManyHandler[D]]:
        """Register what takes many declarations at once, for those that come in floods.

        It gives the events or the refusal of each; for a refused one it writes no effect. If it
        raises, each declaration of the group is handed to it alone.
        """

        def register(handler: ManyHandler[D]) -> ManyHandler[D]:
            self._add(declaration_class)
            self._many[declaration_class.type] = handler
            return handler

        return register

    def _add(self, declaration_class: type[Declaration]) -> None:
        if declaration_class.service != self.service:
            raise ValueError(f"{declaration_class.type} is not taken by {self.service}")
        if declaration_class.type in self.classes:
            raise ValueError(f"{self.service} already takes {declaration_class.type}")
        self.classes[declaration_class.type] = declaration_class

    async def take(self, session: AsyncSession, items: Sequence[Item]) -> list[Outcome]:
        """Take items in the caller's transaction, those of one association in their order.

        No two of them have the same key; those of one association stand together.

        Raises:
            Exception: whatever a set-based handler or the database raised; the caller rolls back
                and hands the items in one by one.
        """
        entered = items[0].association
        await session.execute(TAKING, {"association": entered})
        seen = await _known(session, items)
        outcomes = {item.key: _again(item, *seen[item.key]) for item in items if item.key in seen}
        new = [item for item in items if item.key not in seen]
        for association, own in groupby(new, key=lambda item: item.association):
            if association != entered:
                await tenancy.enter(session, Actor("system:intake", association))
                entered = association
            for kind, together in groupby(own, key=lambda item: item.declared.envelope.type):
                outcomes |= await self._handle(session, kind, list(together))
            await session.flush()
            session.expunge_all()  # what one association loaded is not there for the next
        raced = await _taken_meanwhile(session, [(item, outcomes[item.key]) for item in new])
        await _note(session, [(item, outcomes[item.key]) for item in new])
        outcomes |= raced
        return [outcomes[item.key] for item in items]

    async def _handle(
        self, session: AsyncSession, kind: str, items: Sequence[Item]
    ) -> dict[Key, Outcome]:
        """Hand items of one type on in their order; together where the handler takes many."""
        if kind in self._many:
            together = [(item.actor, item.declared) for item in items]
            found = await self._many[kind](session, together)
            return {
                item.key: own if isinstance(own, DomainError) else Accepted(own)
                for item, own in zip(items, found, strict=True)
            }
        return {item.key: await self._one_by_one(session, item) for item in items}

    async def _one_by_one(self, session: AsyncSession, item: Item) -> Outcome:
        handler = self._one[item.declared.envelope.type]
        try:
            async with session.begin_nested():
                return Accepted(await handler(session, item.actor, item.declared))
        except DomainError as refusal:
            return refusal


async def _known(
    session: AsyncSession, items: Sequence[Item]
) -> dict[Key, tuple[bytes, Sequence[UUID]]]:
    associations, sources, ids = map(list, zip(*(item.key for item in items), strict=True))
    asked = {"associations": associations, "sources": sources, "ids": ids}
    found = await session.execute(KNOWN, asked)
    return {(row.association, row.source, row.id): (row.digest, row.events) for row in found}


async def _taken_meanwhile(
    session: AsyncSession, handled: Sequence[tuple[Item, Outcome]]
) -> dict[Key, Outcome]:
    """Those refused only because the same came through another door a moment before."""
    refused = [item for item, outcome in handled if isinstance(outcome, DomainError)]
    if not refused:
        return {}
    seen = await _known(session, refused)
    return {item.key: _again(item, *seen[item.key]) for item in refused if item.key in seen}


def _again(item: Item, digest: bytes, events: Sequence[UUID]) -> Outcome:
    if digest == item.digest:
        return Accepted(events)
    return OtherData(
        mark("this id came with other data before; give a correction an id of its own")
    )


async def _note(session: AsyncSession, taken: Sequence[tuple[Item, Outcome]]) -> None:
    rows = [
        (
            *item.key,
            item.declared.envelope.type,
            item.digest,
            item.actor.id,
            item.way,
            item.kept,
            item.declared.event.puts_right(),
            f"{{{','.join(map(str, outcome.events))}}}",
        )
        for item, outcome in taken
        if isinstance(outcome, Accepted)
    ]
    if rows:
        columns = map(list, zip(*rows, strict=True))
        await session.execute(TAKEN, dict(zip(COLUMNS, columns, strict=True)))
