"""Refusals: a sentence that says what is wrong and what to do, a stable code, an HTTP status."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from services.chassis.counting import in_form
from services.chassis.words import said, without_codes

ENDS: Final = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one field; `pointer` is a JSON pointer into what was sent.

    `text` is an English sentence and the key of its translations; `values` fill its placeholders.
    """

    pointer: str
    code: str
    text: str
    rule: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, gettext: Callable[[str], str]) -> str:
        """The whole sentence in the language of `gettext`."""
        text = gettext(in_form(self.text, self.values))
        return sentence(filled(text, self.values, gettext), of=text)

    def on_a_page(self) -> "Fault":
        """The same, with words alone where programs are told codes beside them."""
        values = {name: without_codes(value) for name, value in self.values.items()}
        return replace(self, values=values)


def sentence(said: str, *, of: str) -> str:
    """What is said, with a capital letter and a full stop, for it stands alone.

    `of` is its text with placeholders: a value that is filled in first keeps its letters.
    """
    begun = said if of.startswith("{") else said[:1].upper() + said[1:]
    return begun if not said or said.endswith(ENDS) else f"{begun}."


def filled(text: str, values: Mapping[str, object], gettext: Callable[[str], str]) -> str:
    """The sentence with its values in their places, words of enumerations in its language."""
    told = {name: said(value, gettext) for name, value in values.items()}
    return text.format_map(told) if told else text


class DomainError(Exception):
    """A foreseen refusal; a subclass names the broken rule.

    Like in a `Fault`, the text is an English sentence and the key of its translations; `values`
    fill its placeholders.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "TLK-E000"
    title: ClassVar[str] = "Refused"

    def __init__(self, text: str = "", **values: object) -> None:
        super().__init__(filled(text, values, str))
        self.text = text
        self.values = values
        self.faults: list[Fault] = []

    def said(self, gettext: Callable[[str], str]) -> str:
        """The whole sentence in the language of `gettext`; the title when there is none."""
        text = gettext(self.text or self.title)
        return sentence(filled(text, self.values, gettext), of=text)


class NotFound(DomainError):
    """What was asked for does not exist, or its existence is a secret to this actor."""

    status = 404
    code = "TLK-E404"
    title = "Not found"


class NotSignedIn(DomainError):
    """Nobody is signed in, or the key is unknown, expired or revoked."""

    status = 401
    code = "TLK-E401"
    title = "Not signed in"


class NotAllowed(DomainError):
    """The actor lacks the role; the sentence names the role and who can give it."""

    status = 403
    code = "TLK-E403"
    title = "Not allowed"


class Conflict(DomainError):
    """The thing is in a state, or changed meanwhile, so that the act is not possible now."""

    status = 409
    code = "TLK-E409"
    title = "Not possible now"


class Gone(DomainError):
    """It existed and has ended: a used, withdrawn or expired link."""

    status = 410
    code = "TLK-E410"
    title = "No longer valid"


class Invalid(DomainError):
    """What was sent breaks rules; every fault of it is listed at once."""

    status = 422
    code = "TLK-E422"
    title = "Please correct what was sent"

    def __init__(self, text: str, faults: list[Fault] | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.faults = faults or []


class Unavailable(DomainError):
    """A part that is needed is away; nothing was stored."""

    status = 503
    code = "TLK-E503"
    title = "Not available now"
