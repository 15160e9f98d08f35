"""The servers of a deployment as containers, for `TALKA_TEST_SERVERS=containers`.

The host's port is chosen beforehand and kept, so that an address survives stop and start.
"""

import socket
import time
from collections.abc import Callable

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from testcontainers.core.container import DockerContainer

from deploy.local.kafka import silent
from deploy.local.ports import LOOPBACK

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.4.0"
PASSWORD = "talka"  # noqa: S105  lives as long as the container
START_TIMEOUT_SECONDS = 90


class ContainerServer:
    """A container that is made at the first start, and only stopped and started after that."""

    def __init__(self, container: DockerContainer, is_ready: Callable[[], bool]) -> None:
        self._container = container
        self._is_ready = is_ready
        self._made = False

    def start(self) -> None:
        if self._made:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._made = True
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                logs = self._container.get_wrapped_container().logs(tail=20).decode()
                raise TimeoutError(f"{self._container.image} did not answer in time:\n{logs}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self._made:
            self._container.get_wrapped_container().stop()

    def delete_data(self) -> None:
        self._container.stop()


class PostgresInContainer(ContainerServer):
    """The server of a deployment, with the settings that images have."""

    def __init__(self, port: int) -> None:
        self.admin_url = f"postgresql://postgres:{PASSWORD}@{LOOPBACK}:{port}/postgres"
        container = DockerContainer(POSTGRES_IMAGE, env={"POSTGRES_PASSWORD": PASSWORD})
        container.with_bind_ports(5432, port)
        super().__init__(container, self._answers)

    def _answers(self) -> bool:
        # While it makes its data the image runs a server without TCP: -h asks the final one.
        asked = self._container.exec(["pg_isready", "-q", "-h", LOOPBACK, "-U", "postgres"])
        return asked.exit_code == 0


class KafkaInContainer(ContainerServer):
    """One broker and controller, as in the compose file."""

    def __init__(self, port: int) -> None:
        self.bootstrap = f"{LOOPBACK}:{port}"
        self._port = port
        environment = {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        }
        container = DockerContainer(KAFKA_IMAGE, env=environment)
        container.with_bind_ports(9092, port)
        super().__init__(container, self._answers)

    def _answers(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self._port), timeout=1).close()
            client = AdminClient({"bootstrap.servers": self.bootstrap}, logger=silent)
            return bool(client.list_topics(timeout=5).brokers)
        except (OSError, KafkaException):
            return False
