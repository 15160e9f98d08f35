"""J-01, steps 2 to 7: planned, invited, signed, moved, held, counted."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from deploy.local.demo_people import PEOPLE
from tests.journeys.canaries import HISTORY, TOPIC, found, written
from tests.journeys.people import (
    LINK,
    Guest,
    Letter,
    Person,
    instant,
    letters,
    next_letter,
    wall,
)
from tests.journeys.records import everything
from tests.journeys.told import answered, counted_visits, figures, value
from tests.journeys.visits import (
    BRATISLAVA,
    KYIV,
    a_contact,
    commit,
    phone_of,
    plan,
    sign_through,
)
from tests.stage import OKSANA, ZUZANA, Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey

STORY = "held"
VO, HO = (f"{who}-{STORY}@example.org" for who in ("vo", "ho"))
EVERYBODY = OLENA, PIOTR, EVA, JOHN = tuple(
    f"{who}-{STORY}@example.org" for who in ("olena", "piotr", "eva", "john")
)
NAMES = ("Олена Шевчук", "Piotr Lis", "Eva Krátka", "John Hale", "Остап Гук", "Ján Mráz")
STAFF = [w for one in PEOPLE if one.original in (ZUZANA, OKSANA) for w in (one.original, one.mail)]
WORDS = {OLENA: "5 сесій", PIOTR: "5 sesji", JOHN: "5 sessions"}


@dataclass
class Story:
    """What the steps of this story hand on to each other."""

    stage: Stage
    zuzana: Person
    oksana: Person
    monday: date
    visit: dict[str, Any] = field(default_factory=dict)
    invitations: dict[str, Letter] = field(default_factory=dict)
    invited_in: str = ""
    answered: tuple[float, float] = (0, 0)  # accepted and sent in that month, before this story

    @property
    def number(self) -> str:
        return str(self.visit["number"])

    @property
    def path(self) -> str:
        return f"/exchanges/v1/visits/{self.number}"

    def delegate(self, mail: str) -> str:
        found = next(d for d in self.zuzana.visit(self.number)["delegates"] if d["mail"] == mail)
        return str(found["participant_id"])

    def states(self) -> dict[str, str]:
        return {d["mail"]: d["state"] for d in self.zuzana.visit(self.number)["delegates"]}

    def mails(self, *people: str) -> dict[str, int]:
        return {to: len(letters(self.stage.talka, to)) for to in people}


def test_j01_a_visit_from_plan_to_figure(stage: Stage, zuzana: Person, oksana: Person) -> None:
    story = Story(stage, zuzana, oksana, monday=stage.a_week())
    she_plans_a_visit(story)
    she_invites_four_people(story)
    they_answer_without_an_account(story)
    all_four_sign(story)
    the_second_day_moves(story)
    one_delegate_is_withdrawn(story)
    the_visit_is_held(story)
    the_figures_count_it(story)
    outsiders_see_it_when_they_may(story)
    nobody_is_named_where_it_does_not_belong(story)


def she_plans_a_visit(story: Story) -> None:
    # 2. Zuzana finds the published clusters of all six countries in exchanges' own copy …
    found = {
        country: len(story.zuzana.ask("/exchanges/v1/clusters", country=country, limit=200))
        for country in ("CZ", "LT", "PL", "RO", "SK", "UA")
    }
    assert found == {"CZ": 22, "LT": 23, "PL": 45, "RO": 36, "SK": 15, "UA": 41}

    # … and plans a visit: five sessions on three days at two places, one of them online
    story.visit = plan(story.zuzana, story.monday, STORY)
    sessions = story.visit["sessions"]
    assert [session["mode"] for session in sessions] == ["on_site"] * 4 + ["online"]
    assert sessions[0]["starts"]["zone"] == BRATISLAVA


def she_invites_four_people(story: Story) -> None:
    # 3. She invites four people of the visiting side …
    story.invited_in = f"{story.stage.today:%Y-%m}"
    story.answered = answered(story.zuzana, story.invited_in)
    reply_by = instant(story.monday - timedelta(days=7), "17:00", KYIV)
    people = [
        a_contact("Олена Шевчук", OLENA, "uk", KYIV),
        a_contact("Piotr Lis", PIOTR, "pl", "Europe/Warsaw"),
        a_contact("Eva Krátka", EVA, "sk", BRATISLAVA),
        a_contact("John Hale", JOHN, "en", KYIV),
    ]
    story.zuzana.act(
        "POST", f"{story.path}/delegates", people=people, reply_by_at=reply_by.isoformat()
    )

    # … each gets one mail in the own language with right plural forms, both local times where
    # zones differ, and an iTIP REQUEST
    story.invitations = {to: next_letter(story.stage.talka, to, 0) for to in EVERYBODY}
    for to, words in WORDS.items():
        assert words in story.invitations[to].text
    for time in ("09:00", "10:00"):  # Košice and Kyiv
        assert time in story.invitations[JOHN].text
    for letter in story.invitations.values():
        assert len(letter.calendars) == 5
        assert set(letter.calendar("METHOD")) == {"REQUEST"}
        assert set(letter.calendar("SEQUENCE")) == {"0"}
        assert len(set(letter.calendar("UID"))) == 5
        assert all(Calendar.from_ical(each) for each in letter.calendars)


def they_answer_without_an_account(story: Story) -> None:
    # They answer on a page behind a secret link; one declines …
    for to, answer in ((OLENA, "accepted"), (PIOTR, "accepted"), (EVA, "declined")):
        guest = Guest(story.stage.talka, story.invitations[to].link)
        guest.send(guest.open(), guest.path, answer=answer)

    # … and one does not answer in time and lapses
    story.stage.wait_until(instant(story.monday - timedelta(days=7), "17:00", KYIV))
    eventually("John's invitation lapses", lambda: story.states()[JOHN] == "lapsed")
    answers = {OLENA: "accepted", PIOTR: "accepted", EVA: "declined", JOHN: "lapsed"}
    assert story.states() == answers


def all_four_sign(story: Story) -> None:
    # 4. VO, VOP, HO and HOP sign over the same hash: the visit is committed
    commit(story.stage, story.oksana, story.zuzana, story.number, STORY)
    visit = story.zuzana.visit(story.number)
    assert visit["state"] == "committed"
    paper = visit["commitment"]
    assert {signature["hash"] for signature in paper["signatures"]} == {paper["hash"]}

    # Each side owns its field
    assert (visit["visitor_side"], visit["host_side"]) == ("live", "verified")


def the_second_day_moves(story: Story) -> None:
    # 5. The second day moves in one act; signatures that still hold stay
    talka, mails = story.stage.talka, story.mails(*EVERYBODY, VO, HO)
    moves = second_day_to_wednesday(story)
    preview = story.zuzana.act("POST", f"{story.path}/moves/preview", moves=moves)
    assert preview["signatures_kept"] == ["vop", "hop"]
    assert preview["signatures_reopened"] == ["vo", "ho"]
    story.zuzana.act("POST", f"{story.path}/moves", moves=moves, reason="other")

    # Exactly those concerned get a mail with old and new times: same identity, SEQUENCE + 1
    moved = next_letter(talka, OLENA, mails[OLENA])
    assert set(moved.calendar("METHOD")) == {"REQUEST"}
    assert set(moved.calendar("SEQUENCE")) == {"1"}
    assert set(moved.calendar("UID")) < set(story.invitations[OLENA].calendar("UID"))
    next_letter(talka, PIOTR, mails[PIOTR])

    # The organisations sign the new dates; it is the same visit
    for to in (VO, HO):
        sign_through(story.stage, request_after(story, to, mails[to]))
    visit = story.zuzana.visit(story.number)
    assert (visit["id"], visit["state"]) == (story.visit["id"], "committed")
    assert story.mails(EVA, JOHN) == {EVA: mails[EVA], JOHN: mails[JOHN]}


def second_day_to_wednesday(story: Story) -> list[dict[str, Any]]:
    tuesday, wednesday = story.monday + timedelta(days=1), story.monday + timedelta(days=2)
    return [
        {
            "session_id": session["id"],
            "starts": wall(wednesday, session["starts"]["wall"][11:16]),
            "ends": wall(wednesday, session["ends"]["wall"][11:16]),
        }
        for session in story.visit["sessions"]
        if session["starts"]["wall"].startswith(str(tuesday))
    ]


def request_after(story: Story, to: str, count: int) -> Letter:
    """The first mail with a link among those that came after `count`."""

    def requests() -> list[Letter]:
        return [each for each in letters(story.stage.talka, to)[count:] if LINK in each.text]

    eventually(f"a request to sign for {to}", lambda: bool(requests()))
    return requests()[0]


def one_delegate_is_withdrawn(story: Story) -> None:
    # One delegate is withdrawn and gets a CANCEL of their own …
    mails = story.mails(*EVERYBODY, VO, HO)
    story.zuzana.act("DELETE", f"{story.path}/delegates/{story.delegate(PIOTR)}")
    cancelled = next_letter(story.stage.talka, PIOTR, mails[PIOTR])
    assert set(cancelled.calendar("METHOD")) == {"CANCEL"}
    assert sorted(set(cancelled.calendar("SEQUENCE"))) == ["1", "2"]

    # … nobody else gets anything
    assert story.mails(*mails) == mails | {PIOTR: mails[PIOTR] + 1}


def the_visit_is_held(story: Story) -> None:
    # 6. The host checks the delegates in, the visit starts …
    story.oksana.act("PUT", f"{story.path}/readiness")
    story.stage.wait_until(instant(story.monday, "08:00", BRATISLAVA))
    olena = story.delegate(OLENA)
    arrived = story.zuzana.act("POST", f"{story.path}/arrivals", participant_ids=[olena])
    assert arrived["state"] == "in_progress"

    # … attendance is recorded per session, the visit ends
    story.stage.wait_until(instant(story.monday + timedelta(days=3), "13:00", BRATISLAVA))
    for session in arrived["sessions"]:
        minutes = {olena: 240 if session["mode"] == "online" else 120}
        story.zuzana.act(
            "PUT", f"{story.path}/sessions/{session['id']}/attendance", minutes=minutes
        )
    eventually("it ends", lambda: story.zuzana.visit(story.number)["state"] == "ended")


def the_figures_count_it(story: Story) -> None:
    # 7. By hand: Monday 2 × 120 minutes on site are one day, Wednesday likewise, Thursday 240
    # minutes online are one; three days complete the exchange, as a hybrid one
    period = f"{story.monday:%Y-%m}"

    def counts() -> dict[str, list[dict[str, Any]]]:
        return figures(story.zuzana, period)

    eventually("it counts", lambda: value(counts()["K-01"], association="UA") == 1)
    now = counts()
    assert value(now["K-02"], association="SK") == 1
    assert value(now["K-04"], association="UA", mode="on_site") == 2
    assert value(now["K-04"], association="UA", mode="online") == 1
    assert value(now["K-05"], association="UA") == 1
    assert value(now["K-11"]) == 182

    # Two of the four invitations were accepted; they belong to the month in which they were sent
    before, after = story.answered, answered(story.zuzana, story.invited_in)
    assert (after[0] - before[0], after[1] - before[1]) == (2, 4)

    # The dashboard shows them with watermark and "How is this counted?"
    page = story.zuzana.http.get("/analytics/", params={"period": period, "lang": "en"}).text
    for words in ("K-01", "K-18", "How is this counted?", "As of"):
        assert words in page


def outsiders_see_it_when_they_may(story: Story) -> None:
    # An outside consumer sees VisitCounted on the stream, not before D-07 allows it …
    others = counted_on_the_topic(story)
    assert story.visit["id"] not in others
    earlier = counted_visits(story.stage, "begin", most=len(others)) if others else []
    assert story.visit["id"] not in [event["data"]["visit_id"] for _, event in earlier]
    story.stage.wait(days=8)
    start = earlier[-1][0] if earlier else "begin"
    [(resume, event)] = counted_visits(story.stage, start, most=1)
    assert event["data"]["visit_id"] == story.visit["id"]
    assert event["data"]["visit_class"] == "hybrid"

    # … resumes behind it without a double …
    assert counted_visits(story.stage, resume, most=1, seconds=2) == []

    # … and on the topic
    eventually("it is on the topic", lambda: story.visit["id"] in counted_on_the_topic(story))
    assert counted_on_the_topic(story) == {*others, story.visit["id"]}


def counted_on_the_topic(story: Story) -> set[str]:
    messages = everything(story.stage.kafka.bootstrap, "streams.visits")
    return {json.loads(message.value() or b"{}")["visit_id"] for message in messages}


def nobody_is_named_where_it_does_not_belong(story: Story) -> None:
    # S6: names, mail addresses and telephones stand in personal topics and their rows only …
    mails = (*EVERYBODY, VO, HO)
    words = {*NAMES, *mails, *map(phone_of, mails), *STAFF}
    texts = written(story.stage)
    assert found(words, [text for text in texts if not text.personal]) == set()

    # … where the same search finds every one of them
    for kind in (HISTORY, TOPIC):
        there = found(words, [text for text in texts if text.personal and text.kind == kind])
        assert {word for word, _ in there} == words
