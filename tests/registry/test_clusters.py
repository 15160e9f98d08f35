"""The aggregate alone: no database, no clock."""

from collections.abc import Callable

import pytest

from contracts.event import Event
from contracts.registry import ClusterPublished, ClusterRevised, Reason
from contracts.vocabulary import ClusterState, CriterionResult
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import (
    CriteriaNotMet,
    FourEyes,
    ProfileIncomplete,
    RevisionReturned,
    WrongClusterState,
)
from services.registry.clusters.states import NEXT
from tests.registry.builders import (
    LESIA,
    NOON,
    TARAS,
    TODAY,
    a_cluster,
    a_profile,
    a_review,
)

STATES = list(ClusterState)
REASONS = [Reason(criterion="V-1", code="too_few")]

ACTS: dict[str, Callable[[Cluster], Event]] = {
    "redraft": lambda c: c.redraft(a_profile(), by="staff:x", at=NOON),
    "submit": lambda c: c.submit(by="staff:x", at=NOON),
    "withdraw": lambda c: c.withdraw(at=NOON),
    "start_review": lambda c: c.start_review(reviewer_id=LESIA, at=NOON),
    "return": lambda c: c.return_(REASONS, None, by="staff:x", at=NOON),
    "reject": lambda c: c.reject(REASONS, None, by="staff:x", at=NOON),
    "reopen": lambda c: c.reopen(at=NOON),
    "publish": lambda c: c.publish(a_review(), at=NOON),
    "edit": lambda c: c.edit(a_profile(web="https://new.example"), by="staff:x", at=NOON),
    "start_revision": lambda c: c.start_revision(a_profile(staff_fte=2), by="staff:x", at=NOON),
    "publish_revision": lambda c: c.publish_revision(a_review(), at=NOON),
    "return_revision": lambda c: c.return_revision(REASONS, None, by="staff:x", at=NOON),
    "confirm": lambda c: c.confirm(on=TODAY, at=NOON),
    "go_dormant": lambda c: c.go_dormant(at=NOON),
    "suspend": lambda c: c.suspend(reason="x", review_on=None, at=NOON),
    "reinstate": lambda c: c.reinstate(on=TODAY, at=NOON),
    "archive": lambda c: c.archive(reason="merged", on=TODAY, at=NOON),
}

# What may follow what, spelled by hand: an edit of the code's literal is noticed here.
ALLOWED = {
    ("redraft", "draft", "draft"),
    ("submit", "draft", "submitted"),
    ("withdraw", "draft", "withdrawn"),
    ("start_review", "submitted", "in_review"),
    ("return", "submitted", "draft"),
    ("return", "in_review", "draft"),
    ("reject", "in_review", "rejected"),
    ("reopen", "rejected", "draft"),
    ("publish", "in_review", "published"),
    ("edit", "published", "published"),
    ("start_revision", "published", "under_revision"),
    ("start_revision", "under_revision", "under_revision"),
    ("publish_revision", "under_revision", "published"),
    ("return_revision", "under_revision", "under_revision"),
    ("confirm", "published", "published"),
    ("confirm", "under_revision", "under_revision"),
    ("go_dormant", "published", "dormant"),
    ("suspend", "published", "suspended"),
    ("suspend", "under_revision", "suspended"),
    ("reinstate", "dormant", "published"),
    ("reinstate", "suspended", "published"),
    ("archive", "published", "archived"),
    ("archive", "under_revision", "archived"),
    ("archive", "dormant", "archived"),
    ("archive", "suspended", "archived"),
}

POSSIBLE = {(act, before) for act, before, _ in ALLOWED}
REFUSED = [(act, state) for act in ACTS for state in STATES if (act, state) not in POSSIBLE]


