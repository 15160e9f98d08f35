"""Words, dates and numbers as readers of each language write them."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup, escape
from starlette.requests import Request

from services.chassis.ui.i18n import Catalogues, Word, accepted, once_stopped

CATALOGUES = Catalogues()
MARCH = date(2027, 3, 16)
NOON = datetime(2027, 3, 16, 12, 0, tzinfo=UTC)


class TestPlurals:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", "0 days, 1 day, 2 days, 5 days, 11 days, 12 days, 21 days, 22 days, 100 days"),
            ("uk", "0 днів, 1 день, 2 дні, 5 днів, 11 днів, 12 днів, 21 день, 22 дні, 100 днів"),
            ("pl", "0 dni, 1 dzień, 2 dni, 5 dni, 11 dni, 12 dni, 21 dni, 22 dni, 100 dni"),
            ("sk", "0 dní, 1 deň, 2 dni, 5 dní, 11 dní, 12 dní, 21 dní, 22 dní, 100 dní"),
        ],
    )
    def test_have_the_form_of_their_number(self, language: str, words: str) -> None:
        t = CATALOGUES.translator(language)

        said = [
            t.ngettext("%(num)s day", "%(num)s days", n) % {"num": n}
            for n in (0, 1, 2, 5, 11, 12, 21, 22, 100)
        ]

        assert ", ".join(said) == words


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("До 16 бер. 2027\u202fр..", "До 16 бер. 2027\u202fр."),
            ("Klastr s.r.o.. Dále.", "Klastr s.r.o. Dále."),
            ("(With Klastr s.r.o..)", "(With Klastr s.r.o.)"),
        ],
    )
    def test_have_one_full_stop(self, text: str, said: str) -> None:
        assert once_stopped(text) == said
        assert type(once_stopped(escape(text))) is Markup

    def test_have_one_full_stop_before_markup(self) -> None:
        assert once_stopped(Markup("<p>Klastr s.r.o..</p>")) == "<p>Klastr s.r.o.</p>"

    @pytest.mark.parametrize(
        "text",
        ["And so on...", "And so on....", "../x a..b", "It stands in .. there.", "1..2", "a/.."],
    )
    def test_leave_names_of_files_and_ellipses_alone(self, text: str) -> None:
        assert once_stopped(text) == text


class TestDates:
    @pytest.mark.parametrize(
        ("language", "long", "medium", "interval"),
        [
            ("en", "16 March 2027", "16 Mar 2027", "16–18 Mar 2027"),
            ("uk", "16 березня 2027", "16 бер. 2027", "16–18 бер. 2027"),  # no full stop at its end
            ("pl", "16 marca 2027", "16 mar 2027", "16–18 mar 2027"),
            ("sk", "16. marca 2027", "16. 3. 2027", "16.\u2009–\u200918. 3. 2027"),
        ],
    )
    def test_are_written_as_in_the_language(
        self, language: str, long: str, medium: str, interval: str
    ) -> None:
        t = CATALOGUES.translator(language)

        assert (t.date(MARCH, "long"), t.date(MARCH)) == (long, medium)
        assert t.interval(MARCH, date(2027, 3, 18)) == interval

    @pytest.mark.parametrize("language", CATALOGUES.languages)
    @pytest.mark.parametrize("form", ["short", "medium", "long", "weekday", "day", "month"])
    def test_exist_in_every_form(self, language: str, form: str) -> None:
        assert "16" in CATALOGUES.translator(language).date(MARCH, form) or form == "month"  # type: ignore[arg-type]  # all forms

    def test_of_an_instant_are_those_of_its_zone(self) -> None:
        t = CATALOGUES.translator("en", "America/New_York")
        late = datetime(2027, 3, 16, 23, 30, tzinfo=UTC)

        assert t.date(late) == "16 Mar 2027"
        assert t.date(late, zone="Europe/Kyiv") == "17 Mar 2027"


class TestTimes:
    @pytest.mark.parametrize(
        ("at", "said"),
        [
            (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "28 Mar 2027, 01:59 CET"),
            (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "28 Mar 2027, 03:00 CEST"),
            (datetime(2027, 10, 31, 0, 59, tzinfo=UTC), "31 Oct 2027, 02:59 CEST"),
            (datetime(2027, 10, 31, 1, 0, tzinfo=UTC), "31 Oct 2027, 02:00 CET"),
        ],
    )
    def test_carry_the_abbreviation_of_their_day(self, at: datetime, said: str) -> None:
        assert CATALOGUES.translator("en", "Europe/Prague").datetime(at) == said

    @pytest.mark.parametrize(
        ("zone", "said"),
        [
            ("Europe/Prague", "13:00 CET"),
            ("Europe/Bratislava", "13:00 CET"),
            ("Europe/Warsaw", "13:00 CET"),
            ("Europe/Vilnius", "14:00 EET"),
            ("Europe/Bucharest", "14:00 EET"),
            ("Europe/Kyiv", "14:00 EET"),
            ("America/New_York", "08:00 EDT"),
        ],
    )
    def test_are_told_in_any_zone(self, zone: str, said: str) -> None:
        assert CATALOGUES.translator("en").time(NOON, zone=zone) == said

    def test_name_the_city_of_a_zone(self) -> None:
        assert CATALOGUES.translator("uk").city("Europe/Prague") == "Прага"
        assert CATALOGUES.translator("uk").city("Europe/Kyiv") == "Київ"


class TestNumbers:
    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", "12,345.6"), ("uk", "12 345,6"), ("pl", "12 345,6"), ("sk", "12 345,6")],
    )
    def test_are_grouped_as_in_the_language(self, language: str, said: str) -> None:
        assert CATALOGUES.translator(language).number(12345.6).replace("\xa0", " ") == said

    def test_a_share_is_rounded_to_what_was_asked(self) -> None:
        t = CATALOGUES.translator("en")

        assert (t.percent(0.713), t.percent(0.713, digits=1)) == ("71%", "71.3%")


class TestLanguage:
    def test_of_the_address_wins(self) -> None:
        asked = a_request("lang=uk", cookie="talka_language=pl", accept="sk")

        assert CATALOGUES.language_of(asked, "sk") == "uk"

    def test_that_was_switched_to_wins_over_the_profile(self) -> None:
        assert CATALOGUES.language_of(a_request(cookie="talka_language=pl"), "sk") == "pl"

    def test_of_the_profile_wins_over_the_browser(self) -> None:
        assert CATALOGUES.language_of(a_request(accept="uk"), "sk") == "sk"

    def test_without_a_catalogue_is_passed_over(self) -> None:
        assert CATALOGUES.language_of(a_request("lang=xx", accept="de, uk;q=0.5"), "hu") == "uk"

    def test_is_english_when_nobody_says_anything(self) -> None:
        assert CATALOGUES.language_of(a_request()) == "en"

    def test_of_a_browser_is_read_by_weight(self) -> None:
        assert accepted("en;q=0.5, uk-UA, pl;q=0.9, *;q=x") == ["uk", "pl", "en"]


def test_a_word_is_translated_by_its_context() -> None:
    t = CATALOGUES.translator("uk")

    assert t.word(Word("navigation", "Visits")) == "Візити"


def test_the_brand_is_written_in_the_readers_script() -> None:
    assert CATALOGUES.translator("uk").pgettext("brand", "Talka") == "Толока"


def a_request(query: str = "", *, cookie: str = "", accept: str = "") -> Request:
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accept.encode())]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": query.encode(),
            "headers": [(name, value) for name, value in headers if value],
        }
    )
