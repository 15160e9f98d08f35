"""The command itself: quick to start, and clear about what went wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.faults import Exit
from tests.deploy.command import CLONE, talka

HEAVY = {"fastapi", "sqlalchemy", "confluent_kafka", "aiokafka", "pydantic", "rich", "alembic"}


class TestStart:
    def test_loads_nothing_heavy_before_it_knows_what_to_do(self) -> None:
        program = "import deploy.cli.app, sys; print(*sys.modules)"

        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-c", program], cwd=CLONE, capture_output=True, text=True, check=True
        )

        assert HEAVY & set(done.stdout.split()) == set()

    def test_help_names_every_command(self) -> None:
        done = talka("--help")

        for command in ("up", "down", "status", "serve", "topics", "db", "parked", "keys", "test"):
            assert f"\n  {command} " in done.stdout


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["up", "--services", "registri"], Exit.WRONG_USE, "It is one of registry, exchanges"),
            (["up", "--seed", "some"], Exit.WRONG_USE, "It is one of demo, none"),
            (["serve", "registry", "--role", "x"], Exit.WRONG_USE, "It is one of all, web"),
            (["serve", "registry"], Exit.WRONG_USE, "TALKA_DATABASE_URL"),
            (["status"], Exit.CANNOT_CONNECT, "talka up"),
            (["down"], Exit.CANNOT_CONNECT, "talka up"),
            (
                ["db", "migrate", "--database-url", "postgresql://a:b@127.0.0.1:9/c"],
                Exit.CANNOT_CONNECT,
                "TLK-E041",
            ),
            (["nonsense"], Exit.WRONG_USE, "TLK-E121  There is no command talka nonsense."),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_say_what_is_wrong_and_end_with_their_code(
        self, tmp_path: Path, arguments: list[str], code: Exit, words: str
    ) -> None:
        done = talka(*arguments, TALKA_ROOM=str(tmp_path))

        assert (done.returncode, done.stdout) == (code, "")
        assert words in done.stderr
        assert "Traceback" not in done.stderr


class TestFrontDoor:
    def test_says_what_to_install_where_there_is_no_python(self, tmp_path: Path) -> None:
        clone = tmp_path / "clone"
        clone.mkdir()
        (clone / "talka").write_bytes((CLONE / "talka").read_bytes())
        (clone / "requirements").symlink_to(CLONE / "requirements")
        tools = tmp_path / "tools"
        tools.mkdir()
        for tool in ("bash", "dirname", "cat", "cksum"):
            (tools / tool).symlink_to(f"/usr/bin/{tool}")

        done = subprocess.run(  # noqa: S603  our own front door
            ["/usr/bin/bash", str(clone / "talka"), "up"],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 1
        assert "TLK-E011  Talka needs Python 3.11 or newer" in done.stderr
        assert "apt install python3 python3-venv" in done.stderr
