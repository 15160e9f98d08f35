"""One Talka with demo data for all stories, on servers of its own; each story plans its visits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.journeys.people import Person, free_week, move_clock
from tests.servers import KafkaServer, make_kafka, make_postgres, running
from tests.talka import Talka

ZUZANA = "Zuzana Kováčová"
OKSANA = "Оксана Мельник"
MONTH = "%Y-%m"


@dataclass
class Stage:
    """Where a story plays: a running Talka, its broker, and the demo's clock."""

    talka: Talka
    kafka: KafkaServer
    ahead: timedelta = timedelta()
    booked: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        return (datetime.now(UTC) + self.ahead).date()

    def wait(self, *, days: int = 0, hours: int = 0) -> None:
        """Let time pass in the demo."""
        move_clock(self.talka, days=days, hours=hours)
        self.ahead += timedelta(days=days, hours=hours)

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until shortly after a moment."""
        left = moment - datetime.now(UTC) - self.ahead
        hours = max(0, int(left.total_seconds() // 3600) + 1)
        self.wait(days=hours // 24, hours=hours % 24)

    def a_week(self) -> date:
        """The Monday of a working week, in a month of its own: figures are counted by month."""
        monday = free_week(self.today + timedelta(days=14))
        while monday.strftime(MONTH) in self.booked or not _is_in_one_month(monday):
            monday = free_week(monday)
        self.booked.add(monday.strftime(MONTH))
        return monday


def _is_in_one_month(monday: date) -> bool:
    return monday.month == (monday + timedelta(days=4)).month


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        running(make_postgres("journey-postgres"), "journey-postgres") as postgres,
        running(make_kafka("journey-kafka"), "journey-kafka") as kafka,
    ):
        servers = {"DATABASE_URL": postgres.admin_url, "KAFKA_BOOTSTRAP": kafka.bootstrap}
        talka = Talka(tmp_path_factory.mktemp("room"), servers)
        with talka.up("--seed", "demo"):
            yield Stage(talka, kafka)


@pytest.fixture(scope="session")
def zuzana(stage: Stage) -> Iterator[Person]:
    """The coordinator of the Slovak association."""
    person = Person(stage.talka, ZUZANA)
    yield person
    person.http.close()


@pytest.fixture(scope="session")
def oksana(stage: Stage) -> Iterator[Person]:
    """The coordinator of the Ukrainian association."""
    person = Person(stage.talka, OKSANA)
    yield person
    person.http.close()
