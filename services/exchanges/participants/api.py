"""What visits keep of a person, for the back office that answers a request about data (D-04)."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import LanguageSkill, ParticipantRole, PersonNames
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.exchanges.participants import queries

router = Router(prefix="/exchanges/v1/people", tags=["people"])


class ParticipantOut(BaseModel):
    """A person as he or she was taken into a visit."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    visit_id: UUID
    role: ParticipantRole
    organisation_id: UUID
    names: PersonNames
    mail: str
    phone: str | None
    language: str
    languages: list[LanguageSkill]
    zone: str
    recorded_at: datetime


@router.get("/{person_id}")
async def kept_of(
    person_id: UUID,
    session: Transaction,
    actor: Acting,
    limit: Size = 50,
    after: Cursor = None,
) -> Page[ParticipantOut]:
    """All records in visits of somebody, by the registry's id or that of the people in visits."""
    found, following = await queries.kept_of(session, actor, person_id, cursor=after, size=limit)
    return Page(items=[ParticipantOut.model_validate(each) for each in found], next=following)
