"""Declarations over Kafka: topics `intake.<service>.<association>`, the same intake and faults.

Whose declaration it is says the topic, never the record: a consumer cannot see who produced it.
What became of each is told on `intake.outcomes.<association>`, in the transaction of the effect
and of the position, so every record is answered once; a broken one does not stop its neighbours.
"""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.intake import DeclarationAccepted, DeclarationFault, DeclarationRefused
from contracts.vocabulary import COUNTRIES
from services.chassis import clock, guard, history, intake_refused, problems, tenancy
from services.chassis.database import is_transient
from services.chassis.errors import DomainError, Invalid, NotAllowed
from services.chassis.faults import mark
from services.chassis.guard import Position
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Accepted, Intake, Item, Key, Outcome, Way
from services.chassis.intake_reading import Reader
from services.chassis.intake_refused import Refused
from services.chassis.logs import log
from services.chassis.reading import read_json
from services.chassis.received import Record
from services.chassis.refusals import BadRequest, Failed

TOGETHER: Final = 200  # records of one transaction
TRIES: Final = 3
ID_SIGNS: Final = 128
SOURCE_SIGNS: Final = 256

# An id is chosen by whoever posts. One that is an aggregate's would take a number in its sequence,
# and everybody who follows the aggregate would wait for an event that never comes.
SUBJECT: Final = text("select outcome_subject(:id, :source)")


class NotOverKafka(NotAllowed):
    """Personal data stay out of intake topics, which keep what they were sent."""

    code = "TLK-D030"
    title = "Not over Kafka"


class KafkaDoor:
    """The consumer of one service's intake topics, under a stored name of its own."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.name = f"{intake.service}-intake"
        self._associations = {topic_of(intake.service, each): each for each in COUNTRIES}

    @property
    def topics(self) -> list[str]:
        """One topic for each association."""
        return sorted(self._associations)

    async def apply(
        self,
        session: AsyncSession,
        records: Sequence[Record],
        *,
        accepted: Collection[Position] = (),
    ) -> None:
        """Take one batch in the caller's transaction, and answer each of its records.

        Raises:
            Jumped: the batch begins above a stored position; the caller seeks back.
            DBAPIError: a transient one (`is_transient`); the caller waits and tries again.
        """
        new = await guard.advance(session, self.name, records, accepted=accepted)
        by_topic = sorted(new, key=lambda record: record.topic)  # order inside a topic stays
        for topic, own in groupby(by_topic, key=lambda record: record.topic):
            await self._take(session, self._associations[topic], list(own))

    async def _take(
        self, session: AsyncSession, association: str, records: Sequence[Record]
    ) -> None:
        actor = Actor(f"kafka:{association}", association, frozenset({BACK_OFFICE}))
        reader = Reader(self._intake, actor, clock.now(), Way.KAFKA)
        found = [self._read(reader, record) for record in records]
        outcomes: dict[int, Outcome] = {
            at: each for at, each in enumerate(found) if isinstance(each, DomainError)
        }
        items = {at: each for at, each in enumerate(found) if isinstance(each, Item)}
        for group in _without_repeats(items):
            taken = await self._together(session, [items[at] for at in group])
            outcomes |= dict(zip(group, taken, strict=True))
        await tenancy.enter(session, actor)
        refusals = [
            Refused(_envelope_of(records[at]), each)
            for at, each in sorted(outcomes.items())
            if isinstance(each, DomainError)
        ]
        await intake_refused.keep(session, actor, Way.KAFKA, refusals, at=reader.now)
        for at, record in enumerate(records):
            await _tell(session, actor, record, outcomes[at])
        log.info("declarations taken", items=len(records), accepted=len(records) - len(refusals))

    def _read(self, reader: Reader, record: Record) -> Item | DomainError:
        try:
            attributes, data = _parts(record)
            item = reader.read(attributes, data)
            self._refuse_personal(item)
        except DomainError as refusal:
            return refusal
        return item

    def _refuse_personal(self, item: Item) -> None:
        if item.declared.event.about_a_person():
            raise NotOverKafka(
                mark("personal data are not taken over Kafka: post this to /{service}/v1/events"),
                service=self._intake.service,
            )

    async def _together(self, session: AsyncSession, items: Sequence[Item]) -> list[Outcome]:
        try:
            async with session.begin_nested():
                return await self._intake.take(session, items)
        except Exception as fault:  # whoever is at fault, the neighbours go on
            if is_transient(fault):
                raise
            log.info("declarations taken one by one", why=type(fault).__name__)
        return [await self._alone(session, item) for item in items]

    async def _alone(self, session: AsyncSession, item: Item) -> Outcome:
        """Take one item; what fails for good is this item's alone."""
        last: Exception | None = None
        for _ in range(TRIES):
            try:
                async with session.begin_nested():
                    [outcome] = await self._intake.take(session, [item])
            except DomainError as refusal:
                return refusal
            except Exception as fault:  # whoever is at fault, the neighbours go on
                if is_transient(fault):
                    raise
                last = fault
            else:
                return outcome
        foreseen = problems.foreseen(last) if last is not None else None
        if foreseen is None:
            log.error("declaration failed", type=item.declared.envelope.type, exc_info=last)
            return Failed(mark("nobody foresaw this; report it with the trace id below"))
        return foreseen