class TestLifeCycle:
    @pytest.mark.parametrize(("act", "before", "after"), sorted(ALLOWED))
    def test_allows(self, act: str, before: str, after: str) -> None:
        cluster = a_cluster(state=ClusterState(before))

        event = ACTS[act](cluster)

        assert (cluster.state, event.subject, event.time) == (after, str(cluster.id), NOON)

    @pytest.mark.parametrize(("act", "state"), REFUSED)
    def test_refuses_everything_else(self, act: str, state: ClusterState) -> None:
        cluster = a_cluster(state=state)

        with pytest.raises(WrongClusterState):
            ACTS[act](cluster)

        assert cluster.state is state

    @pytest.mark.parametrize("after", STATES)
    @pytest.mark.parametrize("before", STATES)
    def test_the_literal_names_exactly_the_moves(
        self, before: ClusterState, after: ClusterState
    ) -> None:
        moves = {(b, a) for _, b, a in ALLOWED if a != b}

        assert (after in NEXT[before]) == ((before, after) in moves)

    @pytest.mark.parametrize("state", [ClusterState.ARCHIVED, ClusterState.WITHDRAWN])
    def test_ends_for_good(self, state: ClusterState) -> None:
        assert NEXT[state] == frozenset()


class TestDraft:
    def test_states_number_and_profile(self) -> None:
        profile = a_profile()

        cluster, event = Cluster.draft(
            profile,
            cluster_id=TARAS,
            association="UA",
            number="CL-1001",
            ref="it-lviv",
            by="staff:x",
            at=NOON,
        )

        assert (event.number, event.version, event.country) == ("CL-1001", 1, "UA")
        assert event.profile == cluster.profile == profile


class TestSubmit:
    def test_refuses_a_profile_with_gaps_and_names_them(self) -> None:
        cluster = a_cluster(profile=a_profile(web="", languages=()))

        with pytest.raises(ProfileIncomplete, match="“Web page”, “Languages”") as refused:
            cluster.submit(by="staff:x", at=NOON)

        assert [fault.pointer for fault in refused.value.faults] == ["/web", "/languages"]


class TestFourEyes:
    @pytest.mark.parametrize("who", ["submitted_by", "edited_by"])
    def test_who_submitted_or_edited_cannot_publish(self, who: str) -> None:
        cluster = a_cluster(state=ClusterState.IN_REVIEW)
        setattr(cluster, who, f"staff:{LESIA}")

        with pytest.raises(FourEyes):
            cluster.publish(a_review(by=LESIA), at=NOON)

        assert cluster.state is ClusterState.IN_REVIEW

    def test_who_submitted_cannot_start_the_review(self) -> None:
        cluster = a_cluster(state=ClusterState.SUBMITTED)

        with pytest.raises(FourEyes):
            cluster.start_review(reviewer_id=TARAS, at=NOON)

    def test_who_made_a_revision_cannot_publish_it(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)
        cluster.start_revision(a_profile(staff_fte=2), by=f"staff:{LESIA}", at=NOON)

        with pytest.raises(FourEyes):
            cluster.publish_revision(a_review(by=LESIA), at=NOON)

    def test_r03_who_submitted_the_public_version_may_decide_on_the_next_one(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED, submitted_by=f"staff:{LESIA}")
        cluster.start_revision(a_profile(staff_fte=2), by=f"staff:{TARAS}", at=NOON)
        cluster.start_revision(a_profile(staff_fte=3), by="staff:a third one", at=NOON)

        assert cluster.may_be_decided_by(f"staff:{LESIA}")
        assert not cluster.may_be_decided_by(f"staff:{TARAS}")  # who laid it for review

    def test_who_made_a_revision_cannot_return_it(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)
        cluster.start_revision(a_profile(staff_fte=2), by=f"staff:{LESIA}", at=NOON)

        with pytest.raises(FourEyes):
            cluster.return_revision(REASONS, None, by=f"staff:{LESIA}", at=NOON)

    @pytest.mark.parametrize("act", ["return_", "reject"])
    def test_who_submitted_decides_nothing_in_the_review(self, act: str) -> None:
        cluster = a_cluster(state=ClusterState.IN_REVIEW)

        with pytest.raises(FourEyes):
            getattr(cluster, act)(REASONS, None, by=f"staff:{TARAS}", at=NOON)


