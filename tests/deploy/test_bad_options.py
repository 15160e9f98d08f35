"""What is typed wrongly is told by the name of the option, with what it may be."""

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.local.faults import Exit, Fault
from tests.servers import CLONE

A_FILE = str(CLONE / "contracts" / "examples" / "talka.registry.cluster.declared.v1.json")


class TestBadOptions:
    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            (["declare", A_FILE, "--service", "nowhere"], "--service nowhere.*one of registry"),
            (["declare", A_FILE, "--output", "xml"], "--output xml.*one of table, jsonl"),
            (["import", "x.csv", "--bad-rows", "x.txt"], "--bad-rows x.txt.*\n.*xlsx or .csv"),
            (["emit", "talka.registry.cluster.suspended.v1", "--topic", "no"], "no topic 'no'"),
            (["parked", "list", "--service", "nowhere"], "--service nowhere.*one of registry"),
            (["parked", "list", "--kind", "bad"], "--kind bad.*one of undecodable, schema"),
            (["parked", "list", "--topic", "no"], "no topic 'no'"),
            (["parked", "list", "--association", "XX"], "--association XX.*CZ, LT, PL"),
            (["keys", "list", "--association", "XX"], "--association XX.*CZ, LT, PL"),
            (["keys", "issue", "--association", "XX", "--name", "n"], "--association XX.*CZ"),
            (["up", "--services", "nowhere"], "--services nowhere.*one of registry"),
        ],
        ids=lambda value: " ".join(value[:4]) if isinstance(value, list) else "",
    )
    def test_are_named_with_what_they_may_be(self, typed: list[str], told: str) -> None:
        with pytest.raises(Fault, match=told) as refused:
            CliRunner().invoke(app, typed, catch_exceptions=False)

        assert refused.value.exit_code is Exit.WRONG_USE

    def test_a_port_is_one_that_can_be(self) -> None:
        done = CliRunner().invoke(app, ["up", "--port", "99999"])

        assert done.exit_code == Exit.WRONG_USE
        assert "--port" in done.output