def topic_of(service: str, association: str) -> str:
    """Where the association posts declarations for a service."""
    return f"intake.{service}.{association.lower()}"


def _parts(record: Record) -> tuple[dict[str, Any], Any]:
    """Envelope and data of a record in binary or structured mode, nothing of it checked yet.

    Raises:
        BadRequest: there is nothing, or what is there cannot be read.
    """
    if record.value is None:
        raise BadRequest(mark("a declaration is an object in braces"))
    posted = read_json(record.value)
    headers = _headers_of(record)
    if headers:
        return {name: _text(value) for name, value in headers.items()}, posted
    if not isinstance(posted, dict):
        raise BadRequest(mark("a declaration is an object in braces"))
    return {name: value for name, value in posted.items() if name != "data"}, posted.get("data")


def _headers_of(record: Record) -> dict[str, bytes]:
    """The attributes of a record in binary mode; none in structured mode."""
    headers = {name: value or b"" for name, value in record.headers}
    if "ce_specversion" not in headers and "ce_id" not in headers:
        return {}
    return {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}


def _envelope_of(record: Record) -> dict[str, Any]:
    """The attributes of a record, as far as they can be read, also where its data cannot."""
    headers = _headers_of(record)
    if headers:
        return {name: value.decode(errors="replace") for name, value in headers.items()}
    try:
        return _parts(record)[0]
    except DomainError:
        return {}


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise BadRequest(mark("a number is too large, or a text is not Unicode")) from None


def _without_repeats(items: dict[int, Item]) -> list[list[int]]:
    """The places of the items, in their order, in groups in which no id stands twice."""
    groups: list[list[int]] = [[]]
    keys: set[Key] = set()
    for at, item in items.items():
        if item.key in keys:
            groups.append([])
            keys.clear()
        groups[-1].append(at)
        keys.add(item.key)
    return [group for group in groups if group]


async def _tell(session: AsyncSession, actor: Actor, record: Record, outcome: Outcome) -> None:
    """Answer one record on the association's topic of outcomes."""
    named, source = _named(record)
    subject = await session.scalar(SUBJECT, {"id": named, "source": source})
    common: dict[str, Any] = {"subject": subject, "time": clock.now(), "source": source}
    event: DeclarationAccepted | DeclarationRefused
    if isinstance(outcome, Accepted):
        event = DeclarationAccepted(**common, events=tuple(outcome.events))
    else:
        event = DeclarationRefused(**common, faults=faults_told(outcome))
    await history.record(session, event, actor=actor)


def faults_told(refusal: DomainError) -> tuple[DeclarationFault, ...]:
    """Every fault of a refusal, without the values that were sent."""
    found = refusal.faults if isinstance(refusal, Invalid) else []
    if not found:
        return (DeclarationFault(pointer="", code=refusal.code),)
    return tuple(DeclarationFault(pointer=f.pointer, code=f.code, rule=f.rule) for f in found)


def _named(record: Record) -> tuple[str, str]:
    """The id and the source by which the poster recognises the declaration."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    attributes = _envelope_of(record)
    named, source = attributes.get("id"), attributes.get("source")
    fits = isinstance(named, str) and 0 < len(named) <= ID_SIGNS and named.isprintable()
    can_be_kept = isinstance(source, str) and source.isprintable()
    return (str(named) if fits else place), (str(source)[:SOURCE_SIGNS] if can_be_kept else "")
