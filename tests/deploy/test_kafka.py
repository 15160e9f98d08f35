"""Our own Kafka: the same records after every end, and only the jars that were locked."""

import shutil
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

from deploy.local.faults import Fault
from deploy.local.jars import class_path, locked
from deploy.local.kafka import Kafka, jar_cache
from tests import kafka_topics
from tests.deploy.listening import listener
from tests.journeys.records import everything
from tests.ports import own_port
from tests.servers import CLONE, KafkaServer
from tests.talka import eventually
from tests.waiting import PATIENCE_SECONDS


def produce(bootstrap: str, value: str) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "log_level": 0})
    producer.produce("kept", value.encode())
    assert producer.flush(PATIENCE_SECONDS) == 0


def consume(bootstrap: str) -> str:
    eventually("the record is there", lambda: bool(everything(bootstrap, "kept")))
    [message] = everything(bootstrap, "kept")
    value = message.value()
    assert isinstance(value, bytes)
    return value.decode()


@pytest.mark.fault
class TestRecords:
    def test_are_there_after_a_stop(self, kafka_server: KafkaServer) -> None:
        kafka_topics.create(kafka_server.bootstrap, NewTopic("kept", num_partitions=1))
        produce(kafka_server.bootstrap, "kept")

        kafka_server.stop()
        kafka_server.start()

        assert consume(kafka_server.bootstrap) == "kept"

    @pytest.mark.xdist_group("kafka")
    def test_are_there_after_the_broker_was_killed(self, tmp_path: Path) -> None:
        kafka = Kafka(tmp_path, own_port(), own_port(), jars=jar_cache(CLONE))
        kafka.start()
        kafka_topics.create(kafka.bootstrap, NewTopic("kept", num_partitions=1))
        produce(kafka.bootstrap, "kept")

        listener(kafka.port).kill()
        kafka.stop()
        kafka.start()

        assert consume(kafka.bootstrap) == "kept"
        kafka.stop()


class TestJars:
    def test_are_locked_with_their_hashes_and_no_address(self) -> None:
        text = (CLONE / "deploy" / "local" / "jgo.lock.toml").read_text()

        assert all(len(jar.sha256) == 64 for jar in locked())
        assert "://" not in text

    @pytest.mark.journey
    @pytest.mark.xdist_group("kafka")  # where the jars are fetched
    def test_that_are_spoilt_are_not_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class_path(jar_cache(CLONE))
        cache = tmp_path / "jars"
        shutil.copytree(jar_cache(CLONE), cache)
        spoilt = cache / locked()[0].path
        spoilt.write_bytes(b"somebody else's code")
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

        with pytest.raises(Fault, match="TLK-E031"):
            class_path(cache)
