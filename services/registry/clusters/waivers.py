"""Waivers: one criterion that need not be met, because of a paper, until a day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.clusters import WaiverGranted, WaiverLapsed
from contracts.event import uuid7
from contracts.registry import Criterion
from contracts.vocabulary import CriterionResult, Recognition
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.registry.clusters.criteria import WAIVABLE
from services.registry.clusters.model import Cluster
from services.registry.database import Base

WITHOUT_END: Final = timedelta(days=365)  # a recognition that names no end waives for a year

CORRECT: Final = mark("please correct the fields named below")
NOT_WAIVABLE: Final = mark("This criterion is not waived for anybody. Choose one of V-1 to V-5.")
ENDED: Final = mark("The waiver would have ended already. Give a later day.")


class Waiver(Base):
    """A part of the cluster: granted by its association, lapsed by time."""

    __tablename__ = "waivers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    cluster_id: Mapped[UUID]
    criterion: Mapped[str]
    programme: Mapped[str]
    document: Mapped[str]
    until_day: Mapped[date]
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]
    lapsed_at: Mapped[datetime | None]

    @classmethod
    def grant(
        cls,
        cluster: Cluster,
        *,
        criterion: str,
        programme: str,
        document: str,
        until_day: date,
        by: str,
        on: date,
        at: datetime,
    ) -> tuple[Self, WaiverGranted]:
        """Let the criterion be until `until_day`."""
        faults = []
        if criterion not in WAIVABLE:
            faults.append(Fault("/criterion", "TLK-R064", NOT_WAIVABLE))
        if until_day < on:
            faults.append(Fault("/until_day", "TLK-R065", ENDED))
        if faults:
            raise Invalid(CORRECT, faults)
        waiver = cls(
            id=uuid7(),
            association=cluster.association,
            cluster_id=cluster.id,
            criterion=criterion,
            programme=programme,
            document=document,
            until_day=until_day,
            granted_by=by,
            granted_at=at,
            lapsed_at=None,
        )
        return waiver, WaiverGranted(
            subject=str(cluster.id),
            time=at,
            criterion=criterion,
            programme=programme,
            document=document,
            until_day=until_day,
        )

    def lapse(self, *, at: datetime) -> WaiverLapsed:
        """The day has passed."""
        self.lapsed_at = at
        return WaiverLapsed(subject=str(self.cluster_id), time=at, criterion=self.criterion)

    @property
    def paper(self) -> str:
        return paper_of(self.programme, self.document, self.until_day)


def paper_of(programme: str, document: str, until_day: date) -> str:
    """The paper behind a waiver, as a review states it."""
    return f"{programme}: {document} ({until_day.isoformat()})"


def end_of(recognition: Recognition, on: date) -> date:
    """Until when a recognition waives, seen from that day."""
    return recognition.until_day or on + WITHOUT_END


def by_recognition(
    cluster: Cluster,
    recognition: Recognition,
    criteria: Iterable[Criterion],
    *,
    known: Iterable[str],
    by: str,
    on: date,
    at: datetime,
) -> list[tuple[Waiver, WaiverGranted]]:
    """The waivers that a review has granted because the cluster is recognised."""
    besides = set(known)
    return [
        Waiver.grant(
            cluster,
            criterion=each.id,
            programme=recognition.programme,
            document=recognition.document,
            until_day=end_of(recognition, on),
            by=by,
            on=on,
            at=at,
        )
        for each in criteria
        if each.result is CriterionResult.WAIVED and each.id not in besides
    ]
