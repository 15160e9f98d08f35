"""One process holds a room; what it says of itself is believed only while it lives."""

import stat
from pathlib import Path

import pytest

from deploy.local.faults import Fault
from deploy.local.instance import AlreadyRunning, Instance, Running
from deploy.local.keyring import Keyring

RUNNING = Running(
    7, "http://localhost:1", "localhost:2", "postgresql://x", ("registry",), ready=True
)


class TestClaim:
    def test_lets_nobody_else_in(self, tmp_path: Path) -> None:
        instance = Instance(tmp_path)

        with instance.claimed(), pytest.raises(AlreadyRunning), Instance(tmp_path).claimed():
            pass

    def test_shows_what_runs(self, tmp_path: Path) -> None:
        instance = Instance(tmp_path)

        with instance.claimed():
            instance.announce(RUNNING)

            assert Instance(tmp_path).running() == RUNNING

    def test_believes_nothing_that_a_dead_process_said(self, tmp_path: Path) -> None:
        instance = Instance(tmp_path)
        with instance.claimed():
            instance.announce(RUNNING)
            left_behind = (tmp_path / "running.json").read_text()
        (tmp_path / "running.json").write_text(left_behind)

        assert instance.running() is None
        with pytest.raises(Fault, match="TLK-E002  Talka is not running here"):
            instance.must_run()


class TestKeyring:
    def test_stays_the_same(self, tmp_path: Path) -> None:
        assert Keyring.kept_in(tmp_path) == Keyring.kept_in(tmp_path)

    def test_is_for_its_owner_only(self, tmp_path: Path) -> None:
        Keyring.kept_in(tmp_path)

        assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600

    def test_gives_each_role_another_password(self) -> None:
        keyring = Keyring.new()

        assert keyring.password("registry_app") != keyring.password("registry_worker")
