"""F11: PostgreSQL is killed in the middle, on a whole Talka as anybody starts it.

Its servers are its own children, each under a guardian: nobody from outside starts them again.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread, Timer

import httpx
import pytest

from deploy.local.databases import SERVICES
from deploy.local.ports import LOOPBACK, is_free
from tests.deploy.listening import listener
from tests.journeys.people import Person, free_week, instant, letters
from tests.journeys.records import everything
from tests.journeys.visits import KYIV, a_contact, plan
from tests.stage import ZUZANA
from tests.talka import Talka, eventually

pytestmark = pytest.mark.fault

PAGES = ("registry/clusters", "exchanges/schedule", "notifications/today", "analytics/")
AWAY = "The database is away for a moment"
HTML = {"Accept": "text/html"}
OLENA = "olena-killed@example.org"


class HangsUp(BaseRequestHandler):
    """Whoever connects is sent away."""


class Away:
    """PostgreSQL killed, and its port held, so that it stays away for as long as we look."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._held: TCPServer | None = None
        self._killing = Timer(0.02, self._kill)

    def begin(self) -> None:
        """Kill it beside whatever is asked of it next."""
        self._killing.start()

    def _kill(self) -> None:
        listener(self._port).kill()
        eventually("its port is free", lambda: is_free(self._port))
        self._held = Held((LOOPBACK, self._port), HangsUp)
        Thread(target=self._held.serve_forever, daemon=True).start()

    def end(self) -> None:
        self._killing.join()
        assert self._held is not None, "it was not killed"
        self._held.shutdown()
        self._held.server_close()


class Held(TCPServer):
    allow_reuse_address = True  # connections of the one that was killed linger


@pytest.fixture
def talka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talka]:
    """A Talka with demo data whose servers nobody gave it."""
    with Talka(tmp_path_factory.mktemp("room")).up("--seed", "demo") as running:
        yield running


@pytest.fixture
def zuzana(talka: Talka) -> Iterator[Person]:
    person = Person(talka, ZUZANA)
    yield person
    person.http.close()


def test_f11_nothing_is_lost_when_postgresql_is_killed(talka: Talka, zuzana: Person) -> None:
    monday = free_week(date.today() + timedelta(days=30))  # noqa: DTZ011 - any week will do
    numbers = count(1)
    taken: list[str] = []
    away = Away(talka.postgres_port)

    def plan_until_it_fails() -> None:
        while True:
            taken.append(plan(zuzana, monday, f"killed-{next(numbers)}")["number"])
            if len(taken) == 5:
                away.begin()

    # Zuzana plans visits, one after another, when PostgreSQL is killed
    with pytest.raises(AssertionError, match="TLK-E503"):
        plan_until_it_fails()

    # Every service says on its pages what is away, and to systems that it is not ready
    for page in PAGES:
        answer = zuzana.http.get(f"/{page}", params={"lang": "en"}, headers=HTML)
        assert (answer.status_code, AWAY in answer.text) == (503, True), page
        assert answer.headers["content-type"].startswith("text/html")
    assert not any(talka.is_ready(service) for service in SERVICES)

    # It is started again, and everything works
    away.end()
    eventually("all are ready", lambda: all(map(talka.is_ready, SERVICES)))
    for page in PAGES:
        assert zuzana.http.get(f"/{page}", headers=HTML).status_code == httpx.codes.OK, page

    # Whatever was answered is there, and no visit that was not, but for the one under way
    assert len(taken) >= 5
    for number in taken:
        assert zuzana.visit(number)["number"] == number
    known = zuzana.ask("/exchanges/v1/visits", limit=200)["items"]
    assert len(known) <= len(taken) + 1

    # What happens then goes on its way, once: to the mailbox …
    zuzana.act(
        "POST",
        f"/exchanges/v1/visits/{taken[0]}/delegates",
        people=[a_contact("Олена Шевчук", OLENA, "uk", KYIV)],
        reply_by_at=instant(monday - timedelta(days=7), "17:00", KYIV).isoformat(),
    )
    eventually("a mail comes", lambda: bool(letters(talka, OLENA)))
    assert len(letters(talka, OLENA)) == 1

    # … and to the topic, on which no subject has a hole or a double
    sequences = told(f"{LOOPBACK}:{talka.kafka_port}")
    assert len(sequences) == len(known)
    for subject, counted in sequences.items():
        assert counted == list(range(1, len(counted) + 1)), subject


def told(bootstrap: str) -> dict[str, list[int]]:
    """The sequences of each visit on its topic, as they lie there; a repeated chunk counts once."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for message in everything(bootstrap, "exchanges.visits"):
        headers = {name: value.decode() for name, value in message.headers()}
        found[headers["ce_subject"]][int(headers["ce_sequence"])] = None
    return {subject: list(sequences) for subject, sequences in found.items()}
