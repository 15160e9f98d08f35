"""A letter as blocks, and how blocks become the plain text and the HTML of a mail.

Texts from people reach the templates as values and are never read as templates; HTML is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.chassis.ui.i18n import once_stopped
from services.notifications.plaintext import one_line, paragraph


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or a few."""

    shape: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, each on a line."""

    shape: ClassVar[str] = "facts"
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: what stands out, and lines of detail below it."""

    head: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Items:
    """A list under a heading."""

    shape: ClassVar[str] = "items"
    heading: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to do, as an address."""

    shape: ClassVar[str] = "button"
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Code:
    """Digits to be typed in elsewhere."""

    shape: ClassVar[str] = "code"
    digits: str


Block = Paragraph | Facts | Items | Button | Code


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person reads, all of it in one language."""

    subject: str
    blocks: Sequence[Block]
    footer: str


_TEMPLATES: Final = Environment(
    loader=PackageLoader("services.notifications.letters"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters.update(one_line=one_line, paragraph=lambda text: once_stopped(paragraph(text)))


def as_text(letter: Letter) -> str:
    """The plain part."""
    return _TEMPLATES.get_template("letters/letter.txt").render(_names(letter))


def as_html(letter: Letter, *, language: str) -> str:
    """The HTML part; without scripts, pictures or anything to fetch."""
    return _TEMPLATES.get_template("letters/letter.html").render(_names(letter), language=language)


def _names(letter: Letter) -> dict[str, Any]:
    return {"subject": letter.subject, "blocks": letter.blocks, "footer": letter.footer}
