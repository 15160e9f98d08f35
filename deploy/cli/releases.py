"""Every schema that was ever released, as git remembers: once promised is promised still."""

import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import contracts
from deploy.local.faults import Exit, Fault

CONTRACTS: Final = Path(contracts.__file__).parent
CLONE: Final = CONTRACTS.parent
FOLDER: Final = "contracts/schemas"
NO_GIT: Final = (
    "git does not tell what was released before ({why}): only what is released here was checked."
)
SHALLOW: Final = (
    "this clone is shallow: what was released before its oldest commit was not checked. "
    "Fetch the rest: git fetch --unshallow"
)

Schema = dict[str, Any]
Release = tuple[str, Schema]  # a type, and its schema as it once was


@dataclass(frozen=True, slots=True)
class Past:
    """All versions of all schemas that could be read; `gap` says what could not."""

    releases: list[Release]
    gap: str | None = None


def at(ref: str) -> list[Release]:
    """The schemas released at a commit of git.

    Raises:
        Fault: git does not know the commit, or it has no schemas.
    """
    done = _git("archive", "--format=tar", "--end-of-options", ref, FOLDER)
    if done.returncode:
        raise Fault(
            "TLK-E073",
            f"There are no released schemas at {ref!r}: {done.stderr.decode().strip()}",
            "Name a commit, branch or tag that has them:",
            f"git log --oneline -- {FOLDER}",
            exit_code=Exit.WRONG_USE,
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        files = [member for member in archive.getmembers() if member.name.endswith(".json")]
        return [(Path(file.name).stem, json.load(_opened(archive, file))) for file in files]


def ever() -> Past:
    """Every version of every schema, over all commits that lead to this one."""
    log = ("log", "--full-history", "--no-renames", "--no-abbrev", "--raw", "--format=")
    try:
        done = _git(*log, "--", FOLDER)
    except OSError as fault:
        return Past([], NO_GIT.format(why=fault.strerror))
    if done.returncode:
        return Past([], NO_GIT.format(why=done.stderr.decode().strip().partition("\n")[0]))
    found = dict(_versions(done.stdout.decode()))
    shallow = _git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    return Past(_read(found), SHALLOW if shallow else None)


def _versions(log: str) -> list[tuple[str, str]]:
    """Object and type of each line such as `:100644 100644 old new M<tab>path`, if it is there."""
    lines = [line.split("\t") for line in log.splitlines() if line.endswith(".json")]
    changes = [(change.split(), Path(path).stem) for change, path in lines]
    return [(change[3], name) for change, name in changes if change[4] != "D"]


def _read(names: dict[str, str]) -> list[Release]:
    """The objects' texts, each told by git behind a line with its size."""
    wanted = "\n".join(names).encode()
    told = io.BytesIO(_git("cat-file", "--batch", given=wanted).stdout)
    releases = []
    for name in names.values():
        size = int(told.readline().split()[2])
        releases.append((name, json.loads(told.read(size))))
        told.readline()
    return releases


def _git(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - what a person typed is one argument, never an option
        ["git", *arguments],  # noqa: S607
        cwd=CLONE,
        input=given,
        capture_output=True,
        check=False,
    )


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(member)
    assert file is not None, member.name  # noqa: S101 - only directories and links have none
    return file
