"""J-01, the acts that cannot wait, on a phone of 390 pixels: plan, invite, answer, sign."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser import coordinator, guests
from tests.browser.conftest import OpenPage
from tests.browser.coordinator import Contact, delegate
from tests.stage import OKSANA, ZUZANA, Stage

pytestmark = [pytest.mark.browser, pytest.mark.journey]

STORY = "phone"
PHONE = 390
VO = Contact("Остап Гук", f"vo-{STORY}@example.org", "Ukrainian", "Kyiv")
HO = Contact("Ján Mráz", f"ho-{STORY}@example.org", "Slovak", "Bratislava")
OLENA = Contact("Олена Шевчук", f"olena-{STORY}@example.org", "Ukrainian", "Kyiv")


async def test_j01_a_visit_is_agreed_on_phones(stage: Stage, open_page: OpenPage) -> None:
    talka, monday = stage.talka, stage.a_week()

    # 2. Zuzana plans a visit
    zuzana = await open_page(width=PHONE)
    await coordinator.sign_in(zuzana, talka, ZUZANA)
    number = await coordinator.plan(zuzana, "Planned on the way", VO, HO, monday)

    # 3. She invites somebody, who answers behind the link
    await coordinator.invite(zuzana, [OLENA], monday - timedelta(days=7))
    await guests.answer(await open_page(width=PHONE), talka, OLENA.mail, comes=True)
    await zuzana.reload()
    await expect(delegate(zuzana, OLENA.name)).to_contain_text("Accepted")

    # 4. All four sign: the visit is committed
    await coordinator.draft(zuzana)
    for contact in (VO, HO):
        await guests.sign_by_code(await open_page(width=PHONE), talka, contact.mail)
    oksana = await open_page(width=PHONE)
    await coordinator.sign_in(oksana, talka, OKSANA)
    for page in (oksana, zuzana):
        await coordinator.sign(page, f"{talka.address}/exchanges/visits/{number}")
    await expect(zuzana.locator(".page-head .tag")).to_have_text("Agreed")
