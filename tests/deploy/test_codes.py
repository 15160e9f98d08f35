"""Codes: `talka explain` knows all that can be told, and no code tells two things."""

import re
from pathlib import Path

import pytest

from deploy.cli import codes
from deploy.cli.explain import explain
from deploy.cli.sentences import Place, read
from services.chassis.faults import GENERAL
from tests.servers import CLONE

CODES = codes.all_codes()


def written() -> set[str]:
    """Every code that stands in quotes anywhere in the sources, and at the front door."""
    files = [file for package in codes.PACKAGES for file in (CLONE / package).rglob("*.py")]
    texts = [file.read_text("utf-8") for file in (*files, CLONE / codes.FRONT_DOOR)]
    return {code for text in texts for code in re.findall(r"[\"'](TLK-[A-Z]\d{3})\b", text)}


class TestExplain:
    def test_knows_every_code_that_the_product_can_give(self) -> None:
        assert written() - CODES.keys() == set()

    def test_has_words_for_each_wherever_it_is_told(self) -> None:
        own = [told for code, places in CODES.items() if code not in GENERAL for told in places]

        assert [told for told in own if not told.sentences] == []

    def test_shows_a_gap_where_something_is_filled_in(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for code in CODES:
            explain(code)

        said = capsys.readouterr().out
        assert "There is no such ecosystem. Choose one of: …\n" in said
        assert re.findall(r".*(?:{\w*}|\$|…\.).*", said) == []


class TestOneMeaning:
    def test_a_code_tells_one_thing(self) -> None:
        """A kind of fault is told in many sentences and stands in GENERAL; others in one."""
        own = {code: places for code, places in CODES.items() if code not in GENERAL}

        double = [told for told in own.values() if len({each.sentences for each in told}) > 1]

        assert double == []

    def test_a_kind_of_fault_is_told_somewhere(self) -> None:
        assert GENERAL.keys() - CODES.keys() == set()


class TestSentences:
    def test_are_found_through_names_imports_and_branches(self, tmp_path: Path) -> None:
        (tmp_path / "words.py").write_text('AWAY = mark("It is away.")\n')
        (tmp_path / "told.py").write_text(
            "from words import AWAY\n"
            'OWN = ("TLK-E001", mark("Its own."))\n'
            "def f(x):\n"
            '    said = "One." if x else f"Not {x}."\n'
            '    raise Fault("TLK-E002", said, AWAY)\n'
            "class Refused:\n"
            '    """Why."""\n'
            '    code = "TLK-E003"\n'
            '    title = "Refused"\n'
        )

        found = list(read(tmp_path / "told.py", tmp_path).places(codes.CODE.fullmatch))

        assert found == [
            Place("TLK-E001", None, ("Its own.",)),
            Place("TLK-E002", None, ("One.", "Not ….", "It is away.")),
            Place("TLK-E003", "Refused", ("Refused", "Why.")),
        ]
