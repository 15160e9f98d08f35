"""What keeps a public profile true: it is confirmed, goes dormant, is suspended, and comes back."""

from datetime import date, datetime

from contracts import registry as facts
from contracts.vocabulary import Asked, ClusterState
from services.registry.clusters.columns import ClusterColumns
from services.registry.clusters.states import PUBLIC


class ClusterConfirmation(ClusterColumns):
    """The acts between the catalogue and what takes a profile out of it for a time."""

    def confirm(self, *, on: date, at: datetime) -> facts.ClusterConfirmed:
        """State that the public profile is still right; twelve months begin again."""
        self._must_be(*PUBLIC)
        self.confirmed_on, self.changed_at = max(on, self.confirmed_on or on), at
        return facts.ClusterConfirmed(subject=str(self.id), time=at, confirmed_day=on)

    def go_dormant(
        self,
        asked: tuple[Asked, ...] = (),
        *,
        answer_by: datetime | None = None,
        at: datetime,
    ) -> facts.ClusterWentDormant:
        """Leave the catalogue, because nobody confirmed the profile for twelve months."""
        self._move_to(ClusterState.DORMANT, at=at)
        if self.confirmed_on is None:
            raise ValueError(f"{self.number} was never confirmed, so it cannot be out of date")
        return facts.ClusterWentDormant(
            subject=str(self.id),
            time=at,
            last_confirmed_day=self.confirmed_on,
            asked=asked,
            answer_by_at=answer_by,
        )

    def revive(
        self, *, on: date, at: datetime
    ) -> tuple[facts.ClusterReinstated, facts.ClusterConfirmed]:
        """State that a dormant profile is still right: it is public again by that."""
        self._must_be(ClusterState.DORMANT)
        return self.reinstate(on=on, at=at), self.confirm(on=on, at=at)

    def suspend(
        self, *, reason: str, review_on: date | None, at: datetime
    ) -> facts.ClusterSuspended:
        """Take the profile out of the catalogue, and drop a revision that waits for its review."""
        self._move_to(ClusterState.SUSPENDED, at=at)
        self.pending, self.reasons, self.note = None, [], reason
        return facts.ClusterSuspended(
            subject=str(self.id), time=at, reason=reason, review_day=review_on
        )

    def reinstate(self, *, on: date, at: datetime) -> facts.ClusterReinstated:
        """Bring a dormant or suspended profile back; that day counts as its confirmation."""
        self._must_be(ClusterState.DORMANT, ClusterState.SUSPENDED)
        former = self.state
        self._move_to(ClusterState.PUBLISHED, at=at)
        self.note, self.confirmed_on = None, on
        return facts.ClusterReinstated(subject=str(self.id), time=at, from_state=former)
