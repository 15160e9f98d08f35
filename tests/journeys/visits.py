"""What stories have in common: a Ukrainian cluster visits a Slovak host for three days."""

import zlib
from datetime import date, timedelta
from typing import Any

from tests.journeys.people import (
    Guest,
    Letter,
    Person,
    codes,
    letters,
    next_code,
    next_letter,
    wall,
)
from tests.stage import Stage

KOSICE = {
    "country": "SK",
    "region": {"scheme": "nuts", "code": "SK042"},
    "settlement": "Košice",
    "street": "Letná 42",
}
PRESOV = KOSICE | {"settlement": "Prešov", "street": "Hlavná 1", "region": KOSICE["region"]}
BRATISLAVA, KYIV = "Europe/Bratislava", "Europe/Kyiv"


def a_contact(name: str, mail: str, language: str, zone: str) -> dict[str, Any]:
    return {
        "names": {"original": name, "preferred": name},
        "mail": mail,
        "phone": phone_of(mail),
        "language": language,
        "zone": zone,
    }


def phone_of(mail: str) -> str:
    """A telephone number that only this person has."""
    return f"+421901{zlib.crc32(mail.encode()) % 10**6:06}"


def a_session(
    title: str, day: date, begin: str, end: str, *, place: dict[str, Any] | None, kind: str
) -> dict[str, Any]:
    return {
        "title": {"en": title},
        "kind": kind,
        "mode": "on_site" if place else "online",
        "starts": wall(day, begin),
        "ends": wall(day, end),
        "zone": BRATISLAVA,
        "place": place,
    }


def five_sessions(monday: date) -> list[dict[str, Any]]:
    """Monday, Tuesday and Thursday; two places, the last one online."""
    tuesday, thursday = monday + timedelta(days=1), monday + timedelta(days=3)
    return [
        a_session("Opening", monday, "09:00", "11:00", place=KOSICE, kind="opening"),
        a_session("Foundry tour", monday, "13:00", "15:00", place=KOSICE, kind="site_tour"),
        a_session("Tooling", tuesday, "09:00", "11:00", place=PRESOV, kind="workshop"),
        a_session("Round table", tuesday, "13:00", "15:00", place=PRESOV, kind="round_table"),
        a_session("Next steps", thursday, "09:00", "13:00", place=None, kind="bilateral_meeting"),
    ]


def plan(coordinator: Person, monday: date, story: str) -> Any:
    """Plan a visit; the two organisations' contacts get the story's name into their addresses."""
    [guest, *_] = coordinator.ask("/exchanges/v1/clusters", country="UA", q="agro")
    [host, *_] = coordinator.ask("/exchanges/v1/clusters", country="SK", q="automation")
    return coordinator.act(
        "POST",
        "/exchanges/v1/visits",
        title={"en": f"Tooling exchange: {story}"},
        visiting_organisation_id=guest["cluster_id"],
        host_organisation_id=host["cluster_id"],
        visitor_contact=a_contact("Остап Гук", f"vo-{story}@example.org", "uk", KYIV),
        host_contact=a_contact("Ján Mráz", f"ho-{story}@example.org", "sk", BRATISLAVA),
        sessions=five_sessions(monday),
    )


def draft(coordinator: Person, number: str) -> Any:
    goals = {"en": "Shorten changeover times in both foundries."}
    return coordinator.act("PUT", f"/exchanges/v1/visits/{number}/commitment", goals=goals)


def sign_as(coordinator: Person, number: str, party: str) -> Any:
    """Sign for an association over the hash that the page shows."""
    shown = coordinator.visit(number)["commitment"]["hash"]
    return coordinator.act(
        "POST", f"/exchanges/v1/visits/{number}/signatures", party=party, hash=shown
    )


def sign_through(stage: Stage, request: Letter) -> str:
    """Sign for an organisation: open the link, ask for the code, read it in the mail, sign."""
    guest = Guest(stage.talka, request.link)
    before = len(codes(stage.talka, request.to))
    asked = guest.send(guest.open(), "/code")
    code = next_code(stage.talka, request.to, before)
    return guest.send(asked, "/sign", code=code)


def commit(stage: Stage, vop: Person, hop: Person, number: str, story: str) -> None:
    """All four sign the text, the organisations first."""
    before = {to: len(letters(stage.talka, f"{to}-{story}@example.org")) for to in ("vo", "ho")}
    draft(hop, number)
    for to, count in before.items():
        sign_through(stage, next_letter(stage.talka, f"{to}-{story}@example.org", count))
    sign_as(vop, number, "vop")
    sign_as(hop, number, "hop")
    for to, count in before.items():  # asked to sign, sent a code, told that it is agreed
        next_letter(stage.talka, f"{to}-{story}@example.org", count + 2)
