"""J-01, step 8: a visit that was agreed is called off, with a reason."""

from datetime import timedelta

import pytest

from tests.journeys.people import Guest, Person, instant, letters, next_letter
from tests.journeys.told import answered, figures, value
from tests.journeys.visits import KYIV, a_contact, commit, plan
from tests.stage import Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey

STORY = "cancelled"
OLENA, EVA = f"olena-{STORY}@example.org", f"eva-{STORY}@example.org"
VO, HO = f"vo-{STORY}@example.org", f"ho-{STORY}@example.org"


def test_j01_a_visit_is_cancelled(stage: Stage, zuzana: Person, oksana: Person) -> None:
    talka, monday = stage.talka, stage.a_week()

    month = f"{stage.today:%Y-%m}"
    invited_before = answered(zuzana, month)

    # A visit is planned, two people are invited, one accepts, all four sign
    number = plan(zuzana, monday, STORY)["number"]
    path = f"/exchanges/v1/visits/{number}"
    zuzana.act(
        "POST",
        f"{path}/delegates",
        people=[
            a_contact("Олена Шевчук", OLENA, "uk", KYIV),
            a_contact("Eva Krátka", EVA, "sk", "Europe/Bratislava"),
        ],
        reply_by_at=instant(monday - timedelta(days=7), "17:00", KYIV).isoformat(),
    )
    invitations = {to: next_letter(talka, to, 0) for to in (OLENA, EVA)}
    for to, answer in ((OLENA, "accepted"), (EVA, "declined")):
        guest = Guest(talka, invitations[to].link)
        guest.send(guest.open(), guest.path, answer=answer)
    commit(stage, oksana, zuzana, number, STORY)
    before = {to: len(letters(talka, to)) for to in (OLENA, EVA, VO, HO)}

    # Oksana calls it off with a reason
    cancelled = oksana.act("PUT", f"{path}/cancellation", reason="illness", note="Two fell ill.")
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "illness")

    # Everybody concerned gets METHOD:CANCEL with a higher SEQUENCE; who declined gets nothing
    for to in (OLENA, VO, HO):
        letter = next_letter(talka, to, before[to])
        assert set(letter.calendar("METHOD")) == {"CANCEL"}
        assert set(letter.calendar("SEQUENCE")) == {"1"}
        assert set(letter.calendar("STATUS")) == {"CANCELLED"}
        assert len(letter.calendar("UID")) == 5
    uids = set(letters(talka, OLENA)[before[OLENA]].calendar("UID"))
    assert uids == set(invitations[OLENA].calendar("UID"))
    assert len(letters(talka, EVA)) == before[EVA]

    # The figures do not count it: no exchange, and its invitations are left out of K-18
    eventually("analytics knows of it", lambda: _knows(zuzana, number))
    assert not value(figures(zuzana, f"{monday:%Y-%m}")["K-01"])
    assert answered(zuzana, month) == invited_before


def _knows(person: Person, number: str) -> bool:
    """The fact has been read once analytics is complete up to a moment after it."""
    told = person.ask(f"/exchanges/v1/visits/{number}/history")[0]["time"]
    figure = person.ask("/analytics/v1/figures")["figures"][0]
    return bool(figure["watermark_at"] and figure["watermark_at"] >= told)
