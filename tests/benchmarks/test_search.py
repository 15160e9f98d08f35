"""R-20: search and facets at 5,000 clusters and 100,000 memberships, as one person's requests."""

import time
from collections.abc import Awaitable, Callable
from statistics import median

import pytest
from sqlalchemy import text

from services.chassis import tenancy
from services.chassis.database import Sessions
from services.registry.clusters import facets, queries
from services.registry.clusters.searching import Wanted
from tests.benchmarks.conftest import Report
from tests.registry.builders import TODAY, a_cluster, a_person, a_profile, saved

CLUSTERS = 5_000
MEMBERSHIPS = 100_000
ROUNDS = 60
GOAL_MS = 100.0

SEARCHES = {
    "everything": Wanted(),
    "a city in Latin": Wanted(text="lodz"),
    "a city in Cyrillic": Wanted(text="львів"),
    "two words": Wanted(text="lviv cluster 12"),
    "words and facets": Wanted(text="cluster", ecosystem="digital", region="UA-46"),
}

pytestmark = pytest.mark.benchmark


@pytest.fixture
def service() -> str:
    return "registry"


async def filled(sessions: Sessions) -> None:
    """One real cluster, copied with other names, places and technologies; then memberships."""
    await saved(sessions, a_cluster(profile=a_profile(), legal_value="0", number="CL-0"))
    async with sessions.begin() as session:
        columns = (
            await session.scalars(
                text(
                    "select column_name from information_schema.columns"
                    " where table_name = 'clusters' and column_name not in ('id', 'number',"
                    " 'legal_value', 'state', 'ref', 'name', 'sort_name', 'folded', 'city',"
                    " 'ecosystem', 'seat_region', 'association')"
                )
            )
        ).all()
        await session.execute(
            text(
                f"insert into clusters (id, number, legal_value, state, name, sort_name, folded,"  # noqa: S608 - columns of our own table
                f" city, ecosystem, seat_region, association, {', '.join(columns)})"
                " select gen_random_uuid(), 'CL-' || n, n::text, 'published',"
                " 'Cluster ' || n, 'cluster ' || n,"
                " 'cluster ' || n || ' '"
                " || (array['lviv lvov', 'lodz', 'brno', 'kosice'])[n % 4 + 1]"
                " || ' digital tsyfrova promyslovist skaitmenine', 'Lviv',"
                " (array['digital', 'health', 'textiles'])[n % 3 + 1],"
                " (array['UA-46', 'PL711', 'CZ064', 'SK042'])[n % 4 + 1],"
                " (array['UA', 'PL', 'CZ', 'SK'])[n % 4 + 1],"
                f" {', '.join(columns)} from clusters, generate_series(1, :many) as n"
                " where number = 'CL-0'"
            ),
            {"many": CLUSTERS},
        )
        await _with_members(session)
    async with sessions() as session:
        connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        await connection.execute(text("vacuum analyze"))


async def _with_members(session: object) -> None:
    execute: Callable[..., Awaitable[object]] = session.execute  # type: ignore[attr-defined]
    await execute(
        text(
            "insert into organisations (id, association, number, names, legal_ids, kind,"
            " size_class, place, nace, sole_trader, shared_with, lock, changed_at,"
            " sort_name, folded)"
            " select gen_random_uuid(), 'UA', 'OR-' || n, '{}', '[]', 'sme', 'small', '{}', '{}',"
            " false, '{}', 1, now(), 'o' || n, 'o' || n from generate_series(1, :many) as n"
        ),
        {"many": MEMBERSHIPS // 5},
    )
    await execute(
        text(
            "insert into memberships (id, association, cluster_id, organisation_id, kind,"
            " joined_day, lock, changed_at)"
            " select gen_random_uuid(), 'UA', c.id, o.id, 'sme', '2020-01-01', 1, now()"
            " from (select id, row_number() over () as n from clusters) c"
            " join (select id, row_number() over () as n from organisations) o"
            " on o.n % (:many / 20) = c.n % (:many / 20) and o.n <= :many / 5 limit :many"
        ),
        {"many": MEMBERSHIPS},
    )


async def test_r20_search_at_5000_clusters(sessions: Sessions, app_sessions: Sessions) -> None:
    await filled(sessions)
    actor = a_person()
    for name, wanted in SEARCHES.items():
        seconds = []
        for _ in range(ROUNDS):
            async with app_sessions.begin() as session:
                await tenancy.enter(session, actor)
                begun = time.perf_counter()
                found, _ = await queries.clusters_page(session, actor, wanted, cursor=None, size=25)
                await queries.members_of(session, found, on=TODAY)
                total = await queries.clusters_count(session, actor, wanted)
                await facets.facets_of(session, actor, wanted)
                seconds.append(time.perf_counter() - begun)
        report = Report(f"search {name} ({total} found)")
        report.line(f"median {median(seconds) * 1000:.1f} ms")
        report.times(seconds, goals_ms={95: GOAL_MS})
