"""`talka check` and `talka test`: what a change must pass, the same everywhere."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import typer

from deploy.cli.terminal import GREEN, RED, coloured, say
from deploy.local.faults import Fault

CLONE: Final = Path(__file__).parents[2]
BIN: Final = Path(sys.executable).parent
HANDED_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True}

CHECKS: Final = {
    "format": ["ruff", "format", "--check", "--quiet"],
    "ruff": ["ruff", "check", "--quiet"],
    "types": ["mypy", "--no-error-summary"],
    "boundaries": ["lint-imports", "--no-logo"],
    "spelling": ["codespell"],
    "promises": ["python", "-m", "deploy.cli", "contracts", "check"],
}


def check() -> None:
    """Check format, rules, types, boundaries, spelling, and that promised events are kept."""
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        raise Fault(
            "TLK-E061",
            f"Not in order: {', '.join(failed)}.",
            "What is wrong stands above. Format and the simple rules mend themselves:",
            ".venv/bin/ruff format && .venv/bin/ruff check --fix",
        )


def test(context: typer.Context) -> None:
    """Check everything, then run all tests; further arguments go to pytest."""
    from deploy.cli.browser import environment_with_chromium  # noqa: PLC0415

    check()
    environment = environment_with_chromium()
    workers = str((os.cpu_count() or 1) + 1)  # one of them always waits for a server
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup"]
    command += ["-m", "not benchmark", *context.args]
    done = subprocess.run(command, cwd=CLONE, env=environment, check=False)  # noqa: S603
    raise typer.Exit(done.returncode)


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603  a tool of our own .venv
        [str(BIN / command[0]), *command[1:]],
        cwd=CLONE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    mark = coloured("✓", GREEN) if passed else coloured("✗", RED)
    say(f"{name:12} {mark} {time.monotonic() - started:5.1f} s")
    lines = done.stdout.splitlines()
    for line in lines if not passed else [each for each in lines if each.startswith("note:")]:
        say(line)
    return passed
