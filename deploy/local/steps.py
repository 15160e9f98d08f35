"""The table of steps that `talka up` shows: live in a terminal, plain lines everywhere else."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.table import Table

SAYS_AGAIN_EVERY = 10.0  # seconds, where there is no terminal to draw in


@dataclass
class Step:
    """One line: a part, what it did, how long it took."""

    name: str
    note: str = ""
    mark: str = "…"
    started: float = field(default_factory=time.monotonic)
    seconds: float | None = None

    def took(self) -> float:
        return time.monotonic() - self.started if self.seconds is None else self.seconds


class Steps:
    """Shows steps as they go on, side by side if they do."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps: list[Step] = []
        self._live: Live | None = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw while the block runs."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self._table, console=self._console, refresh_per_second=8) as live:
            self._live = live
            yield
        self._live = None

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[Step]:
        """One step; the caller sets its `note`. It is marked as failed when the block raises."""
        step = Step(name)
        self._steps.append(step)
        nudge = asyncio.create_task(self._say_again(step))
        try:
            yield step
            step.mark = "✓"
        except BaseException:
            step.mark = "✗"
            raise
        finally:
            nudge.cancel()
            step.seconds = step.took()
            if self._live is None:
                self._console.print(_line(step))

    async def _say_again(self, step: Step) -> None:
        while self._live is None:
            await asyncio.sleep(SAYS_AGAIN_EVERY)
            self._console.print(_line(step))

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(min_width=14)
        table.add_column()
        table.add_column(min_width=36)
        table.add_column(justify="right")
        for step in self._steps:
            colour = {"✓": "green", "✗": "red"}.get(step.mark, "yellow")
            mark = f"[{colour}]{step.mark}[/{colour}]"
            table.add_row(step.name, mark, step.note, f"{step.took():.1f} s")
        return table


def _line(step: Step) -> str:
    return f"{step.name:14} {step.mark} {step.note:36} {step.took():5.1f} s"
