import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.catalogue import EVENTS
from contracts.registry import ClusterSuspended
from contracts.released import released_schema
from deploy.cli import promises, releases
from deploy.local.faults import Exit, Fault
from tests.deploy.command import talka


class TestList:
    def test_has_every_type_with_its_topic(self) -> None:
        done = talka("contracts", "list", "-o", "jsonl")

        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert {row["type"] for row in rows} > set(EVENTS)
        assert {"registry.clusters", "exchanges.visits"} <= {row["topic"] for row in rows}

    def test_is_a_table_for_people_and_csv_for_sheets(self) -> None:
        table = talka("contracts", "list").stdout.splitlines()
        sheet = list(csv.DictReader(talka("contracts", "list", "-o", "csv").stdout.splitlines()))

        columns = ["Type", "Topic", "Classification", "State", "Tombstone", "Summary"]
        assert table[0].split() == columns
        assert len(sheet) == len(table) - 1


class TestShow:
    def test_prints_the_schema(self) -> None:
        done = talka("contracts", "show", ClusterSuspended.type)

        assert json.loads(done.stdout) == released_schema(ClusterSuspended.type)

    def test_prints_an_example_that_can_be_posted(self) -> None:
        done = talka("contracts", "show", "talka.registry.cluster.declared.v1", "--example")

        assert json.loads(done.stdout)["specversion"] == "1.0"

    def test_says_where_the_types_are_listed(self) -> None:
        done = talka("contracts", "show", "talka.nothing")

        assert done.returncode == Exit.WRONG_USE
        assert done.stdout == ""
        assert "TLK-E074" in done.stderr
        assert "talka contracts list" in done.stderr


class TestDocs:
    def test_prints_one_asyncapi_document(self) -> None:
        done = talka("contracts", "docs", KAFKA_BOOTSTRAP="kafka.example:9092")

        document = json.loads(done.stdout)
        assert document["asyncapi"] == "3.0.0"
        assert document["servers"]["kafka"]["host"] == "kafka.example:9092"


class TestCheck:
    def test_passes_on_what_is_released(self) -> None:
        done = talka("contracts", "check")

        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert "as promised" in done.stderr

    def test_compares_with_a_commit_of_git(self) -> None:
        assert set(dict(releases.at("HEAD"))) <= set(promises.released())

    @pytest.mark.parametrize("ref", ["no-such-branch", "--output=/etc/motd"])
    def test_names_a_commit_that_there_is_not(self, ref: str) -> None:
        with pytest.raises(Fault, match="TLK-E073"):
            releases.at(ref)

    def test_h08_names_type_field_and_rule_that_would_break(self) -> None:
        older = promises.released()
        del older[ClusterSuspended.type]["properties"]["review_day"]
        older[ClusterSuspended.type]["required"] = []

        found = promises.broken(older.items())

        assert [(fault.field, fault.rule) for fault in found[ClusterSuspended.type]] == [
            ("reason", "field-now-required")
        ]


class TestRelease:
    def test_writes_what_is_new_and_what_changed_for_the_better(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(promises, "SCHEMAS", tmp_path)

        written = promises.release()

        assert written == sorted(promises.released())
        assert promises.unreleased() == []
        assert (tmp_path / f"{ClusterSuspended.type}.json").read_text().endswith("}\n")


def test_help_comes_at_once_without_loading_what_it_tells_of() -> None:
    program = "import sys, deploy.cli.app; print('pydantic' in sys.modules)"

    done = subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", program],
        cwd=releases.CLONE,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n"
