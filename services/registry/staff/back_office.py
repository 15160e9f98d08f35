"""H-11: on every day from today on, somebody of the back office acts for the association.

It is asked before anything changes: what is left when one appointment becomes another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which somebody acts, both included; without an end it goes on."""

    from_day: date
    until_day: date | None

    def holds(self, other: "Span") -> bool:
        """Whether every day of `other` is one of these."""
        ends_later = self.until_day is None or (
            other.until_day is not None and other.until_day <= self.until_day
        )
        return self.from_day <= other.from_day and ends_later


def cover(spans: Iterable[Span], *, today: date) -> bool:
    """Whether these days leave no gap from `today` on, for good."""
    reached = today
    for span in sorted(spans, key=lambda each: each.from_day):
        if span.from_day > reached:
            return False
        if span.until_day is None:
            return True
        reached = max(reached, span.until_day + timedelta(days=1))
    return False
