"""A figure: what a counting rule gives for one period and one cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

SMALLEST_SHOWN: Final = 5  # outside readers see smaller cells as "under 5"


@dataclass(frozen=True, slots=True)
class Cell:
    """Which facts a figure is about: all, an association's, a part's, or both."""

    association: str | None = None
    part: str | None = None

    def dimensions(self, part_name: str) -> dict[str, str]:
        """The cell as an event names it."""
        found = {"association": self.association, part_name: self.part}
        return {name: value for name, value in found.items() if value is not None}


WHOLE: Final = Cell()


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its parts; a share of nothing has no value, a hidden one says "under 5"."""

    kpi: str
    version: int
    period: str
    cell: Cell
    numerator: Decimal
    denominator: Decimal | None = None
    hidden: bool = False

    @property
    def id(self) -> UUID:
        """The same cell has the same id for ever, whatever its value."""
        cell = self.cell
        name = f"{self.kpi}/{self.version}/{self.period}/{cell.association}/{cell.part}"
        return uuid5(NAMESPACE_URL, f"talka:figure:{name}")

    @property
    def value(self) -> Decimal | None:
        """The count, or the share from 0 to 1."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None

    @property
    def size(self) -> Decimal:
        """How many things stand behind the figure: of a share its denominator."""
        return self.numerator if self.denominator is None else self.denominator


def for_outsiders(figures: Sequence[Figure]) -> list[Figure]:
    """The same figures, small cells hidden so that no difference of two tables reveals them.

    In each breakdown cells under five things are hidden; if that is a single one, the sum would
    give it away, so the next smallest is hidden with it. Totals stay.
    """
    hidden: set[UUID] = set()
    for breakdown in _breakdowns(figures):
        small = {figure.id for figure in breakdown if 0 < figure.size < SMALLEST_SHOWN}
        if len(small) == 1:
            others = [figure for figure in breakdown if figure.id not in small and figure.size]
            small |= {figure.id for figure in sorted(others, key=lambda one: one.size)[:1]}
        hidden |= small
    return [replace(figure, hidden=figure.id in hidden) for figure in figures]


def _breakdowns(figures: Sequence[Figure]) -> Iterable[list[Figure]]:
    """Cells that add up to one total: by association, by part, and by part in each association."""
    groups: dict[tuple[str, str, str | None], list[Figure]] = {}
    for figure in figures:
        association, part = figure.cell.association, figure.cell.part
        if association is not None:
            groups.setdefault((figure.kpi, "associations", part), []).append(figure)
        if part is not None:
            groups.setdefault((figure.kpi, "parts", association), []).append(figure)
    return groups.values()
