"""Labels for systems: the list, one, and taking one away; they are given by declaration."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.vocabulary import LabelLevel
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.labels import commands, finding, queries
from services.registry.labels.model import Label, LabelState
from services.registry.labels.queries import Wanted

router = Router(prefix="/registry/v1/labels", tags=["labels"])


class LabelOut(BaseModel):
    """A label; `ends_on` is its last day, `until_day` what its certificate says."""

    id: UUID
    association: str
    cluster_id: UUID
    cluster_number: str
    cluster_name: str
    level: LabelLevel
    issuer: str
    from_day: date
    until_day: date
    ends_on: date
    certificate: str | None
    state: LabelState
    reason: str | None
    changed_at: datetime

    @classmethod
    def of(cls, label: Label, number: str, name: str) -> "LabelOut":
        """The label with the cluster that holds it."""
        fields = {
            field: getattr(label, field) for field in cls.model_fields if hasattr(label, field)
        }
        return cls(**fields, cluster_number=number, cluster_name=name)


class Withdrawal(BaseModel):
    """Why the label is taken away."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


@router.get("")
async def list_labels(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    level: LabelLevel | None = None,
    state: LabelState | None = None,
    ends_by: date | None = None,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[LabelOut]:
    """Labels of the clusters you may see, by their last day; `q` finds clusters."""
    wanted = Wanted(q, level, state, ends_by)
    rows, following = await queries.labels_page(session, actor, wanted, cursor=cursor, size=limit)
    return Page(items=[LabelOut.of(*row) for row in rows], next=following)


@router.get("/{label_id}")
async def one_label(label_id: UUID, session: Transaction, actor: Acting) -> LabelOut:
    """One label."""
    return LabelOut.of(*await finding.label_of(session, actor, label_id))


@router.put("/{label_id}/withdrawal")
async def withdraw(
    label_id: UUID, withdrawal: Withdrawal, session: Transaction, actor: Acting
) -> LabelOut:
    """Take a label away before its time."""
    await commands.withdraw_label(
        session, actor, label_id=label_id, reason=withdrawal.reason, at=clock.now()
    )
    return LabelOut.of(*await finding.label_of(session, actor, label_id))
