"""What people without an account do: read a mail in the mailbox, follow its link, answer, sign."""

from playwright.async_api import Page, expect

from tests.journeys.people import letters
from tests.talka import Talka, eventually

LINK = "/exchanges/i/"


async def open_mail(page: Page, talka: Talka, to: str, saying: str = LINK) -> None:
    """Open the newest mail to somebody that says something, by clicking through the mailbox."""
    eventually(f"a mail to {to} with {saying}", lambda: _newest_says(talka, to, saying))
    await page.goto(f"{talka.address}/mailbox")
    await page.get_by_label("To").fill(to)
    await page.get_by_role("button", name="Show").click()
    await page.locator(".mails a").first.click()
    await expect(page.locator("dl")).to_contain_text(to)


async def follow_link(page: Page) -> None:
    """Follow the secret link of the mail that is open."""
    await page.locator(f"pre a[href*='{LINK}']").first.click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def answer(page: Page, talka: Talka, to: str, *, comes: bool) -> None:
    """Come to the page behind the link of the invitation, and answer."""
    await open_mail(page, talka, to)
    await follow_link(page)
    await say(page, comes=comes)


async def say(page: Page, *, comes: bool) -> None:
    value = "accepted" if comes else "declined"
    await page.locator(f"button[name=answer][value={value}]").click()
    await expect(page.locator("button[name=answer]")).to_have_count(0)


async def sign_by_code(page: Page, talka: Talka, to: str) -> None:
    """Read the text behind the link, ask for the code, read it in its mail, type it, sign."""
    await open_mail(page, talka, to)
    await follow_link(page)
    await ask_for_code(page)
    await type_code(page, talka, to)


async def ask_for_code(page: Page) -> None:
    await page.locator("form[action$='/code'] button").click()
    await expect(page.locator("#f-code")).to_be_visible()


async def type_code(page: Page, talka: Talka, to: str) -> None:
    eventually(f"a code for {to}", lambda: LINK not in letters(talka, to)[-1].text)
    await page.locator("#f-code").fill(letters(talka, to)[-1].code)
    await page.locator("form[action$='/sign'] button").click()
    await expect(page.locator("#f-code")).to_have_count(0)


def _newest_says(talka: Talka, to: str, saying: str) -> bool:
    mine = letters(talka, to)
    return bool(mine) and saying in mine[-1].text
