"""People with a browser that runs no scripts: they sign in, send forms, follow links in mails."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from services.chassis.working_days import is_working_day
from tests.talka import Talka, eventually

SECONDS = 60
FIELDS = ("input", "button", "textarea")
LINK = "/exchanges/i/"
CODE = re.compile(r"\b\d{6}\b")


class Person:
    """Somebody who signed in as one of the demo people, and uses interfaces and pages."""

    def __init__(self, talka: Talka, name: str) -> None:
        self.http = httpx.Client(base_url=talka.address, timeout=SECONDS, follow_redirects=True)
        people = forms_of(self.http.get("/registry/signin").text)
        mine = next(form for form in people if name in form.words)
        self.http.post(mine.action, data=mine.values).raise_for_status()

    def ask(self, path: str, **query: Any) -> Any:
        """What an interface answers."""
        answer = self.http.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def act(self, method: str, path: str, **body: Any) -> Any:
        """Do something through an interface, which must let it pass."""
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def visit(self, number: str) -> Any:
        """A visit as this person sees it now."""
        return self.ask(f"/exchanges/v1/visits/{number}")


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and the words inside it."""

    action: str
    values: dict[str, str]
    words: str


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), {}, "")
            self.found.append(self._form)
        if self._form is None or "name" not in given or tag not in FIELDS:
            return
        if given.get("type") not in ("checkbox", "radio") or "checked" in given:
            self._form.values.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._form is not None:
            self._form.words += data


def forms_of(html: str) -> list[Form]:
    """The forms of a page, in their order."""
    reader = _Forms()
    reader.feed(html)
    return reader.found


class Guest:
    """Somebody without an account, who opens the link in a mail."""

    def __init__(self, talka: Talka, link: str) -> None:
        self.path = httpx.URL(link).path
        self._address = talka.address

    def open(self) -> str:
        """The page behind the link."""
        answer = httpx.get(f"{self._address}{self.path}", timeout=SECONDS)
        assert answer.is_success, answer.text
        return answer.text

    def send(self, html: str, ending: str, **typed: str) -> str:
        """Fill in and send the form of a page whose address ends so; gives the next page."""
        form = next(form for form in forms_of(html) if form.action.endswith(ending))
        answer = httpx.post(
            f"{self._address}{form.action}",
            data=form.values | typed,
            timeout=SECONDS,
            follow_redirects=True,
        )
        assert answer.is_success, answer.text
        return answer.text


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it."""

    id: str
    to: str
    subject: str
    text: str
    calendars: list[str]

    @property
    def link(self) -> str:
        """The secret link in the mail."""
        found = re.search(r"https?://\S+/exchanges/i/[\w-]+", self.text)
        assert found, self.text
        return found[0]

    @property
    def code(self) -> str:
        """The one-time code in the mail."""
        found = CODE.search(self.text)
        assert found, self.text
        return found[0]

    @property
    def words(self) -> str:
        """All that its page in the mailbox shows."""
        return "\n".join([self.text, *self.calendars])

    def calendar(self, name: str) -> list[str]:
        """The values of a property in all calendar parts, without parameters, in their order."""
        lines = "\n".join(self.calendars).replace("\r\n ", "").replace("\r\n", "\n").split("\n")
        found = (re.match(rf"{name}(;[^:]*)?:(.*)", line) for line in lines)
        return [match[2] for match in found if match]


def letters(talka: Talka, to: str) -> list[Letter]:
    """The mails of a person, the oldest first."""
    mails = httpx.get(f"{talka.address}/mailbox.json", timeout=SECONDS).json()
    mine = [mail for mail in mails if parseaddr(mail["to"])[1] == to]
    mine.sort(key=lambda mail: mail["received_at"])
    return [Letter(m["id"], to, m["subject"], m["text"], m["calendars"]) for m in mine]


def next_letter(talka: Talka, to: str, after: int) -> Letter:
    """The mail that comes to a person who has `after` mails already."""
    eventually(f"a mail to {to}", lambda: len(letters(talka, to)) > after)
    return letters(talka, to)[after]


def codes(talka: Talka, to: str) -> list[str]:
    """The one-time codes that a person got, the oldest first; other mails may come in between."""
    mine = letters(talka, to)
    return [each.code for each in mine if LINK not in each.text and CODE.search(each.text)]


def next_code(talka: Talka, to: str, after: int) -> str:
    """The code that comes to a person who got `after` codes already."""
    eventually(f"a code for {to}", lambda: len(codes(talka, to)) > after)
    return codes(talka, to)[after]


def move_clock(talka: Talka, *, days: int = 0, hours: int = 0) -> None:
    """Let time pass in the demo."""
    for unit, amount in (("days", days), ("hours", hours)):
        if amount:
            form = {"amount": str(amount), "unit": unit}
            answer = httpx.post(f"{talka.address}/registry/demo/clock", data=form, timeout=SECONDS)
            assert answer.status_code == httpx.codes.SEE_OTHER, answer.text


def free_week(after: date) -> date:
    """The first Monday after a day whose week has no public holiday in Slovakia or Ukraine."""
    monday = after + timedelta(days=7 - after.weekday())
    while not all(
        is_working_day(monday + timedelta(days=day), country)
        for day in range(5)
        for country in ("SK", "UA")
    ):
        monday += timedelta(days=7)
    return monday


def wall(day: date, clock: str) -> str:
    """A wall time as interfaces take it."""
    return f"{day}T{clock}:00"


def instant(day: date, clock: str, zone: str) -> datetime:
    """The moment of a wall time."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
