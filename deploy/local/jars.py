"""The jars of Apache Kafka: exactly those of `jgo.lock.toml`, checked by SHA-256 at every start."""

import hashlib
import os
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.faults import Exit, Fault

LOCK = Path(__file__).with_name("jgo.lock.toml")
TIMEOUT_SECONDS = 120
THREADS = 8


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked file; lies in the cache under the path that Maven would give it."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def path(self) -> Path:
        name = f"{self.artifact}-{self.version}.jar"
        return Path(*self.group.split("."), self.artifact, self.version, name)


def locked() -> list[Jar]:
    """The jars of the lock file, in its order."""
    entries = tomllib.loads(LOCK.read_text())["dependencies"]
    return [
        Jar(entry["groupId"], entry["artifactId"], entry["version"], entry["sha256"])
        for entry in entries
    ]


def class_path(cache: Path) -> str:
    """Java's class path with every jar in place; fetches what is missing or spoilt.

    Raises:
        Fault: a jar cannot be fetched, or is not the one that was locked.
    """
    jars = locked()
    missing = [jar for jar in jars if not _is_sound(cache, jar)]
    if missing:
        _fetch(cache, missing)
    return os.pathsep.join(str(cache / jar.path) for jar in jars)


def _is_sound(cache: Path, jar: Jar) -> bool:
    file = cache / jar.path
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == jar.sha256


def _fetch(cache: Path, missing: list[Jar]) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415  costs 0.7 s, needed once in a clone's life

    context = MavenContext(repo_cache=cache, timeout=TIMEOUT_SECONDS)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda jar: _fetch_one(context, cache, jar), missing))
    except (OSError, RuntimeError) as fault:  # requests' errors are OSErrors
        raise Fault(
            "TLK-E031",
            f"A jar of Apache Kafka could not be fetched: {fault}",
            "The first start needs the network once. Look at the connection, then start again:",
            "talka up",
            exit_code=Exit.CANNOT_CONNECT,
        ) from fault


def _fetch_one(context: Any, cache: Path, jar: Jar) -> None:
    (cache / jar.path).unlink(missing_ok=True)
    context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    if not _is_sound(cache, jar):
        raise Fault(
            "TLK-E032",
            f"{jar.path.name} is not the file that was locked: its SHA-256 differs.",
            "Something between here and the repository changes files. "
            "Nothing was started; remove the file and try from another network:",
            f"rm {cache / jar.path}",
            exit_code=Exit.REFUSED,
        )
