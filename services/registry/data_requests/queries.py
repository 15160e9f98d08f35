"""Which requests there are, and all that an association keeps of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.data_requests import DataRequestKind
from services.chassis import history, paging
from services.chassis.folding import fold
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.model import Cluster
from services.registry.data_requests.finding import request_of
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.refusals import PersonNotMeant
from services.registry.data_requests.states import OPEN
from services.registry.organisations.model import Organisation
from services.registry.people.queries import person_of
from services.registry.people.refusals import PersonNotFound
from services.registry.staff.queries import appointments_of

OF_PERSON = frozenset(
    {"id", "ref", "names", "mail", "phone", "language", "languages", "zone", "functions"}
    | {"absences", "legal_ids", "consent", "recorded_at"}
)
OF_STAFF = frozenset(
    {"names", "mail", "login", "language", "zone", "roles", "marks", "from_day", "until_day"}
)
ELSEWHERE: Final = (  # who else keeps more of a person, and where the back office asks for it
    ("exchanges", "records in visits", "/exchanges/v1/people/{}"),
    ("notifications", "messages that were sent", "/notifications/deliveries?search={}"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    kind: DataRequestKind | None = None
    owed: bool = False
    late_on: date | None = None


async def requests_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[DataRequest], str | None]:
    """The requests with which the actor's back office deals, by the day they are due."""
    actor.must_be(BACK_OFFICE)
    theirs = select(DataRequest).where(
        or_(
            DataRequest.association == actor.association,
            DataRequest.received_by == actor.association,
        ),
        *_matching(wanted),
    )
    keys = (DataRequest.due_day, DataRequest.id)
    return await paging.page(session, theirs, *keys, cursor=cursor, size=size)


async def all_kept_of(
    session: AsyncSession, actor: Actor, *, key: str, person_id: UUID, at: datetime
) -> dict[str, Any]:
    """Everything the association keeps of the person whom an access request is about.

    Raises:
        DataRequestNotFound: there is none, or none for this actor.
        NotAllowed: another association owes the answer.
        WrongRequestState: who asked wants something else, or access was refused.
        PersonNotMeant: the association keeps no such person, or another one was answered about.
    """
    request = await request_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=request.association)
    request.must_open_file_of(person_id)
    try:
        person = await person_of(session, actor, person_id)
    except PersonNotFound:
        raise PersonNotMeant from None
    told = await history.rows_of(session, str(person_id))
    return {
        "request": request.number,
        "association": request.association,
        "made_at": at,
        "person": {name: getattr(person, name) for name in sorted(OF_PERSON)},
        "clusters": await _numbers(session, Cluster.number, Cluster.id.in_(person.clusters)),
        "organisations": await _numbers(
            session, Organisation.number, Organisation.person_id == person_id
        ),
        "staff": [
            {name: getattr(each, name) for name in sorted(OF_STAFF)}
            for each in await appointments_of(session, actor, person.mail)
        ],
        "kept_by_other_services": [
            {"service": service, "keeps": what, "ask": where.format(person_id)}
            for service, what, where in ELSEWHERE
        ],
        "told_to_other_services": [
            {"at": row["time"], "type": row["type"], "data": history.event_of(row).model_dump()}
            for row in told
        ],
    }


async def _numbers(
    session: AsyncSession, number: Any, condition: ColumnElement[bool]
) -> Sequence[str]:
    return (await session.scalars(select(number).where(condition).order_by(number))).all()


def _matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        or_(
            DataRequest.folded.contains(word, autoescape=True),
            func.lower(DataRequest.number).contains(word, autoescape=True),
        )
        for word in fold(wanted.text).split()
    ]
    if wanted.kind is not None:
        found.append(DataRequest.kind == wanted.kind)
    if wanted.owed or wanted.late_on:
        found.append(DataRequest.state.in_(sorted(OPEN)))
    if wanted.late_on is not None:
        found.append(DataRequest.due_day < wanted.late_on)
    return found
