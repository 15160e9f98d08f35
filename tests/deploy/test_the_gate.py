"""The gate that every change passes: `talka check`, and with it the continuous integration."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.registry import ClusterSuspended
from deploy.cli.checks import CHECKS
from deploy.local.faults import Exit
from tests.deploy.command import CLONE

SUSPENDED = f"contracts/schemas/{ClusterSuspended.type}.json"


class Copy:
    """A copy of this tree under git, to be changed as a careless colleague would."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=Colleague", "-c", "user.email=colleague@example.org")
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True, capture_output=True)  # noqa: S603, S607

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def check(self) -> "subprocess.CompletedProcess[str]":
        """What `talka check` runs of it."""
        return subprocess.run(  # noqa: S603  our own command
            [sys.executable, *CHECKS["promises"][1:]],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root), "GIT_CEILING_DIRECTORIES": "/"},
            capture_output=True,
            text=True,
            check=False,
        )

    def sneak_in_a_required_field(self) -> None:
        """Into the class, and into its released schema too, in one commit."""
        module = Path(self.root, *ClusterSuspended.__module__.split(".")).with_suffix(".py")
        declared = f'type: ClassVar[str] = "{ClusterSuspended.type}"\n'
        assert declared in module.read_text("utf-8")
        module.write_text(
            module.read_text("utf-8").replace(declared, f"{declared}    ordered_by: str\n"), "utf-8"
        )
        schema = json.loads((self.root / SUSPENDED).read_text("utf-8"))
        schema["properties"]["ordered_by"] = {"title": "Ordered By", "type": "string"}
        schema["required"] = [*schema["required"], "ordered_by"]
        (self.root / SUSPENDED).write_text(json.dumps(schema), "utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    made = Copy(tmp_path / "copy")
    for folder in ("contracts", "services", "deploy"):
        shutil.copytree(
            CLONE / folder, made.root / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    return made


class TestAFieldSneakedIn:
    def test_c03_h08_is_refused_by_name_though_the_released_file_was_changed_with_it(
        self, copy: Copy
    ) -> None:
        copy.git("init", "--quiet")
        copy.commit()
        copy.sneak_in_a_required_field()
        copy.commit()

        done = copy.check()

        assert done.returncode == Exit.REFUSED, done.stderr
        assert f"{ClusterSuspended.type}  ordered_by: field-now-required" in done.stdout

    def test_c03_is_refused_however_many_commits_came_after_it(self, copy: Copy) -> None:
        copy.git("init", "--quiet")
        copy.commit()
        copy.sneak_in_a_required_field()
        copy.commit()
        (copy.root / "contracts" / "README.md").unlink()
        copy.commit()

        assert copy.check().returncode == Exit.REFUSED


class TestWithoutAPast:
    def test_c03_a_shallow_clone_says_what_was_not_checked(self, copy: Copy) -> None:
        copy.git("init", "--quiet")
        copy.commit()
        (copy.root / "contracts" / "README.md").unlink()
        copy.commit()
        shallow = Copy(copy.root.parent / "shallow")
        copy.git("clone", "--quiet", "--depth=1", copy.root.as_uri(), str(shallow.root))

        done = shallow.check()

        assert done.returncode == 0, done.stderr
        assert "note: this clone is shallow" in done.stderr
        assert "git fetch --unshallow" in done.stderr

    def test_c03_sources_without_git_are_held_to_the_released_files(self, copy: Copy) -> None:
        kept = copy.check()
        released = (copy.root / SUSPENDED).read_text("utf-8")
        copy.sneak_in_a_required_field()
        (copy.root / SUSPENDED).write_text(released, "utf-8")

        broken = copy.check()

        assert (kept.returncode, broken.returncode) == (0, Exit.REFUSED)
        assert "note: git does not tell what was released before" in kept.stderr
