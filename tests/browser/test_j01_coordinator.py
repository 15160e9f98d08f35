"""J-01, steps 2 to 7, as a coordinator lives them in a window of 1440 pixels."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser import coordinator, guests
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.coordinator import Contact, delegate
from tests.journeys.people import instant, letters
from tests.stage import OKSANA, ZUZANA, Stage
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.journey]

STORY = "wide"
TITLE = "Tooling exchange in two towns"
VO = Contact("Остап Гук", f"vo-{STORY}@example.org", "Ukrainian", "Kyiv")
HO = Contact("Ján Mráz", f"ho-{STORY}@example.org", "Slovak", "Bratislava")
OLENA = Contact("Олена Шевчук", f"olena-{STORY}@example.org", "Ukrainian", "Kyiv")
PIOTR = Contact("Piotr Lis", f"piotr-{STORY}@example.org", "Polish", "Warsaw")
EVA = Contact("Eva Krátka", f"eva-{STORY}@example.org", "Slovak", "Bratislava")
JOHN = Contact("John Hale", f"john-{STORY}@example.org", "English", "Kyiv")


@dataclass
class Story:
    """What the steps of this story hand on to each other."""

    stage: Stage
    open_page: OpenPage
    monday: date
    zuzana: Page
    oksana: Page
    number: str = ""
    invited_in: str = ""
    answered: tuple[int, int] = (0, 0)  # accepted and sent in that month, before this story

    @property
    def visit(self) -> str:
        return f"{self.stage.talka.address}/exchanges/visits/{self.number}"


async def test_j01_a_coordinator_sees_a_visit_through(stage: Stage, open_page: OpenPage) -> None:
    zuzana, oksana = await open_page(), await open_page()
    story = Story(stage, open_page, stage.a_week(), zuzana, oksana)
    await she_plans_a_visit(story)
    await she_invites_four_people(story)
    await they_answer(story)
    await all_four_sign(story)
    await the_second_day_moves(story)
    await one_delegate_is_withdrawn(story)
    await the_visit_is_held(story)
    await the_dashboard_counts_it(story)


async def she_plans_a_visit(story: Story) -> None:
    # 2. Zuzana signs in, finds the clusters of all six countries …
    page = story.zuzana
    await coordinator.sign_in(page, story.stage.talka, ZUZANA)
    await assert_accessible(page)
    await coordinator.choose_clusters(page)

    # … and plans five sessions on three days at two places, one of them online
    await coordinator.fill_in_plan(page, TITLE, VO, HO, story.monday)
    await assert_accessible(page)
    story.number = await coordinator.send_plan(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    await expect(page.locator(".agenda li")).to_have_count(5)
    await expect(page.locator(".lead")).to_contain_text("Košice, Prešov")


async def she_invites_four_people(story: Story) -> None:
    # 3. She invites four people of the visiting side, each in the own language
    page, story.invited_in = story.zuzana, f"{story.stage.today:%Y-%m}"
    story.answered = await answered(story)
    await page.goto(story.visit)
    until = story.monday - timedelta(days=7)
    await coordinator.invite(page, [OLENA, PIOTR, EVA, JOHN], until)
    for person in (OLENA, PIOTR, EVA, JOHN):
        await expect(delegate(page, person.name)).to_contain_text(person.language)
        await expect(delegate(page, person.name)).to_contain_text("Waiting")
    await assert_accessible(page)

    # John's mail has the right plural form and both local times; a calendar part per session
    mail = await story.open_page()
    await guests.open_mail(mail, story.stage.talka, JOHN.mail)
    for words in ("5 sessions", "09:00", "10:00"):  # Košice and Kyiv
        await expect(mail.locator("pre").first).to_contain_text(words)
    await expect(mail.get_by_text("METHOD:REQUEST")).to_have_count(5)
    await assert_accessible(mail)


async def they_answer(story: Story) -> None:
    # They answer behind a secret link, in their language; one declines …
    talka = story.stage.talka
    olena = await story.open_page()
    await guests.open_mail(olena, talka, OLENA.mail)
    await guests.follow_link(olena)
    await expect(olena.locator("html")).to_have_attribute("lang", "uk")
    await assert_accessible(olena)
    await guests.say(olena, comes=True)
    await assert_accessible(olena)
    await guests.answer(await story.open_page(), talka, PIOTR.mail, comes=True)
    await guests.answer(await story.open_page(), talka, EVA.mail, comes=False)

    # … and one does not answer in time and lapses
    story.stage.wait_until(instant(story.monday - timedelta(days=7), "17:00", "Europe/Kyiv"))
    page = story.zuzana
    await reload_until(page, "No answer in time", where="#delegates")
    said = {OLENA: "Accepted", PIOTR: "Accepted", EVA: "Declined", JOHN: "No answer in time"}
    for person, words in said.items():
        await expect(delegate(page, person.name)).to_contain_text(words)


async def all_four_sign(story: Story) -> None:
    # 4. Zuzana drafts the text; VO and HO sign it through their links, by a code
    talka, page = story.stage.talka, story.zuzana
    await coordinator.draft(page)
    await assert_accessible(page)
    vo = await story.open_page()
    await guests.open_mail(vo, talka, VO.mail)
    await guests.follow_link(vo)
    await assert_accessible(vo)
    code = await guests.ask_for_code(vo, talka, VO.mail)
    await assert_accessible(vo)
    await guests.type_code(vo, code)
    await guests.sign_by_code(await story.open_page(), talka, HO.mail)

    # VOP signs as Oksana, HOP as Zuzana: the visit is committed
    await coordinator.sign_in(story.oksana, talka, OKSANA)
    await coordinator.sign(story.oksana, story.visit)
    await coordinator.sign(page, story.visit)
    await page.goto(story.visit)
    await expect(page.locator("#signatures .tag", has_text="Signed")).to_have_count(4)
    await expect(page.locator(".page-head .tag")).to_have_text("Agreed")
    await assert_accessible(page)


async def the_second_day_moves(story: Story) -> None:
    # 5. The second day moves: the preview says who is concerned and which signatures hold …
    page, talka = story.zuzana, story.stage.talka
    await page.get_by_role("link", name="Move", exact=True).first.click()
    await assert_accessible(page)
    whole_day = coordinator.card(page, "Move a whole day")
    await whole_day.get_by_label("Day", exact=True).select_option(index=1)
    wednesday = story.monday + timedelta(days=2)
    await whole_day.get_by_label("New day").fill(wednesday.isoformat())
    await whole_day.get_by_role("button", name="See what it means").click()
    await expect(page.locator(".diff tbody tr")).to_have_count(2)
    concerned = coordinator.card(page, "Who is concerned")
    await expect(concerned).to_contain_text("2 delegates")
    await expect(concerned.get_by_role("listitem")).to_have_text([OLENA.name, PIOTR.name])
    again, kept = coordinator.card(page, "Signatures").get_by_role("list").all_inner_texts, 2
    assert len(await again()) == kept
    await assert_accessible(page)

    # … one act moves it for a reason; the organisations sign the new dates
    before = {each.mail: len(letters(talka, each.mail)) for each in (VO, HO)}
    await page.get_by_label("One of the parties cannot").check()
    await page.get_by_role("button", name="Move and tell everybody concerned").click()
    await expect(page.locator(".page-head .tag")).to_have_text("New dates")
    for to, after in before.items():
        await guests.sign_by_code(await story.open_page(), talka, to, after=after)
    await reload_until(page, "Agreed", where=".page-head")


async def one_delegate_is_withdrawn(story: Story) -> None:
    # One delegate is withdrawn; a CANCEL of his own reaches him
    page = story.zuzana
    await page.get_by_role("link", name=f"Withdraw {PIOTR.name}").click()
    await assert_accessible(page)
    await page.get_by_role("button", name="Withdraw from the visit").click()
    await expect(delegate(page, PIOTR.name)).to_contain_text("Withdrawn")
    mail = await story.open_page()
    await guests.open_mail(mail, story.stage.talka, PIOTR.mail, saying="METHOD:CANCEL")
    await expect(mail.get_by_text("METHOD:CANCEL").first).to_be_visible()


async def the_visit_is_held(story: Story) -> None:
    # 6. Oksana says that everybody is ready; the host checks the delegates in: the visit starts
    page, oksana, stage = story.zuzana, story.oksana, story.stage
    await oksana.goto(story.visit)
    await oksana.get_by_role("button", name="Everybody is ready").click()
    await expect(oksana.locator(".page-head .tag")).to_have_text("Ready")
    stage.wait_until(instant(story.monday, "08:00", "Europe/Bratislava"))
    await page.reload()
    await page.get_by_role("link", name="Check delegates in").click()
    await expect(page.get_by_label(OLENA.name)).to_be_checked()
    await assert_accessible(page)
    await page.get_by_role("button", name="Check in").click()
    await expect(page.locator(".page-head .tag")).to_have_text("Under way")

    # Attendance is recorded per session; the visit ends
    thursday = story.monday + timedelta(days=3)
    stage.wait_until(instant(thursday, "13:00", "Europe/Bratislava"))
    await page.goto(f"{story.visit}/attendance")
    await assert_accessible(page)
    for present in range(1, 6):
        await page.get_by_role("link", name=re.compile("^Record who is present")).first.click()
        await expect(page.get_by_label(OLENA.name)).not_to_be_empty()
        await page.get_by_role("button", name="Record the list").click()
        await expect(page.get_by_text("1 present")).to_have_count(present)
    await page.goto(story.visit)
    await reload_until(page, "Report due", where=".page-head")
    await assert_accessible(page)


async def the_dashboard_counts_it(story: Story) -> None:
    # 7. The dashboard shows the figures, equal to those worked out by hand: one exchange …
    page, month = story.zuzana, f"{story.monday:%Y-%m}"
    await page.get_by_role("link", name="Analytics").click()
    await page.get_by_label("Period", exact=True).select_option(month)
    await page.get_by_role("button", name="Apply").click()
    await reload_until(page, "K-01 Exchanges completed 1", where=".kpis")
    by_hand = {"K-01": "1", "K-02": "1", "K-04": "2", "K-05": "1", "K-11": "182"}
    for code, figure in by_hand.items():
        kpi = page.locator(".kpi", has_text=code)
        await expect(kpi.locator(".value")).to_have_text(figure)
    await expect(page.locator(".lead")).to_contain_text("As of")
    await assert_accessible(page)

    # … as a table, too; and each figure says how it is counted
    await page.get_by_text("Show as table").click()
    row = page.get_by_role("row", name="Ukraine").filter(has=page.get_by_role("cell")).first
    await expect(row.get_by_role("cell").first).to_have_text("1")
    await page.locator(".kpi", has_text="K-18").get_by_role("link").click()
    await expect(page.locator("#definition")).to_contain_text("How is this counted?")
    await assert_accessible(page)

    # Two of four invitations were accepted; they belong to the month in which they were sent
    accepted, sent = await answered(story)
    assert (accepted - story.answered[0], sent - story.answered[1]) == (2, 4)


async def answered(story: Story) -> tuple[int, int]:
    """K-18 of the Ukrainian association: how many invitations were accepted, of how many."""
    page = story.zuzana
    await page.goto(f"{story.stage.talka.address}/analytics/figures/K-18?period={story.invited_in}")
    row = page.locator("tbody tr", has_text="Ukraine")
    found = re.search(r"(\d+) of (\d+)", await row.inner_text()) if await row.count() else None
    return (int(found[1]), int(found[2])) if found else (0, 0)


async def reload_until(page: Page, words: str, *, where: str) -> None:
    """What other services or timers bring about shows at one of the next looks at the page."""
    shown = page.locator(where)

    async def is_shown() -> bool:
        if words in " ".join((await shown.inner_text()).split()):
            return True
        await page.reload()
        return False

    await until(is_shown, every_seconds=0.5)
