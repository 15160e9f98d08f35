"""What every page must pass: axe without a finding in light and dark, no sideways scrolling."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROWEST = {"width": 320, "height": 800}
# WCAG 2.2, 1.4.12: what a reader may set without losing anything
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }"""


async def assert_accessible(page: Page) -> None:
    """Look at the page as it is, in both colour schemes, then at 320 pixels."""
    await page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        found = await findings(page)
        assert not found, "\n".join([f"{page.url} in {scheme}", *found])
    await page.emulate_media(color_scheme="light")
    await assert_reflows(page)


async def findings(page: Page) -> list[str]:
    """What axe objects to, with the beginning of each element concerned."""
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", list(RULES)
    )
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def assert_reflows(page: Page) -> None:
    """Nothing is wider than the narrowest window, with ordinary and with wide text spacing."""
    before = page.viewport_size
    await page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # a mapping of two numbers
    assert await _excess(page) <= 0, f"{page.url} is wider than 320 pixels"
    await page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets.push(sheet); }",
        SPACED,
    )
    assert await _excess(page) <= 0, f"{page.url} is wider than 320 pixels with spaced text"
    await page.evaluate("() => { document.adoptedStyleSheets.pop(); }")
    if before is not None:
        await page.set_viewport_size(before)


async def _excess(page: Page) -> int:
    wide: int = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide
