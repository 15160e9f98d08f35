"""What a coordinator does on pages, found by the words on them, as people find it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.async_api import Locator, Page, expect

from tests.talka import Talka

GOALS = "Shorten changeover times in both foundries."
KOSICE, PRESOV = ("Košice", "Letná 42"), ("Prešov", "Hlavná 1")


@dataclass(frozen=True)
class Contact:
    """Somebody who gets mails: how the person is called, and in what language."""

    name: str
    mail: str
    language: str
    city: str


@dataclass(frozen=True)
class Meeting:
    """A session as it is typed into the form; without a place it is online."""

    title: str
    kind: str
    on: date
    begin: str
    end: str
    place: tuple[str, str] | None


def five_meetings(monday: date) -> list[Meeting]:
    """Monday, Tuesday and Thursday; two places, the last one online."""
    tuesday, thursday = monday + timedelta(days=1), monday + timedelta(days=3)
    return [
        Meeting("First talks", "Opening", monday, "09:00", "11:00", KOSICE),
        Meeting("Foundry tour", "Site tour", monday, "13:00", "15:00", KOSICE),
        Meeting("Tooling", "Workshop", tuesday, "09:00", "11:00", PRESOV),
        Meeting("All at one table", "Round table", tuesday, "13:00", "15:00", PRESOV),
        Meeting("Next steps", "Bilateral meeting", thursday, "09:00", "13:00", None),
    ]


async def sign_in(page: Page, talka: Talka, name: str) -> None:
    """Choose the person on the demo's sign-in page, and read on in English."""
    await page.goto(f"{talka.address}/exchanges/signin?next=/exchanges/schedule")
    await page.get_by_role("button", name=f"Act as {name}").click()
    await page.wait_for_url("**/exchanges/schedule*")
    if await page.locator(".menu-button").is_visible():
        await page.locator(".menu-button").click()
    await page.locator(".bar-foot summary").click()
    await page.get_by_role("link", name="English", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Visit schedule")


async def choose_clusters(page: Page) -> None:
    """Find who visits and who hosts in the catalogue of all six countries."""
    await page.get_by_role("link", name="Plan a visit", exact=True).first.click()
    await find_clusters(page, "agro", "Ukraine")
    await page.get_by_role("link", name=re.compile("^Visits .+")).first.click()
    await find_clusters(page, "automation", "Slovakia")
    await page.get_by_role("link", name=re.compile("^Hosts .+")).first.click()
    await expect(page.get_by_label("Title of the visit")).to_be_visible()


async def find_clusters(page: Page, words: str, country: str) -> None:
    """Filter the catalogue; every cluster that is left is of the country."""
    await page.get_by_label("Name, city or number, in any script").fill(words)
    await page.get_by_label("Country", exact=True).select_option(country)
    await page.get_by_role("button", name="Apply").click()
    others = page.locator(f"#found tbody tr:not(:has(abbr[title={country}]))")
    await expect(others).to_have_count(0)


async def fill_in_plan(page: Page, title: str, vo: Contact, ho: Contact, monday: date) -> None:
    """Say what the visit is about, who signs, and when and where its five sessions are."""
    await page.get_by_label("Title of the visit").fill(title)
    await fill_in_person(card(page, "Who signs for the visiting organisation"), vo)
    await fill_in_person(card(page, "Who signs for the host organisation"), ho)
    for row, meeting in enumerate(five_meetings(monday), start=1):
        group = page.get_by_role("group", name=f"Session {row}", exact=True)
        await fill_in_session(group, meeting)


async def fill_in_session(group: Locator, meeting: Meeting) -> None:
    await group.get_by_label("Title of the session").fill(meeting.title)
    await group.get_by_label("Kind", exact=True).select_option(meeting.kind)
    await group.get_by_label("Day", exact=True).fill(meeting.on.isoformat())
    await group.get_by_label("Starts", exact=True).fill(meeting.begin)
    await group.get_by_label("Ends", exact=True).fill(meeting.end)
    if meeting.place is None:
        await group.get_by_label("How it is held").select_option("Online")
    else:
        town, street = meeting.place
        await group.get_by_label("Town, when on site").fill(town)
        await group.get_by_label("Street and house").fill(street)


async def fill_in_person(group: Locator, person: Contact) -> None:
    await group.get_by_label("Name", exact=True).fill(person.name)
    await group.get_by_label("Mail", exact=True).fill(person.mail)
    await group.get_by_label("Language of the mails").select_option(person.language)
    await group.get_by_label("Lives by the clocks of").select_option(person.city)


async def plan(page: Page, title: str, vo: Contact, ho: Contact, monday: date) -> str:
    """From the schedule to the page of the new visit; gives its number."""
    await choose_clusters(page)
    await fill_in_plan(page, title, vo, ho, monday)
    return await send_plan(page)


async def send_plan(page: Page) -> str:
    await page.get_by_role("button", name="Plan the visit").click()
    await expect(page.locator(".note.ok")).to_contain_text("is planned")
    return page.url.split("?")[0].rpartition("/")[2]


async def invite(page: Page, people: list[Contact], until: date) -> None:
    """From the page of the visit and back to it."""
    await page.get_by_role("link", name="Invite delegates").first.click()
    await fill_in_invitation(page, people, until)
    await page.get_by_role("button", name="Send the invitations").click()
    await expect(page.locator(".note.ok")).to_contain_text("The invitations are on their way")


async def fill_in_invitation(page: Page, people: list[Contact], until: date) -> None:
    for row, person in enumerate(people, start=1):
        group = page.get_by_role("group", name=f"Person {row}", exact=True)
        await fill_in_person(group, person)
    await page.get_by_label("Day", exact=True).fill(until.isoformat())


async def draft(page: Page) -> None:
    """From the page of the visit to the text that all four sign."""
    await page.get_by_role("link", name="Draft the text").click()
    await page.get_by_label("Goals of the visit").fill(GOALS)
    await page.get_by_role("button", name="Draft the text and ask for signatures").click()
    await expect(page.locator(".paper, main")).to_contain_text(GOALS)


async def sign(page: Page, visit: str) -> None:
    """Sign for the own association, on the page of the text."""
    await page.goto(visit)
    await page.get_by_role("link", name="Read and sign").click()
    await page.get_by_role("button", name="Sign the text").click()
    await expect(page.locator(".note.ok")).to_be_visible()


def card(page: Page, title: str) -> Locator:
    """The part of a page under a title."""
    heading = page.get_by_role("heading", name=title, exact=True)
    return page.locator("section.card").filter(has=heading)


def delegate(page: Page, name: str) -> Locator:
    """The row of somebody who is invited."""
    return page.locator("#delegates").get_by_role("row", name=name)
