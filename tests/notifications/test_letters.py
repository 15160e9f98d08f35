"""Letters in seven languages: one fact, whole sentences, right plurals, nothing executed."""

import html
import re

import pytest

from contracts.vocabulary import Party, ReasonClass
from services.chassis.ui.i18n import Translator
from services.notifications.letters.facts import Facts
from services.notifications.letters.letter import as_html, as_text
from services.notifications.letters.times import moment, span
from services.notifications.letters.writing import entries, write
from tests.notifications.builders import (
    ALL_FACTS,
    CATALOGUES,
    NOON,
    a_cancellation,
    a_change,
    a_desk,
    a_move,
    a_session,
    a_signature_code,
    a_signature_request,
    a_signing,
    a_withdrawal,
    about,
    an_agreement,
    an_invitation,
    planned,
)

COMPLETE = ("en", "uk", "pl", "cs", "sk", "lt", "ro")


def text_of(facts: Facts, language: str = "en", zone: str = "Europe/Bratislava") -> str:
    return as_text(write(facts, a_desk(language, zone)))


ELEMENT = re.compile(r"<\s*([a-z]+)")


def seen_in(html_part: str) -> str:
    """What a reader of the HTML part sees."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", html_part)).split())


class TestInvitation:
    def test_n02_shows_both_local_times_where_they_differ(self) -> None:
        text = text_of(an_invitation(), zone="Europe/Kyiv")

        assert (
            "Tuesday, 16 March 2027, 09:00–12:00 CET (Bratislava) · 10:00–13:00 EET (Kyiv)" in text
        )
        assert "19 Feb 2027, 17:00 CET (Bratislava) · 18:00 EET (Kyiv)" in text

    def test_n02_shows_one_time_where_clocks_agree(self) -> None:
        text = text_of(an_invitation(), zone="Europe/Warsaw")

        assert "09:00–12:00 CET (Bratislava)" in text
        assert "Warsaw" not in text

    def test_leads_to_the_page_behind_the_link(self) -> None:
        assert "http://test/exchanges/i/5" in text_of(an_invitation())

    def test_asks_for_every_session_in_the_calendar(self) -> None:
        methods = [method for method, _ in entries(an_invitation(), a_desk())]

        assert methods == ["REQUEST", "REQUEST", "REQUEST"]

    @pytest.mark.parametrize(
        ("language", "counts"),
        [
            ("en", {1: "1 session.", 2: "2 sessions.", 5: "5 sessions.", 21: "21 sessions."}),
            ("uk", {1: "1 сесію.", 2: "2 сесії.", 5: "5 сесій.", 21: "21 сесію."}),
            ("pl", {1: "1 sesję.", 2: "2 sesje.", 5: "5 sesji.", 21: "21 sesji."}),
            (
                "sk",
                {1: "1 stretnutie.", 2: "2 stretnutia.", 5: "5 stretnutí.", 21: "21 stretnutí."},
            ),
            ("cs", {1: "1 jednání.", 2: "2 jednání.", 5: "5 jednání.", 21: "21 jednání."}),
            ("lt", {1: "1 sesija.", 2: "2 sesijos.", 11: "11 sesijų.", 21: "21 sesija."}),
            ("ro", {1: "1 sesiune.", 2: "2 sesiuni.", 5: "5 sesiuni.", 21: "21 de sesiuni."}),
        ],
    )
    def test_n02_counts_sessions_in_the_right_form(
        self, language: str, counts: dict[int, str]
    ) -> None:
        for count, form in counts.items():
            sessions = tuple(a_session(number) for number in range(1, count + 1))
            assert form in text_of(an_invitation(sessions=sessions), language)


class TestChange:
    def test_shows_old_and_new_times(self) -> None:
        text = text_of(a_change())

        assert "Before: Wednesday, 17 March 2027, 09:00–12:00 CET (Bratislava)" in text
        assert "Now: Thursday, 18 March 2027, 09:00–12:00 CET (Bratislava)" in text

    def test_moves_entries_and_takes_away_what_is_dropped(self) -> None:
        change = a_change(added=(a_session(4),), dropped=(a_session(5),))

        did = [(str(method), entry.sequence) for method, entry in entries(change, a_desk())]

        assert did == [("REQUEST", 1), ("REQUEST", 0), ("CANCEL", 0)]


class TestEndings:
    @pytest.mark.parametrize("facts", [a_withdrawal(), a_cancellation()])
    def test_take_the_entries_away(self, facts: Facts) -> None:
        assert {str(method) for method, _ in entries(facts, a_desk())} == {"CANCEL"}

    def test_a_cancellation_says_why(self) -> None:
        text = text_of(a_cancellation(reason=ReasonClass.SECURITY, note="The road is closed."))

        assert "Reason: Security" in text
        assert "The road is closed." in text

    def test_a_withdrawal_says_why_if_somebody_chose_a_reason(self) -> None:
        assert "Reason: Illness" in text_of(a_withdrawal(reason=ReasonClass.ILLNESS))
        assert "Reason" not in text_of(a_withdrawal(reason=ReasonClass.OTHER))


class TestSigning:
    def test_the_code_is_in_the_body_and_not_in_the_subject(self) -> None:
        letter = write(a_signature_code(), a_desk())

        assert "042042" in as_text(letter)
        assert "042042" not in letter.subject

    def test_a_request_says_for_which_party(self) -> None:
        assert "Host organisation" in text_of(a_signature_request(party=Party.HO))

    def test_new_dates_are_one_letter_whichever_part_came_first(self) -> None:
        asked = a_signature_request()
        change = a_change()

        both = (asked.with_more(change), change.with_more(asked))
        letters = [write(facts, a_desk()) for facts in both if facts is not None]

        text = as_text(letters[0])
        assert letters[0] == letters[1]
        assert "Before: Wednesday, 17 March 2027, 09:00–12:00 CET (Bratislava)" in text
        assert "Now: Thursday, 18 March 2027, 09:00–12:00 CET (Bratislava)" in text
        assert "http://test/exchanges/i/6" in text

    def test_n04_new_dates_change_the_entries_that_moved(self) -> None:
        for facts in (a_signature_request(moved=(a_move(),)), a_change(signing=a_signing())):
            did = [(str(method), entry.sequence) for method, entry in entries(facts, a_desk())]
            assert did == [("REQUEST", 1)]

    def test_n01_a_part_that_is_told_already_changes_nothing(self) -> None:
        together = a_change().with_more(a_signature_request())

        assert together is not None
        assert together.with_more(a_change()) == together
        assert together.with_more(a_signature_request()) == together


class TestAgreement:
    def test_n04_asks_for_the_sessions_in_the_calendars_of_contacts_only(self) -> None:
        methods = [str(method) for method, _ in entries(an_agreement(entries=True), a_desk())]

        assert methods == ["REQUEST", "REQUEST"]
        assert entries(an_agreement(), a_desk()) == []

    def test_leads_to_the_visit_who_can_sign_in(self) -> None:
        with_account = as_text(write(an_agreement(), a_desk(has_account=True)))

        assert "http://test/exchanges/visits/EX-2027-031" in with_account
        assert "http://" not in text_of(an_agreement())


def name_of(facts: Facts) -> str:
    return f"{facts.template}-{len(facts.calendar_sessions)}"


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("facts", ALL_FACTS, ids=name_of)
class TestEveryLetter:
    def test_n02_h14_is_in_one_language_from_subject_to_footer(
        self, facts: Facts, language: str
    ) -> None:
        english = write(facts, a_desk("en"))
        letter = write(facts, a_desk(language))

        if language == "en":
            assert letter == english
            return
        assert letter.subject != english.subject
        texts = (as_text(letter), as_text(english))
        shared = set.intersection(*({line for line in text.split("\n") if line} for text in texts))
        assert not {line for line in shared if "http" not in line and "042042" not in line} - {
            "-- "
        }

    def test_says_the_same_in_both_parts(self, facts: Facts, language: str) -> None:
        letter = write(facts, a_desk(language))

        seen = seen_in(as_html(letter, language=language))
        for block in letter.blocks:
            text = getattr(block, "text", None)
            assert text is None or " ".join(text.split()) in seen


HOSTILE = (
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "{{7*7}} {% raw %}",
    "${7*7} %s%n %(name)s {name}",
    "[x](javascript:alert(1))",
)


class TestHostileTexts:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_a38_a39_stay_what_they_are(self, text: str) -> None:
        desk = a_desk(reader=text, about=about(title=text, visitor=text, host=text))
        letter = write(a_cancellation(note=text), desk)

        written = as_html(letter, language="en")
        assert text in as_text(letter)
        assert text in seen_in(written)
        assert not {"script", "svg", "img"} & set(ELEMENT.findall(written))

    def test_a38_turning_marks_and_line_breaks_do_not_reach_the_reader(self) -> None:
        text = as_text(write(an_invitation(), a_desk(about=about(title="a\u202eb\r\nBcc: c"))))

        assert "ab Bcc: c" in text


class TestTimes:
    def test_a_zone_an_hour_ahead_may_be_on_the_next_day(self) -> None:
        t: Translator = CATALOGUES.translator("en", "Europe/Kyiv")

        late = span(t, planned("2027-03-16 23:30"), planned("2027-03-16 23:45"))

        there, here = late.split(" · ")
        assert there == "Tuesday, 16 March 2027, 23:30–23:45 CET (Bratislava)"
        assert here == "Wednesday, 17 March 2027, 00:30–00:45 EET (Kyiv)"

    def test_a_deadline_names_its_zone(self) -> None:
        t = CATALOGUES.translator("en", "Europe/Prague")

        assert moment(t, NOON, "Europe/Prague") == "1 Feb 2027, 13:00 CET (Prague)"

    def test_clocks_that_changed_on_one_side_only_are_both_shown(self) -> None:
        t = CATALOGUES.translator("en", "America/New_York")

        text = span(t, planned("2027-03-16 15:00"), planned("2027-03-16 16:00"))

        assert (
            text
            == "Tuesday, 16 March 2027, 15:00–16:00 CET (Bratislava) · 10:00–11:00 EDT (New York)"
        )
