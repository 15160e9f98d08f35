import json
import time
from typing import Any

import pytest
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Producer

from contracts.registry import ClusterSuspended, StaffErased
from deploy.cli import following, samples
from deploy.local.faults import Exit, Fault
from tests.deploy.command import talka


class TestStartOf:
    def test_is_the_end_unless_told(self) -> None:
        assert following.start_of(None) == OFFSET_END

    def test_is_the_beginning(self) -> None:
        assert following.start_of("begin") == OFFSET_BEGINNING

    def test_is_an_age(self) -> None:
        ago = time.time() * 1000 - following.start_of("10m")

        assert ago == pytest.approx(600_000, abs=60_000)

    def test_is_an_instant(self) -> None:
        assert following.start_of("2027-03-29T08:00:00Z") == 1_806_307_200_000

    @pytest.mark.parametrize("text", ["yesterday", "10", "10 minutes", "-5m"])
    def test_says_how_to_write_it(self, text: str) -> None:
        with pytest.raises(Fault, match="TLK-E082"):
            following.start_of(text)


class TestChosen:
    def test_leaves_persons_and_the_sandbox_out(self) -> None:
        found = following.chosen([])

        assert "exchanges.visits" in found
        assert not {"registry.staff", "exchanges.participants", "sandbox"} & set(found)

    def test_takes_what_is_named(self) -> None:
        assert following.chosen(["registry.staff"]) == ["registry.staff"]

    def test_refuses_a_topic_that_is_not_declared(self) -> None:
        with pytest.raises(Fault, match="TLK-E081"):
            following.chosen(["registry.cluster"])


class TestDocument:
    def test_shows_what_cannot_be_read_with_its_reason(self) -> None:
        raw = following.Raw("sandbox", 0, 7, None, b"\xff{", [("ce_id", None)])

        found = following.document(raw)

        assert found["fault"] == "id: the header is null"
        assert found["value"] == "\ufffd{"
        assert found["kafka"]["offset"] == 7


@pytest.mark.usefixtures("fresh_topics")
class TestOnKafka:
    def test_follows_what_was_emitted_complete_and_in_order(self, kafka: str) -> None:
        emitted = talka("emit", ClusterSuspended.type, "--n", "25", KAFKA_BOOTSTRAP=kafka)
        subject = emitted.stdout.strip()

        found = self.tail(kafka, "--key", subject)

        assert [each["sequence"] for each in found] == list(range(1, 26))
        assert {each["data"]["reason"] for each in found} == {"in liquidation"}
        assert {each["kafka"]["key"] for each in found} == {subject}

    def test_shows_tombstones_and_unreadable_records_too(self, kafka: str) -> None:
        made = samples.Samples(StaffErased.type, {})
        samples.send(made, 1, "sandbox", None, kafka)
        producer = Producer({"bootstrap.servers": kafka})
        producer.produce("sandbox", b"hello", headers=[("x", b"\xff")])
        assert producer.flush(10) == 0

        tombstone, unreadable = self.tail(kafka)

        assert "data" not in tombstone
        assert unreadable["fault"].startswith("specversion: must be 1.0")

    def test_lets_through_what_fulfils_a_condition(self, kafka: str) -> None:
        talka("emit", ClusterSuspended.type, "--n", "5", KAFKA_BOOTSTRAP=kafka)

        found = self.tail(kafka, "--where", "sequence > 3 and reason == 'in liquidation'")

        assert [each["sequence"] for each in found] == [4, 5]

    def test_begins_at_an_instant_and_shows_a_line_for_people(self, kafka: str) -> None:
        talka("emit", ClusterSuspended.type, KAFKA_BOOTSTRAP=kafka)

        done = talka("tail", "sandbox", "--from", "5m", "--until-idle", "1s", KAFKA_BOOTSTRAP=kafka)

        assert "registry.cluster.suspended.v1" in done.stdout
        assert "1 shown of 1 record." in done.stderr

    def tail(self, kafka: str, *more: str) -> list[dict[str, Any]]:
        done = talka(
            *("tail", "sandbox", "--from", "begin", "--until-idle", "1s", "-o", "jsonl", *more),
            KAFKA_BOOTSTRAP=kafka,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def test_says_that_kafka_does_not_answer() -> None:
    done = talka("tail", "--until-idle", "1s", KAFKA_BOOTSTRAP="127.0.0.1:9")

    assert done.returncode == Exit.CANNOT_CONNECT
    assert "TLK-E052" in done.stderr
    assert "talka status" in done.stderr
