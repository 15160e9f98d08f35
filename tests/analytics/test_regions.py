"""R-13, H-12: published clusters by region, on both bases, against tables worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.clusters import ClusterRelocated
from contracts.vocabulary import Place, PlaceKind, Region, RegionScheme
from services.analytics.kpis.counting import figures_of, regions_of
from services.analytics.kpis.definitions import kpi_of
from services.analytics.kpis.figures import WHOLE
from services.analytics.kpis.periods import Period, PeriodKind, period
from services.chassis import clock
from services.chassis.database import Sessions
from tests.analytics.cluster_stories import AssociationStory, ClusterStory
from tests.analytics.topics import forget, tell

KHARKIV, LVIV = "UA-63", "UA-46"
SEAT, WORK = PlaceKind.SEAT, PlaceKind.OPERATING
Table = dict[str, int]


def oblast(code: str) -> Place:
    region = Region(scheme=RegionScheme.ISO_3166_2, code=code)
    return Place(country="UA", region=region, settlement=code)


class MovingStory(ClusterStory):
    """A Ukrainian cluster that is published in Kharkiv on 10 January 2027."""

    def __init__(self) -> None:
        super().__init__("UA")
        self.publish(on=date(2027, 1, 10), seat=oblast(KHARKIV))

    def move(self, kind: PlaceKind, to: str, *, from_day: date, told: date) -> None:
        at = datetime.combine(told, datetime.min.time(), tzinfo=UTC)
        place = oblast(to)
        self.tell(
            ClusterRelocated(
                subject=str(self.id), time=at, kind=kind, place=place, from_day=from_day
            )
        )
        fields: dict[str, Any] = {"seat" if kind is SEAT else "operating_place": place}
        self.revise_at_once(on=told, **fields)


async def by_region(sessions: Sessions, kind: PlaceKind, of: Period | str) -> Table:
    chosen = period(of) if isinstance(of, str) else of
    async with sessions() as session:
        found = await regions_of(session, kpi_of("K-11"), chosen, kind)
    return {figure.cell.part or "": int(figure.numerator) for figure in found}


async def whole(sessions: Sessions, of: Period) -> int:
    async with sessions() as session:
        figures = await figures_of(session, kpi_of("K-11"), of)
    return next(int(each.numerator) for each in figures if each.cell == WHOLE)


def until(day: date) -> Period:
    return Period(PeriodKind.MONTH, day.replace(day=1), day)


async def test_h12_a_cluster_counts_where_it_was_on_each_day_on_both_bases(
    sessions: Sessions,
) -> None:
    cluster = MovingStory()
    cluster.move(WORK, LVIV, from_day=date(2027, 4, 1), told=date(2027, 4, 20))
    cluster.move(SEAT, LVIV, from_day=date(2027, 7, 1), told=date(2027, 7, 15))

    await tell(sessions, cluster)

    by_hand = {
        "2027-Q1": (KHARKIV, KHARKIV),
        "2027-04": (KHARKIV, LVIV),
        "2027-Q2": (KHARKIV, LVIV),
        "2027-07": (LVIV, LVIV),
        "2027": (LVIV, LVIV),
    }
    for of, (seat, work) in by_hand.items():
        assert await by_region(sessions, SEAT, of) == {seat: 1}, of
        assert await by_region(sessions, WORK, of) == {work: 1}, of
    days = [date(2027, 1, 10) + timedelta(days=n) for n in range(0, 360, 7)]
    days += [date(2027, 3, 31), date(2027, 4, 1), date(2027, 6, 30), date(2027, 7, 1)]
    for day in days:
        seat = KHARKIV if day < date(2027, 7, 1) else LVIV
        work = KHARKIV if day < date(2027, 4, 1) else LVIV
        assert await by_region(sessions, SEAT, until(day)) == {seat: 1}, day
        assert await by_region(sessions, WORK, until(day)) == {work: 1}, day
        assert await whole(sessions, until(day)) == 1, day
    assert await whole(sessions, until(date(2027, 1, 9))) == 0


async def test_h12_a_move_that_is_told_late_is_right_from_its_day_on(sessions: Sessions) -> None:
    cluster = MovingStory()
    cluster.move(SEAT, "UA-05", from_day=date(2027, 6, 1), told=date(2027, 6, 10))
    cluster.move(SEAT, LVIV, from_day=date(2027, 6, 5), told=date(2027, 7, 20))

    await tell(sessions, cluster)

    found = [
        await by_region(sessions, SEAT, until(date(2027, month, day)))
        for month, day in ((5, 31), (6, 4), (6, 5), (6, 30))
    ]
    assert found == [{KHARKIV: 1}, {"UA-05": 1}, {LVIV: 1}, {LVIV: 1}]


@pytest.mark.parametrize("association_first", [True, False])
async def test_g9_a_cluster_without_an_operating_place_works_at_its_seat_of_that_day(
    sessions: Sessions, *, association_first: bool
) -> None:
    kyiv, cluster, slovak = AssociationStory("UA"), MovingStory(), ClusterStory("SK")
    kyiv.register("Europe/Kyiv")
    cluster.move(SEAT, LVIV, from_day=date(2027, 7, 1), told=date(2027, 7, 15))
    slovak.publish(on=date(2027, 1, 10))

    await tell(sessions, *([kyiv, cluster] if association_first else [cluster, kyiv]), slovak)

    assert await by_region(sessions, WORK, "2027-06") == {KHARKIV: 1, "SK04": 1}
    assert await by_region(sessions, WORK, "2027-07") == {LVIV: 1, "SK04": 1}


async def test_h12_reading_everything_again_gives_the_same(sessions: Sessions) -> None:
    cluster = MovingStory()
    cluster.move(SEAT, LVIV, from_day=date(2027, 7, 1), told=date(2027, 7, 15))
    await tell(sessions, cluster)
    before = await by_region(sessions, SEAT, "2027-06"), await by_region(sessions, SEAT, "2027")

    await forget(sessions)
    await tell(sessions, cluster)

    after = await by_region(sessions, SEAT, "2027-06"), await by_region(sessions, SEAT, "2027")
    assert before == after == ({KHARKIV: 1}, {LVIV: 1})


async def test_r13_page_and_interface_offer_both_bases_and_name_them(
    coordinator: AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 6, 15, 12, tzinfo=UTC))
    cluster = MovingStory()
    cluster.move(WORK, LVIV, from_day=date(2027, 4, 1), told=date(2027, 4, 20))
    await tell(sessions, cluster)
    reader = coordinator

    seat = await reader.get("/analytics/figures/K-11?period=2027-04")
    work = await reader.get("/analytics/figures/K-11?period=2027-04&basis=operating")
    exchanges = await reader.get("/analytics/figures/K-01?period=2027-04&basis=operating")
    answer = (await reader.get("/analytics/v1/figures?period=2027-04")).json()

    assert ("Kharkiv" in seat.text, "Lviv" in seat.text) == (True, False)
    assert ("Kharkiv" in work.text, "Lviv" in work.text) == (False, True)
    for page in (seat, work):
        assert '<option value="operating"' in page.text
        assert "where it has its seat on that day" in page.text
        assert "where it works on that day" in page.text
        assert "Regions are those of NUTS level 2" in page.text
    assert "Regions by" not in exchanges.text
    [clusters] = [each for each in answer["figures"] if each["code"] == "K-11"]
    assert [(each["basis"], each["cells"][0]["cell"]) for each in clusters["by_region"]] == [
        ("seat", {"association": "UA", "region": KHARKIV}),
        ("operating", {"association": "UA", "region": LVIV}),
    ]


async def test_a04_small_cells_by_region_are_hidden_from_outsiders(
    analyst: AsyncClient, sessions: Sessions
) -> None:
    await tell(sessions, MovingStory())

    answer = (await analyst.get("/analytics/v1/figures?period=2027-04")).json()

    [clusters] = [each for each in answer["figures"] if each["code"] == "K-11"]
    cells = [cell for each in clusters["by_region"] for cell in each["cells"]]
    assert [cell["hidden"] for cell in cells] == [True, True]
