"""Small stories about clusters, told as the events that registry states."""

from datetime import UTC, date, datetime, time
from typing import Any

from contracts.clusters import ClusterSucceeded
from contracts.registry import (
    AssociationRegistered,
    ClusterArchived,
    ClusterProfile,
    ClusterPublished,
    ClusterReinstated,
    ClusterRevised,
    ClusterRevisionStarted,
    ClusterSubmitted,
    ClusterSuspended,
)
from contracts.vocabulary import (
    ClusterState,
    FiguresRule,
    LegalId,
    LegalIdScheme,
    Names,
    Place,
    SuccessionKind,
)
from tests.analytics.stories import KOSICE, Story


class AssociationStory(Story):
    """An association that takes part, with its seat."""

    def register(self, zone: str) -> None:
        self.tell(
            AssociationRegistered(
                subject=str(self.id),
                time=datetime(2027, 1, 1, tzinfo=UTC),
                country=self.association,
                names=Names(original="Альянс", en="Alliance"),
                languages=("uk",),
                zone=zone,
            )
        )


class ClusterStory(Story):
    """A cluster's way through its states; every act stands at an hour (UTC) of a day."""

    def publish(
        self, *, on: date, hour: int = 9, dual_use: bool = False, seat: Place = KOSICE
    ) -> None:
        self.profile = a_profile(dual_use=dual_use, seat=seat)
        self.tell(
            ClusterPublished(
                **self._at(on, hour),
                number="CL-1091",
                version=1,
                profile=self.profile,
                completeness=1,
                dual_use=dual_use,
            )
        )

    def submit(self, *, on: date, hour: int = 9) -> None:
        profile = a_profile()
        self.tell(
            ClusterSubmitted(
                **self._at(on, hour),
                number="CL-1091",
                version=1,
                legal_id=profile.legal_id,
                names=profile.names,
                country="SK",
            )
        )

    def revise(self, *, on: date, hour: int = 9) -> None:
        self.tell(ClusterRevisionStarted(**self._at(on, hour), from_version=1, fields=("web",)))

    def revise_at_once(self, *, on: date, hour: int = 9, **fields: Any) -> None:
        """A small edit, or a move, of a public profile."""
        self.profile = self.profile.model_copy(update=fields)
        self.tell(
            ClusterRevised(
                **self._at(on, hour),
                number="CL-1091",
                version=2,
                profile=self.profile,
                completeness=1,
                dual_use=self.profile.dual_use,
                changed=tuple(fields),
            )
        )

    def archive(self, *, on: date, told: date) -> None:
        """End on a day, and say so later."""
        self.tell(ClusterArchived(**self._at(told, 9), reason="merged", archived_day=on))

    def succeed(self, by: "ClusterStory") -> None:
        """Let another carry on, told with the end."""
        self.tell(
            ClusterSucceeded(
                subject=str(self.id),
                time=self.told[-1].event.time,
                kind=SuccessionKind.MERGE,
                predecessors=(self.id,),
                successors=(by.id,),
                figures_rule=FiguresRule.SUM,
            )
        )

    def suspend(self, *, on: date, hour: int = 9) -> None:
        self.tell(ClusterSuspended(**self._at(on, hour), reason="in liquidation"))

    def reinstate(self, *, on: date, hour: int = 9) -> None:
        self.tell(ClusterReinstated(**self._at(on, hour), from_state=ClusterState.SUSPENDED))

    def _at(self, on: date, hour: int) -> dict[str, Any]:
        at = datetime.combine(on, time(hour), tzinfo=UTC)
        return {"subject": str(self.id), "time": at}


def a_profile(*, dual_use: bool = False, seat: Place = KOSICE) -> ClusterProfile:
    return ClusterProfile(
        legal_id=LegalId(scheme=LegalIdScheme.SK_ICO, value="36198200"),
        names=Names(original="Klaster", en="Cluster"),
        legal_form="združenie",
        established=date(2010, 1, 1),
        seat=seat,
        languages=("sk",),
        ecosystem="digital",
        web="https://example.org",
        staff_fte=1,
        dual_use=dual_use,
    )
