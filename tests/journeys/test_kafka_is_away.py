"""J-01, step 10: Kafka is stopped while somebody plans a visit, and comes back (P-03)."""

import json
from datetime import timedelta

import pytest

from tests.journeys.people import Person, instant, letters
from tests.journeys.visits import KYIV, a_contact, plan
from tests.stage import Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey

STORY = "away"
OLENA = f"olena-{STORY}@example.org"
SAYS_SO = "nothing goes out"


def test_j01_kafka_is_away_and_comes_back(stage: Stage, zuzana: Person) -> None:
    monday = stage.a_week()

    def invitations() -> float:
        answer = zuzana.ask("/analytics/v1/figures", period=f"{stage.today:%Y-%m}")
        [rates] = [figure["cells"] for figure in answer["figures"] if figure["code"] == "K-18"]
        return float(sum(cell["denominator"] for cell in rates if cell["cell"] == {}))

    def page() -> str:
        return zuzana.http.get("/exchanges/schedule", params={"lang": "en"}).text

    def lags() -> list[int | None]:
        told = json.loads(stage.talka("status", "--json").stdout)
        return [service["lag_events"] for service in told["services"]]

    # Kafka is stopped
    before = invitations()
    stage.kafka.stop()
    try:
        # Zuzana plans a visit and invites somebody: the write succeeds …
        number = plan(zuzana, monday, STORY)["number"]
        zuzana.act(
            "POST",
            f"/exchanges/v1/visits/{number}/delegates",
            people=[a_contact("Олена Шевчук", OLENA, "uk", KYIV)],
            reply_by_at=instant(monday - timedelta(days=7), "17:00", KYIV).isoformat(),
        )
        assert zuzana.visit(number)["delegates"][0]["state"] == "invited"

        # … and the page says since when nothing goes out
        eventually("the page says so", lambda: SAYS_SO in page())
        assert letters(stage.talka, OLENA) == []
        # … as does the command; nobody claims to have read everything
        eventually("nobody reads", lambda: all(lag is None for lag in lags()))
        away = stage.talka("status")
        assert (away.returncode, ": away since" in away.stdout) == (1, True)
    finally:
        # Kafka comes back
        stage.kafka.start()

    # Mail follows, once; the page is calm again
    eventually("the mail comes", lambda: len(letters(stage.talka, OLENA)) == 1)
    eventually("the page is calm", lambda: SAYS_SO not in page())
    eventually("everybody reads", lambda: None not in lags())
    assert "away" not in stage.talka("status").stdout

    # Figures follow, once: one invitation more in the month in which it was sent
    eventually("the figure follows", lambda: invitations() > before)
    assert invitations() == before + 1
    assert len(letters(stage.talka, OLENA)) == 1
