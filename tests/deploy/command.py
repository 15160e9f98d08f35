"""Runs the `talka` command as a user would, in a pipe."""

import os
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).parents[2]


def talka(
    *arguments: str, typed: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `typed` is what somebody types when asked."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=CLONE,
        env=os.environ | environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
