"""Who is bound by which text: nobody by one not seen, everybody by one not changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import CommitmentPart, Party
from services.exchanges.commitments.refusals import NothingChanged, SignedAlready, TextChanged
from services.exchanges.commitments.text import BINDS, Text, bound_by, digests_of, hash_of
from tests.exchanges.builders import DAY, NOON, a_commitment, a_text

EVERYBODY = (Party.VO, Party.VOP, Party.HO, Party.HOP)
SMALL_TEXTS = st.builds(
    a_text, **{part.value: st.integers(min_value=0, max_value=2) for part in CommitmentPart}
)


class TestHash:
    def test_is_the_same_for_the_same_text_in_another_order(self) -> None:
        one, other = {"en": "Goals", "uk": "Цілі"}, {"uk": "Цілі", "en": "Goals"}

        assert hash_of(digests_of(a_text(goals=one))) == hash_of(digests_of(a_text(goals=other)))

    @given(one=SMALL_TEXTS, other=SMALL_TEXTS)
    def test_differs_exactly_when_the_text_differs(self, one: Text, other: Text) -> None:
        assert (hash_of(digests_of(one)) == hash_of(digests_of(other))) == (one == other)


class TestBinds:
    def test_x11_an_agenda_inside_the_span_binds_only_the_two_organisations(self) -> None:
        assert bound_by([CommitmentPart.AGENDA]) == {Party.VO, Party.HO}

    @pytest.mark.parametrize("part", ["goals", "parties", "span"])
    def test_everything_else_binds_all_four(self, part: str) -> None:
        assert BINDS[CommitmentPart(part)] == set(Party)


class TestSign:
    def test_states_the_fact(self) -> None:
        commitment = a_commitment()

        event = commitment.sign(Party.VO, shown_hash=commitment.hash, signer="x", at=NOON)

        assert (event.party, event.hash, event.time) == (Party.VO, commitment.hash, NOON)
        assert commitment.signed_by == {Party.VO}

    def test_h06_a_text_not_seen_is_refused_and_the_change_is_named(self) -> None:
        commitment = a_commitment(Party.VOP, Party.HO, Party.HOP)
        shown = commitment.hash
        commitment.revise(a_text(agenda=[{"title": {"en": "Another"}}]), at=NOON)

        with pytest.raises(TextChanged, match="changed since you read it: “Programme”;"):
            commitment.sign(Party.VO, shown_hash=shown, signer="x", at=NOON)

        assert commitment.signed_by == {Party.VOP, Party.HOP}

    def test_h06_a_hash_that_was_never_shown_is_refused(self) -> None:
        with pytest.raises(TextChanged, match="open the page again"):
            a_commitment().sign(Party.VO, shown_hash="0" * 64, signer="x", at=NOON)

    def test_refuses_a_second_signature_of_one_party(self) -> None:
        commitment = a_commitment(Party.VO)

        with pytest.raises(SignedAlready):
            commitment.sign(Party.VO, shown_hash=commitment.hash, signer="x", at=NOON)


class TestRevise:
    def test_x11_moving_inside_the_span_keeps_the_associations_signatures(self) -> None:
        commitment = a_commitment(*EVERYBODY)

        event = commitment.revise(a_text(agenda=[{"starts": "2027-03-17T09:00"}]), at=NOON + DAY)

        assert event.signatures_reopened == (Party.VO, Party.HO)
        assert commitment.signed_by == {Party.VOP, Party.HOP}

    def test_x04_a_new_span_reopens_everybody(self) -> None:
        commitment = a_commitment(*EVERYBODY)

        event = commitment.revise(a_text(span={"last_day": "2027-03-19"}), at=NOON)

        assert set(event.signatures_reopened) == set(Party)
        assert commitment.signed_by == set()

    def test_names_nobody_who_had_not_signed(self) -> None:
        commitment = a_commitment(Party.VO)

        event = commitment.revise(a_text(goals={"en": "Three projects"}), at=NOON)

        assert event.signatures_reopened == (Party.VO,)

    def test_refuses_the_same_text(self) -> None:
        with pytest.raises(NothingChanged):
            a_commitment().revise(a_text(), at=NOON)

    @given(texts=st.lists(SMALL_TEXTS, min_size=1, max_size=6), data=st.data())
    def test_x04_a_signature_stands_exactly_while_its_parts_do(
        self, texts: list[Text], data: st.DataObject
    ) -> None:
        """Whatever is signed and revised in whatever order."""
        commitment = a_commitment()
        given_for: dict[Party, Text] = {}
        for text in texts:
            for party in data.draw(st.sets(st.sampled_from(list(Party)))):
                if party not in commitment.signed_by:
                    commitment.sign(party, shown_hash=commitment.hash, signer="x", at=NOON)
                    given_for[party] = dict(commitment.parts)
            if text != commitment.parts:
                commitment.revise(text, at=NOON)
            given_for = {
                party: signed
                for party, signed in given_for.items()
                if all(signed[p] == text[p] for p in CommitmentPart if party in BINDS[p])
            }

            assert commitment.signed_by == set(given_for)
