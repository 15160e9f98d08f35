"""Every text of every service has a whole translation: all plural forms, the same placeholders."""

import re
from collections.abc import Sequence
from itertools import product

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from deploy.cli.messages import LANGUAGES, SOURCES, is_translated, path_of, template_of

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
CATALOGUES = list(product(SOURCES, LANGUAGES))


@pytest.fixture(scope="module", params=CATALOGUES, ids="-".join)
def known(request: pytest.FixtureRequest) -> tuple[Catalog, Catalog]:
    """The texts of a service, and what its catalogue in one language makes of them."""
    service, language = request.param
    with path_of(service, language).open("rb") as file:
        return template_of(service), read_po(file, locale=language)


class TestCatalogue:
    def test_knows_every_text(self, known: tuple[Catalog, Catalog]) -> None:
        template, catalogue = known

        unknown = [m.id for m in messages(template) if catalogue.get(m.id, m.context) is None]

        assert unknown == [], "make messages, then translate"

    def test_keeps_no_text_that_is_gone(self, known: tuple[Catalog, Catalog]) -> None:
        template, catalogue = known

        assert [m.id for m in catalogue if m.id and template.get(m.id, m.context) is None] == []

    def test_translates_every_form(self, known: tuple[Catalog, Catalog]) -> None:
        _, catalogue = known

        assert [m.id for m in messages(catalogue) if not is_translated(m.string)] == []
        assert {len(texts(m.string)) for m in messages(catalogue) if m.pluralizable} <= {3}

    def test_guesses_nothing(self, known: tuple[Catalog, Catalog]) -> None:
        _, catalogue = known

        assert [m.id for m in messages(catalogue) if m.fuzzy] == []

    def test_keeps_the_placeholders(self, known: tuple[Catalog, Catalog]) -> None:
        _, catalogue = known

        changed = [
            (message.id, form)
            for message in messages(catalogue)
            for form in texts(message.string)
            if form and placeholders(form) != placeholders(texts(message.id)[-1])
        ]

        assert changed == []


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def texts(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a text; the last one of an original is its plural, with every placeholder."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}
