"""Small stories about clusters, told as the events that registry states."""

from datetime import UTC, date, datetime, time
from typing import Any

from contracts.registry import (
    AssociationRegistered,
    ClusterProfile,
    ClusterPublished,
    ClusterReinstated,
    ClusterRevisionStarted,
    ClusterSubmitted,
    ClusterSuspended,
)
from contracts.vocabulary import ClusterState, LegalId, LegalIdScheme, Names
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

    def publish(self, *, on: date, hour: int = 9, dual_use: bool = False) -> None:
        self.tell(
            ClusterPublished(
                **self._at(on, hour),
                number="CL-1091",
                version=1,
                profile=a_profile(dual_use=dual_use),
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

    def suspend(self, *, on: date, hour: int = 9) -> None:
        self.tell(ClusterSuspended(**self._at(on, hour), reason="in liquidation"))

    def reinstate(self, *, on: date, hour: int = 9) -> None:
        self.tell(ClusterReinstated(**self._at(on, hour), from_state=ClusterState.SUSPENDED))

    def _at(self, on: date, hour: int) -> dict[str, Any]:
        at = datetime.combine(on, time(hour), tzinfo=UTC)
        return {"subject": str(self.id), "time": at}


def a_profile(*, dual_use: bool = False) -> ClusterProfile:
    return ClusterProfile(
        legal_id=LegalId(scheme=LegalIdScheme.SK_ICO, value="36198200"),
        names=Names(original="Klaster", en="Cluster"),
        legal_form="združenie",
        established=date(2010, 1, 1),
        seat=KOSICE,
        languages=("sk",),
        ecosystem="digital",
        web="https://example.org",
        staff_fte=1,
        dual_use=dual_use,
    )
