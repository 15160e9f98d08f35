"""How the command speaks: words for people go to standard error, data to standard output."""

import os
import sys
from collections.abc import Sequence

from deploy.local.faults import Fault

GREEN, RED, FAINT = "32", "31", "2"


def say(text: str = "") -> None:
    """A line for people."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201  this is the terminal


def put(text: str) -> None:
    """A line of data, for the next program."""
    print(text, flush=True)  # noqa: T201  this is the terminal


def coloured(text: str, colour: str) -> str:
    """The text in a colour, if a person looks and wants colours."""
    if not sys.stderr.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"


def tell(fault: Fault) -> None:
    """What happened, and what to type next."""
    say(f"{coloured('✗', RED)} {fault.code}  {fault.what}")
    for line in fault.advice.splitlines():
        say(f"  {line}")
    for command in fault.commands:
        say(f"    {command}")


def many(number: int, one: str, more: str = "") -> str:
    """So many of a thing; `more` is its plural where that is not the word with an s."""
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they must be; the same text in a terminal and in a pipe."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    )
    return "\n".join(lines)
