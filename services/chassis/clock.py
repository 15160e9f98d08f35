"""The clock of the domain, read at the edges only.

It is UTC time. In demo mode it can be moved forward, never back, so that a whole visit can be
lived through in one sitting; sessions, leases and the relay use real time and do not notice.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class _Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()
        self.file: Path | None = None


_clock = _Clock()


def now() -> datetime:
    """The present moment of the domain, aware, in UTC."""
    return datetime.now(UTC) + _clock.ahead


def ahead() -> timedelta:
    """How far the demo has been moved ahead of real time."""
    return _clock.ahead


def keep_in(file: Path) -> None:
    """Read how far the demo was moved, and remember further moves in `file`."""
    _clock.file = file
    _clock.ahead = timedelta(seconds=float(file.read_text())) if file.exists() else timedelta()


def advance(by: timedelta) -> None:
    """Move the demo's clock forward.

    Raises:
        ValueError: `by` is negative; facts would be recorded before their causes.
    """
    if by < timedelta():
        raise ValueError("the clock moves forward only")
    _clock.ahead += by
    if _clock.file is not None:
        _clock.file.write_text(str(_clock.ahead.total_seconds()))
