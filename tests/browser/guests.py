"""What people without an account do: read a mail in the mailbox, follow its link, answer, sign."""

from playwright.async_api import Page, expect

from tests.journeys.people import LINK, Letter, codes, letters, next_code
from tests.talka import Talka, eventually


async def open_mail(
    page: Page, talka: Talka, to: str, saying: str = LINK, *, after: int = 0
) -> None:
    """Open the newest mail to somebody that says something, by clicking through the mailbox.

    Mails that lay there when the person had `after` of them are not meant.
    """

    def found() -> list[Letter]:
        return [each for each in letters(talka, to)[after:] if saying in each.words]

    eventually(f"a mail to {to} with {saying}", lambda: bool(found()))
    await page.goto(f"{talka.address}/mailbox")
    await page.get_by_label("To").fill(to)
    await page.get_by_role("button", name="Show").click()
    await page.locator(f".mails a[href$='{found()[-1].id}']").click()
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


async def sign_by_code(page: Page, talka: Talka, to: str, *, after: int = 0) -> None:
    """Read the text behind the link, ask for the code, read it in its mail, type it, sign."""
    await open_mail(page, talka, to, after=after)
    await follow_link(page)
    await type_code(page, await ask_for_code(page, talka, to))


async def ask_for_code(page: Page, talka: Talka, to: str) -> str:
    """Ask for the code, and read it in its mail."""
    before = len(codes(talka, to))
    await page.locator("form[action$='/code'] button").click()
    await expect(page.locator("#f-code")).to_be_visible()
    return next_code(talka, to, before)


async def type_code(page: Page, code: str) -> None:
    await page.locator("#f-code").fill(code)
    await page.locator("form[action$='/sign'] button").click()
    await expect(page.locator("#f-code")).to_have_count(0)
