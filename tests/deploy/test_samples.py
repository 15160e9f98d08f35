import json
from pathlib import Path

import pytest

from contracts.catalogue import EVENTS
from contracts.registry import ClusterSuspended
from deploy.cli.samples import Samples, fields_of, per_second
from deploy.local.faults import Exit, Fault
from tests.deploy.command import talka


class TestSamples:
    @pytest.mark.parametrize("event_type", sorted(EVENTS))
    def test_are_valid_events_of_one_new_subject(self, event_type: str) -> None:
        samples = Samples(event_type, {})

        (one, first), (two, second) = samples.at(1), samples.at(2)

        assert one.type == two.type == event_type
        assert first.subject == second.subject == samples.subject
        assert (first.sequence, second.sequence) == (1, 2)
        assert first.id != second.id

    def test_take_the_fields_that_are_given(self) -> None:
        event, _ = Samples(ClusterSuspended.type, {"reason": "fire"}).at(1)

        assert isinstance(event, ClusterSuspended)
        assert event.reason == "fire"

    def test_refuse_fields_that_break_the_contract(self) -> None:
        with pytest.raises(Fault, match=r"TLK-E085.*\n.*review_day") as refused:
            Samples(ClusterSuspended.type, {"review_day": "soon"})

        assert refused.value.exit_code == Exit.REFUSED

    def test_refuse_declarations_and_unknown_types(self) -> None:
        with pytest.raises(Fault, match="TLK-E087"):
            Samples("talka.registry.cluster.declared.v1", {})
        with pytest.raises(Fault, match="TLK-E074"):
            Samples("talka.registry.cluster.vanished.v1", {})


class TestFieldsOf:
    def test_are_none_if_none_are_given(self) -> None:
        assert fields_of(None) == {}

    def test_come_from_a_file_behind_an_at(self, tmp_path: Path) -> None:
        file = tmp_path / "fields.json"
        file.write_text('{"reason": "fire"}')

        assert fields_of(f"@{file}") == {"reason": "fire"}

    @pytest.mark.parametrize("text", ["{", "[]", "7", "@/no/such/file"])
    def test_say_what_they_should_be(self, text: str) -> None:
        with pytest.raises(Fault, match="TLK-E113"):
            fields_of(text)


class TestPerSecond:
    @pytest.mark.parametrize(("rate", "number"), [(None, None), ("10/s", 10.0), ("90/m", 1.5)])
    def test_reads_a_rate(self, rate: str | None, number: float | None) -> None:
        assert per_second(rate) == number

    @pytest.mark.parametrize("rate", ["10", "0/s", "-1/s", "fast"])
    def test_refuses_another_form(self, rate: str) -> None:
        with pytest.raises(Fault, match="TLK-E112"):
            per_second(rate)


class TestEmit:
    def test_prints_without_sending_when_it_is_dry(self) -> None:
        done = talka("emit", ClusterSuspended.type, "--n", "2", "--dry-run")

        assert [json.loads(line)["sequence"] for line in done.stdout.splitlines()] == [1, 2]

    def test_asks_for_a_word_before_a_topic_that_services_read(self) -> None:
        done = talka("emit", ClusterSuspended.type, "--topic", "registry.clusters")

        assert done.returncode == Exit.REFUSED
        assert "--yes" in done.stderr
