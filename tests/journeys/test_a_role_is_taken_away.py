"""A08: a role that is taken away is gone in every service, though the session still holds."""

import re
from collections.abc import Iterator

import pytest

from deploy.local.databases import SERVICES
from tests.journeys.people import Person
from tests.stage import Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey

RUTA, TOMAS = "Rūta Kazlauskaitė", "Tomas Petrauskas"
OK, FORBIDDEN = 200, 403


@pytest.fixture
def ruta(stage: Stage) -> Iterator[Person]:
    """A coordinator who also works in the back office of the Lithuanian association."""
    person = Person(stage.talka, RUTA)
    yield person
    person.http.close()


@pytest.fixture
def tomas(stage: Stage) -> Iterator[Person]:
    """Her colleague in the back office."""
    person = Person(stage.talka, TOMAS)
    yield person
    person.http.close()


def test_a08_a_role_taken_away_is_gone_in_every_service(ruta: Person, tomas: Person) -> None:
    def doors() -> dict[str, int]:
        """What each service answers where only the back office may look."""
        return {name: ruta.http.get(f"/{name}/parked").status_code for name in SERVICES}

    # Rūta may look into the back office of all four services
    assert doors() == dict.fromkeys(SERVICES, OK)

    # Her colleague takes the role away, and nothing else; she stays signed in
    page = tomas.http.get("/registry/staff", params={"lang": "en"}).text
    row = page[page.index(RUTA) :]
    found = re.search(r"/registry/staff/([0-9a-f-]{36})/roles", row)
    assert found, "there is no way to her roles on the page"
    roles = f"/registry/v1/staff/{found[1]}/roles"
    tomas.act("PUT", roles, roles=["coordinator"], marks=[])
    try:
        # Each service refuses her as soon as the fact has come to it …
        eventually("all refuse", lambda: doors() == dict.fromkeys(SERVICES, FORBIDDEN))

        # … and still knows who she is
        for name in ("exchanges", "analytics"):
            assert ruta.http.get(f"/{name}/").status_code == OK
    finally:
        tomas.act("PUT", roles, roles=["coordinator", "back_office"], marks=[])

    # Given back, it is there again
    eventually("all open", lambda: doors() == dict.fromkeys(SERVICES, OK))
