"""Runs the `talka` command as a user would, in a pipe."""

import os
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).parents[2]


def talka(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=CLONE,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
