"""Profiles that nobody confirms."""

from datetime import date

from contracts.registry import ClusterArchived, ClusterWentDormant
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.clusters.model import Cluster
from services.registry.clusters.reviving import LINKS_LAST
from services.registry.clusters.timers import archive_dormant, go_dormant
from tests.registry.builders import NOON, a_cluster, an_association, saved


async def test_go_dormant_after_twelve_months(sessions: Sessions, settings: Settings) -> None:
    old = a_cluster(state=ClusterState.PUBLISHED, confirmed_on=date(2026, 3, 15))
    fresh = a_cluster(
        state=ClusterState.PUBLISHED, confirmed_on=date(2026, 3, 16), legal_value="other"
    )
    await saved(sessions, an_association(), old, fresh)

    async with sessions.begin() as session:
        done = [await go_dormant(session, NOON, link_key=settings.link_key) for _ in range(2)]

    assert done == [1, 0]
    async with sessions() as session:
        [row] = await history.rows_of(session, str(old.id))
        kept = await session.get_one(Cluster, fresh.id)
    assert history.event_of(row) == ClusterWentDormant(
        subject=str(old.id),
        time=NOON,
        last_confirmed_day=date(2026, 3, 15),
        answer_by_at=NOON + LINKS_LAST,
    )
    assert row["association"] == "UA"
    assert kept.state is ClusterState.PUBLISHED


async def test_count_the_months_at_the_seat_of_the_association(
    sessions: Sessions, settings: Settings
) -> None:
    cluster = a_cluster(state=ClusterState.PUBLISHED, confirmed_on=date(2026, 3, 16))
    await saved(sessions, an_association(zone="Europe/Kyiv"), cluster)
    before_midnight = NOON.replace(hour=21, minute=59)  # in Kyiv it is two hours later
    after_midnight = NOON.replace(hour=22, minute=1)

    async with sessions.begin() as session:
        done = [
            await go_dormant(session, at, link_key=settings.link_key)
            for at in (before_midnight, after_midnight)
        ]

    assert done == [0, 1]


async def test_are_archived_after_twenty_four(sessions: Sessions) -> None:
    cluster = a_cluster(state=ClusterState.DORMANT, confirmed_on=date(2025, 3, 15))
    await saved(sessions, an_association(), cluster)

    async with sessions.begin() as session:
        await archive_dormant(session, NOON)

    async with sessions() as session:
        [row] = await history.rows_of(session, str(cluster.id))
    event = history.event_of(row)
    assert isinstance(event, ClusterArchived)
    assert event.archived_day == NOON.date()
