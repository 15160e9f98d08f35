"""J-01 without JavaScript: a visit is planned, answered, signed, and cancelled in the end."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser import coordinator, guests
from tests.browser.conftest import OpenPage
from tests.browser.coordinator import Contact, delegate
from tests.stage import OKSANA, ZUZANA, Stage

pytestmark = [pytest.mark.browser, pytest.mark.journey]

STORY = "plain"
VO = Contact("Остап Гук", f"vo-{STORY}@example.org", "Ukrainian", "Kyiv")
HO = Contact("Ján Mráz", f"ho-{STORY}@example.org", "Slovak", "Bratislava")
OLENA = Contact("Олена Шевчук", f"olena-{STORY}@example.org", "Ukrainian", "Kyiv")
PIOTR = Contact("Piotr Lis", f"piotr-{STORY}@example.org", "Polish", "Warsaw")


async def test_j01_a_visit_is_agreed_and_cancelled_without_javascript(
    stage: Stage, open_page: OpenPage
) -> None:
    talka, monday = stage.talka, stage.a_week()

    # 2. Zuzana finds the two clusters and plans a visit
    zuzana = await open_page(script=False)
    await coordinator.sign_in(zuzana, talka, ZUZANA)
    number = await coordinator.plan(zuzana, "Planned in plain HTML", VO, HO, monday)

    # 3. She invites two people, who answer behind their links: one comes, one does not
    await coordinator.invite(zuzana, [OLENA, PIOTR], monday - timedelta(days=7))
    await guests.answer(await open_page(script=False), talka, OLENA.mail, comes=True)
    await guests.answer(await open_page(script=False), talka, PIOTR.mail, comes=False)
    await zuzana.reload()
    await expect(delegate(zuzana, OLENA.name)).to_contain_text("Accepted")
    await expect(delegate(zuzana, PIOTR.name)).to_contain_text("Declined")

    # 4. VO and HO sign by a code, VOP and HOP on their page: the visit is committed
    await coordinator.draft(zuzana)
    for contact in (VO, HO):
        await guests.sign_by_code(await open_page(script=False), talka, contact.mail)
    oksana = await open_page(script=False)
    await coordinator.sign_in(oksana, talka, OKSANA)
    for page in (oksana, zuzana):
        await coordinator.sign(page, f"{talka.address}/exchanges/visits/{number}")
    await expect(zuzana.locator(".page-head .tag")).to_have_text("Agreed")

    # 8. It is cancelled; without a reason this is refused, and the page says so at the field
    await zuzana.get_by_role("link", name="Cancel the visit").click()
    await zuzana.get_by_role("button", name="Cancel the visit").click()
    await expect(zuzana.locator(".errors")).to_be_visible()
    await zuzana.get_by_label("Illness").check()
    await zuzana.get_by_label("Note for everybody concerned").fill("Two fell ill.")
    await zuzana.get_by_role("button", name="Cancel the visit").click()
    await expect(zuzana.locator(".note.bad")).to_contain_text("Illness. Two fell ill.")
    await expect(zuzana.locator(".page-head .tag")).to_have_text("Cancelled")

    # Who was coming gets METHOD:CANCEL
    mail = await open_page(script=False)
    await guests.open_mail(mail, talka, OLENA.mail, saying="Two fell ill.")
    await expect(mail.get_by_text("METHOD:CANCEL").first).to_be_visible()
