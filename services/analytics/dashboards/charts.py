"""Shapes of charts, worked out on the server: numbers for templates, no styles, no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ROW_PIXELS: Final = 46
WIDEST_PERCENT: Final = 82  # leaves room for the value behind the longest bar
SHADES: Final = 5  # q0 … q4


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: `top` in pixels, `width` in per cent of the chart."""

    label: str
    value: str
    width: str
    top: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of horizontal bars, as wide as its place; `height` in pixels."""

    rows: Sequence[Bar]
    height: int


def bars(rows: Sequence[tuple[str, str, Decimal]]) -> Bars:
    """Bars from (label, value in words, size); the largest size fills the chart."""
    largest = max((size for _, _, size in rows), default=Decimal(0)) or Decimal(1)
    return Bars(
        rows=[
            Bar(
                label=label,
                value=value,
                width=f"{float(WIDEST_PERCENT * size / largest):.1f}",
                top=number * ROW_PIXELS,
            )
            for number, (label, value, size) in enumerate(rows)
        ],
        height=ROW_PIXELS * len(rows),
    )


def shades(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Of each pair how dark its cell is, 0 to 4, in even steps up to the largest count."""
    largest = max(counts.values(), default=0)
    return {
        pair: min(SHADES - 1, (count * SHADES - 1) // largest)
        for pair, count in counts.items()
        if count
    }
