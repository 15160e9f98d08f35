"""Which Chromium the browser tests drive: one that is there, Debian's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from deploy.cli.terminal import say
from deploy.local.faults import Exit, Fault

VARIABLE: Final = "TALKA_CHROMIUM"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def environment_with_chromium() -> dict[str, str]:
    """Our environment; `TALKA_CHROMIUM` names the browser, unset means Playwright's own.

    Raises:
        Fault: there is none, and none could be installed.
    """
    found = os.environ.get(VARIABLE) or _there()
    if found is None and _may_install():
        found = _from_debian()
    if found is None:
        _from_playwright()
    return os.environ | ({VARIABLE: found} if found else {})


def _there() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists()


def _from_debian() -> str | None:
    say("Installing Chromium for the browser tests …")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    return _there()


def _from_playwright() -> None:
    """Playwright keeps its own where it looks for it; a second call does nothing."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603
        raise Fault(
            "TLK-E062",
            "There is no Chromium here, and none could be installed.",
            "Install one, or name the one to use in TALKA_CHROMIUM:",
            "apt install chromium",
            exit_code=Exit.FAILED,
        )
