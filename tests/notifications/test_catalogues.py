"""The catalogues of notifications: complete, with the right forms and the same placeholders."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from deploy.cli.messages import LANGUAGES, is_translated, path_of, template_of
from tests.notifications.builders import CATALOGUES

PLACEHOLDER = re.compile(r"%\(\w+\)[ds]|{\w+}")
SESSIONS = ("The programme has %(n)d session.", "The programme has %(n)d sessions.")
COUNTS = (0, 1, 2, 5, 11, 12, 21, 22, 100, 101)


def catalogue(language: str) -> Catalog:
    with path_of("notifications", language).open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("language", LANGUAGES)
class TestCatalogue:
    def test_translates_every_text(self, language: str) -> None:
        translated = catalogue(language)

        missing = [
            text.id
            for text in template_of("notifications")
            if text.id
            and (
                (found := translated.get(text.id, text.context)) is None
                or not is_translated(found.string)
            )
        ]

        assert missing == []

    def test_keeps_the_placeholders(self, language: str) -> None:
        for text in catalogue(language):
            source = text.id if isinstance(text.id, str) else text.id[-1]
            strings = [text.string] if isinstance(text.string, str) else text.string or []
            if source:
                assert {tuple(placeholders(s)) for s in strings} == {tuple(placeholders(source))}

    def test_guesses_nothing(self, language: str) -> None:
        assert not [text.id for text in catalogue(language) if text.id and text.fuzzy]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "many one many many many many many many many many"),
        ("uk", "many one few many many many one few many one"),
        ("pl", "many one few many many many many few many many"),
        ("sk", "many one few many many many many many many many"),
    ],
)
def test_n02_every_count_has_its_form(language: str, forms: str) -> None:
    t = CATALOGUES.translator(language)
    samples = {"one": 1, "few": 2, "many": 5}

    used = [t.ngettext(*SESSIONS, count) for count in COUNTS]

    assert used == [t.ngettext(*SESSIONS, samples[form]) for form in forms.split()]
    assert len(set(used)) == len(set(forms.split()))
