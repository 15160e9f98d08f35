"""What every page must pass: axe without a finding in light and dark, no sideways scrolling."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ALL_RULES = {"type": "tag", "values": TAGS}
RULES_OF_COLOURS = {"type": "rule", "values": ("color-contrast", "link-in-text-block")}
NARROWEST = {"width": 320, "height": 800}
# WCAG 2.2, 1.4.12: what a reader may set without losing anything
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }"""


async def assert_accessible(page: Page) -> None:
    """Look at the page as it is, in both colour schemes, then at 320 pixels."""
    await page.evaluate(AXE)
    await page.emulate_media(color_scheme="dark")
    found = await findings(page, RULES_OF_COLOURS)  # the schemes differ in nothing else
    await page.emulate_media(color_scheme="light")
    found += await findings(page, ALL_RULES)
    assert not found, "\n".join([page.url, *found])
    await assert_reflows(page)


async def findings(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe objects to, with the beginning of each element concerned."""
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules
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
