"""A flood of declarations into a register that was empty when it began (P6)."""

from datetime import UTC, datetime

from sqlalchemy import text

from contracts.event import uuid7
from services.chassis.database import Sessions
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Accepted, Item
from services.chassis.intake_reading import Reader
from services.registry.clusters.intake import registry_intake
from tests.chassis.declarations import declared
from tests.registry.members import edrpou

FROM_THEN_ON_PREPARED = 6  # executions, after which PostgreSQL would keep one plan for good
MANY = 3_000

FILL = (
    text("""
      insert into intake (association, source, id, type, digest, actor, way, events)
      select association, source, 'more/' || n, type, digest, actor, way, events
      from (select * from intake limit 1) as known, generate_series(1, :many) as n
    """),
    text("""
      insert into clusters
      select (jsonb_populate_record(known, jsonb_build_object(
        'id', gen_random_uuid(), 'number', 'more/' || n, 'ref', 'more/' || n,
        'legal_value', 'more/' || n))).*
      from (select clusters as known from clusters limit 1) as one, generate_series(1, :many) as n
    """),
)
READ = text("""
  select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
  where relname in ('clusters', 'intake')
""")


class TestFlood:
    async def test_p6_what_is_taken_later_reads_no_more_than_what_was_taken_first(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        async with app_sessions() as session:
            for n in range(FROM_THEN_ON_PREPARED):
                async with session.begin():
                    [outcome] = await registry_intake.take(session, [item(n)])
                    assert isinstance(outcome, Accepted)
            async with sessions.begin() as worker:
                for more in FILL:
                    await worker.execute(more, {"many": MANY})

            async with session.begin():
                await registry_intake.take(session, [item(MANY)])
                read = {row.relname: row[1] for row in await session.execute(READ)}

        assert set(read) == {"clusters", "intake"}
        assert max(read.values()) < FROM_THEN_ON_PREPARED * 10


def item(number: int) -> Item:
    """A declaration of a new cluster."""
    actor = Actor(f"key:{uuid7()}", "UA", frozenset({BACK_OFFICE}))
    reader = Reader(registry_intake, actor, datetime(2027, 1, 1, tzinfo=UTC))
    legal_id = edrpou(number).model_dump(mode="json")
    known = declared(f"c-{number}")
    found = reader.try_document(known | {"data": known["data"] | {"legal_id": legal_id}})
    assert isinstance(found, Item)
    return found
