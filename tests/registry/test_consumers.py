"""The registry follows its own staff: what it decided opens doors once the event has come back."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import RowMapping, select

from contracts.envelope import to_headers
from services.chassis import history
from services.chassis.clock import now
from services.chassis.database import Sessions
from services.chassis.errors import NotSignedIn
from services.chassis.keys import Keys
from services.chassis.received import Record
from services.registry.copies.consumers import registry_consumer
from services.registry.staff.key_commands import issue_key, revoke_key
from tests.registry.builders import LESIA, a_member, a_person, saved


def record(row: RowMapping, offset: int) -> Record:
    return Record(
        topic=row["topic"],
        partition=0,
        offset=offset,
        key=row["subject"].encode(),
        value=row["data"],
        headers=tuple(to_headers(history.envelope_of(row))),
        timestamp_ms=0,
    )


async def bring_back(sessions: Sessions) -> None:
    """Hand the consumer the whole history, as Kafka would."""
    table = history.history
    async with sessions.begin() as session:
        rows = (await session.execute(select(table).order_by(table.c.position))).mappings()
        await registry_consumer.apply(session, list(map(record, rows, count())))


async def test_a_key_opens_until_it_is_revoked(sessions: Sessions) -> None:
    await saved(sessions, a_member(LESIA))
    keys = Keys(sessions, "registry", remember_seconds=0)
    async with sessions.begin() as session:
        key, secret = await issue_key(
            session,
            a_person(),
            name="ERP",
            owner_id=LESIA,
            scopes=frozenset({"declarations:write"}),
            services=frozenset({"registry"}),
            expires_at=now() + timedelta(days=9),
            at=now(),
        )

    with pytest.raises(NotSignedIn):  # its event is still under way
        await keys.actor(f"Bearer {secret}")
    await bring_back(sessions)
    actor = await keys.actor(f"Bearer {secret}")

    assert (actor.id, actor.association) == (f"key:{key.id}", "UA")

    async with sessions.begin() as session:
        await revoke_key(session, a_person(), key_id=key.id, at=now())
    await bring_back(sessions)  # from the beginning: a redelivery changes nothing
    with pytest.raises(NotSignedIn):
        await keys.actor(f"Bearer {secret}")
