from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.analytics.dashboards.charts import bars, shades
from services.analytics.kpis.figures import Cell, Figure, for_outsiders


def a_figure(
    count: int,
    association: str | None = None,
    *,
    out_of: int | None = None,
    part: str | None = None,
) -> Figure:
    return Figure(
        kpi="K-18" if out_of is not None else "K-01",
        version=1,
        period="2027",
        cell=Cell(association, part),
        numerator=Decimal(count),
        denominator=None if out_of is None else Decimal(out_of),
    )


def hidden(figures: list[Figure]) -> set[Cell]:
    return {figure.cell for figure in for_outsiders(figures) if figure.hidden}


class TestA04SmallCells:
    def test_a04_cells_under_five_are_hidden_and_totals_stay(self) -> None:
        figures = [a_figure(11), a_figure(3, "CZ"), a_figure(2, "SK"), a_figure(6, "UA")]

        assert hidden(figures) == {Cell("CZ"), Cell("SK")}

    def test_a04_a_single_small_cell_takes_the_next_smallest_with_it(self) -> None:
        figures = [a_figure(25), a_figure(3, "CZ"), a_figure(9, "SK"), a_figure(13, "UA")]

        assert hidden(figures) == {Cell("CZ"), Cell("SK")}

    def test_a04_a_cell_of_nothing_gives_nothing_away(self) -> None:
        figures = [a_figure(19), a_figure(0, "CZ"), a_figure(9, "SK"), a_figure(10, "UA")]

        assert hidden(figures) == set()

    def test_a04_a_share_is_small_when_its_denominator_is(self) -> None:
        figures = [
            a_figure(4, "CZ", out_of=4),
            a_figure(1, "SK", out_of=40),
            a_figure(0, "UA", out_of=3),
        ]

        assert hidden(figures) == {Cell("CZ"), Cell("UA")}

    def test_a04_parts_of_one_association_are_a_breakdown_of_their_own(self) -> None:
        figures = [
            a_figure(20, "UA"),
            a_figure(17, "UA", part="physical"),
            a_figure(3, "UA", part="virtual"),
            a_figure(30, "SK"),
            a_figure(30, "SK", part="physical"),
            a_figure(5, "SK", part="virtual"),
        ]

        assert Cell("UA", "physical") in hidden(figures)
        assert Cell("UA", "virtual") in hidden(figures)

    @given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
    def test_a04_no_breakdown_hides_a_single_cell(self, counts: list[int]) -> None:
        associations = ["CZ", "LT", "PL", "RO", "SK", "UA"]
        figures = [a_figure(count, of) for count, of in zip(counts, associations, strict=False)]
        shown = [figure for figure in for_outsiders(figures) if not figure.hidden]

        assert all(figure.numerator == 0 or figure.numerator >= 5 for figure in shown)
        filled = [figure for figure in figures if figure.numerator]
        assert len(hidden(figures)) != 1 or len(filled) == 1


class TestCharts:
    def test_the_longest_bar_leaves_room_for_its_value(self) -> None:
        chart = bars([("Ukraine", "4", Decimal(4)), ("Slovakia", "1", Decimal(1))])

        assert [bar.width for bar in chart.rows] == ["82.0", "20.5"]
        assert chart.height == 92

    def test_nothing_at_all_is_a_chart_of_empty_bars(self) -> None:
        assert [bar.width for bar in bars([("Ukraine", "0", Decimal(0))]).rows] == ["0.0"]

    def test_shades_rise_with_the_count_and_the_largest_is_the_darkest(self) -> None:
        found = shades({("CZ", "SK"): 1, ("UA", "SK"): 10, ("LT", "PL"): 5, ("PL", "LT"): 0})

        assert found == {("CZ", "SK"): 0, ("UA", "SK"): 4, ("LT", "PL"): 2}