class TestPublish:
    def test_states_profile_criteria_and_completeness(self) -> None:
        cluster = a_cluster(state=ClusterState.IN_REVIEW)

        event = cluster.publish(a_review(), at=NOON)

        assert isinstance(event, ClusterPublished)
        assert [criterion.id for criterion in event.criteria] == [f"V-{n}" for n in range(1, 9)]
        assert {criterion.result for criterion in event.criteria} == {CriterionResult.PASS}
        assert (event.profile, event.version) == (cluster.profile, 1)
        assert event.completeness == pytest.approx(0.85)
        assert cluster.confirmed_on == TODAY

    def test_refuses_what_the_reviewer_did_not_confirm(self) -> None:
        cluster = a_cluster(state=ClusterState.IN_REVIEW)

        with pytest.raises(CriteriaNotMet, match="V-3, V-7"):
            cluster.publish(a_review(confirmed=("V-2", "V-4", "V-5")), at=NOON)

    def test_forgets_the_reasons_of_an_earlier_return(self) -> None:
        cluster = a_cluster(state=ClusterState.IN_REVIEW)
        cluster.return_(REASONS, "see V-1", by="staff:x", at=NOON)
        cluster.submit(by="staff:x", at=NOON)
        cluster.start_review(reviewer_id=LESIA, at=NOON)

        cluster.publish(a_review(), at=NOON)

        assert (cluster.reasons, cluster.note) == ([], None)


class TestRevision:
    def test_leaves_the_old_version_public_until_it_is_reviewed(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)
        old = cluster.profile

        event = cluster.start_revision(a_profile(staff_fte=2), by="staff:x", at=NOON)

        assert (event.from_version, event.fields) == (1, ("staff_fte",))
        assert (cluster.profile, cluster.version) == (old, 1)

    def test_takes_the_place_of_the_old_version(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)
        cluster.start_revision(a_profile(staff_fte=2), by="staff:x", at=NOON)

        event = cluster.publish_revision(a_review(), at=NOON)

        assert (event.version, event.changed) == (2, ("staff_fte",))
        assert (cluster.profile.staff_fte, cluster.pending) == (2, None)

    def test_small_edits_go_public_at_once(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)

        event = cluster.edit(a_profile(web="https://new.example"), by="staff:x", at=NOON)

        assert isinstance(event, ClusterRevised)
        assert (event.version, event.changed, event.profile.web) == (
            2,
            ("web",),
            "https://new.example",
        )

    def test_large_edits_need_a_review(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)

        with pytest.raises(ValueError, match="staff_fte"):
            cluster.edit(a_profile(staff_fte=2), by="staff:x", at=NOON)

    def test_r03_a_returned_version_waits_for_its_cluster_while_the_old_one_stays_public(
        self,
    ) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)
        cluster.start_revision(a_profile(staff_fte=2), by="staff:x", at=NOON)

        event = cluster.return_revision(REASONS, "see V-1", by=f"staff:{LESIA}", at=NOON)

        assert (event.version, event.reasons, event.note) == (1, tuple(REASONS), "see V-1")
        assert (cluster.state, cluster.profile.staff_fte) == (ClusterState.UNDER_REVISION, 4.5)
        assert cluster.pending == a_profile(staff_fte=2)
        for decide in (
            lambda: cluster.publish_revision(a_review(), at=NOON),
            lambda: cluster.return_revision(REASONS, None, by=f"staff:{LESIA}", at=NOON),
        ):
            with pytest.raises(RevisionReturned):
                decide()

    def test_r03_a_returned_version_can_be_published_once_it_is_amended(self) -> None:
        cluster = a_cluster(state=ClusterState.UNDER_REVISION)
        cluster.return_revision(REASONS, "see V-1", by=f"staff:{LESIA}", at=NOON)

        cluster.start_revision(a_profile(staff_fte=3), by="staff:x", at=NOON)

        assert (cluster.reasons, cluster.note) == ([], None)
        assert cluster.publish_revision(a_review(), at=NOON).version == 2

    def test_is_dropped_by_a_suspension(self) -> None:
        cluster = a_cluster(state=ClusterState.UNDER_REVISION, reasons=["of its return"])

        cluster.suspend(reason="in liquidation", review_on=None, at=NOON)

        assert (cluster.pending, cluster.reasons) == (None, [])
