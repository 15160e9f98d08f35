"""The words of the programme: a mail and the page behind its link say the same."""

import pytest

from services.chassis.ui.i18n import NATIVE_NAMES, Catalogues, Translator, Word
from services.exchanges.visits.pages import words as of_pages
from services.notifications.letters import words as of_letters
from tests.servers import CLONE

LOCALES = "services/{}/locales"


def in_language_of(service: str, language: str) -> Translator:
    return Catalogues([CLONE / LOCALES.format(service)]).translator(language)


@pytest.mark.parametrize("language", NATIVE_NAMES)
@pytest.mark.parametrize(
    ("pages", "letters"),
    [
        (of_pages.KINDS, of_letters.SESSION_KINDS),
        (of_pages.MODES, of_letters.MODES),
        (of_pages.REASONS, of_letters.REASONS),
    ],
    ids=["kinds", "modes", "reasons"],
)
def test_a_mail_and_its_link_page_use_the_same_words(
    language: str, pages: dict[str, Word], letters: dict[str, Word]
) -> None:
    there = in_language_of("exchanges", language)
    here = in_language_of("notifications", language)

    assert {each: there.word(word) for each, word in pages.items()} == {
        each: here.word(word) for each, word in letters.items()
    }
