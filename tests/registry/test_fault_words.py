"""Faults on pages speak the words of their reader; other doors say the codes."""

from typing import Final

import pytest

from services.chassis.errors import Fault
from services.chassis.ui.i18n import Catalogues, Translator
from services.registry import forms
from services.registry.imports.files import sentence
from services.registry.imports.values import ecosystem, word

CATALOGUES: Final = Catalogues([])


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Construction"), ("sk", "Stavebníctvo"), ("uk", "Будівництво")]
)
def test_a_wrong_ecosystem_lists_the_names_in_the_language_of_the_reader(
    language: str, name: str
) -> None:
    fault = ecosystem("no such thing")
    assert isinstance(fault, Fault)
    t: Translator = CATALOGUES.translator(language, "Europe/Kyiv")
    note = {"code": fault.code, "text": fault.text, "values": fault.values}

    [on_page] = forms.said([fault], t)

    assert f"; {name};" in on_page.text
    assert "agri-food," not in on_page.text
    assert sentence(note, t) == on_page.text
    assert "agri-food" in fault.said(str)


def test_a_page_says_words_to_choose_from_without_the_codes_of_other_doors() -> None:
    fault = word("size", "tiny")
    assert isinstance(fault, Fault)

    [on_page] = forms.said([fault], CATALOGUES.translator("en", "Europe/Kyiv"))

    assert on_page.text.startswith("Choose one of: “Micro”, “Small”, “Medium”")
    assert "“Micro” (micro)" in fault.said(str)
