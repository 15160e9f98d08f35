"""Gives parked records another chance, or lets them go with a reason that is kept.

Both work under the lock of the subject's partitions, so that the batches of the running service
wait, and both replay what waits behind the record in order.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.consumer import Consumer
from services.chassis.errors import Conflict, NotFound
from services.chassis.guard import Batch
from services.chassis.parking import dropped, parked

LOCK: Final = text("""
  select 1 from progress where (consumer, topic, partition) in
    (select consumer, topic, partition from parked
     where consumer = :consumer and subject = :subject)
  order by topic, partition for update
""")

PASS_OVER: Final = text("""
  insert into applied (consumer, subject, sequence) values (:consumer, :subject, :sequence)
  on conflict (consumer, subject) do update
  set sequence = greatest(applied.sequence, excluded.sequence)
""")


class ParkedRecordNotFound(NotFound):
    """No record with this id is parked: it was retried or dropped meanwhile."""

    code = "TLK-E044"


class NotTheFirstOfItsSubject(Conflict):
    """An earlier event of the same subject is parked too."""

    code = "TLK-E045"


async def retry(session: AsyncSession, consumer: Consumer, subject: str) -> int:
    """Try everything parked of a subject again, oldest first; gives how many records still are."""
    await session.execute(LOCK, {"consumer": consumer.name, "subject": subject})
    batch = await Batch.open(session, consumer.name, [subject])
    await consumer.work(session, batch, await batch.take_back(subject, consumer.read))
    return batch.still_parked


async def retry_one(session: AsyncSession, consumer: Consumer, parked_id: UUID) -> int:
    """Try a parked record again, with everything of its subject; gives how many still are parked.

    Raises:
        ParkedRecordNotFound: it is not parked any more.
        Conflict: it has no subject, so it can never be applied; it can only be dropped.
    """
    row = await _parked(session, consumer, parked_id)
    if row["subject"] is None:
        raise Conflict("This record names no subject, so it can only be dropped.")
    return await retry(session, consumer, row["subject"])


async def drop(
    session: AsyncSession, consumer: Consumer, parked_id: UUID, *, why: str, actor: str
) -> int:
    """Let a record go for good; what waited behind it is applied. Gives how many still are parked.

    Raises:
        ParkedRecordNotFound: it is not parked any more.
        NotTheFirstOfItsSubject: an earlier one of its subject has to be decided first.
    """
    row = await _parked(session, consumer, parked_id)
    subject = row["subject"]
    if subject is not None:
        await session.execute(LOCK, {"consumer": consumer.name, "subject": subject})
        first = await _first(session, consumer, subject)
        if first is not None and first["id"] != parked_id:
            raise NotTheFirstOfItsSubject(
                "An earlier event of the same subject is parked. Retry or drop that one first."
            )
    kept = {column.name: row[column.name] for column in dropped.c if column.name in row}
    await session.execute(dropped.insert().values(**kept, why=why, actor=actor))
    await session.execute(parked.delete().where(parked.c.id == parked_id))
    if subject is None:
        return 0
    await _pass_over(session, consumer, subject, row["sequence"])
    return await retry(session, consumer, subject)


async def _parked(session: AsyncSession, consumer: Consumer, parked_id: UUID) -> RowMapping:
    wanted = select(parked).where(parked.c.id == parked_id, parked.c.consumer == consumer.name)
    row = (await session.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise ParkedRecordNotFound("This record is not parked any more.")
    return row


async def _first(session: AsyncSession, consumer: Consumer, subject: str) -> RowMapping | None:
    mine = (
        select(parked)
        .where(parked.c.consumer == consumer.name, parked.c.subject == subject)
        .order_by(parked.c.sequence.nulls_first(), parked.c.offset)
        .limit(1)
    )
    return (await session.execute(mine)).mappings().one_or_none()


async def _pass_over(
    session: AsyncSession, consumer: Consumer, subject: str, sequence: int | None
) -> None:
    """Count the dropped record as applied, so that its successors may follow.

    One whose sequence could not be read took the place before the first one that waits.
    """
    if sequence is None:
        first = await _first(session, consumer, subject)
        sequence = (first["sequence"] or 1) - 1 if first is not None else 0
    await session.execute(
        PASS_OVER, {"consumer": consumer.name, "subject": subject, "sequence": sequence}
    )
