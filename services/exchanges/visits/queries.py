"""One visit as its two associations see it: people, papers, names of clusters, what happened.

The support office reads the visit, never the people's names and addresses.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.vocabulary import ParticipantRole
from services.chassis import history
from services.chassis.identity import Actor
from services.chassis.staff import StaffCopy
from services.exchanges.commitments.model import Commitment
from services.exchanges.commitments.queries import commitment_of
from services.exchanges.copies.model import ClusterCopy
from services.exchanges.copies.queries import clusters_by_id
from services.exchanges.participants.model import Participant
from services.exchanges.participants.queries import participants_of
from services.exchanges.visits.access import sides_of, visit_of
from services.exchanges.visits.model import Visit


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit with what belongs to it.

    A cluster is None while its copy has not come. `people` is everybody by participant id, empty
    for who may not know them.
    """

    visit: Visit
    visitor: ClusterCopy | None
    host: ClusterCopy | None
    people: Mapping[UUID, Participant]
    commitment: Commitment | None

    @property
    def visitor_contact(self) -> Participant | None:
        """Who signs for the visiting organisation."""
        return self._contact(ParticipantRole.VISITOR)

    @property
    def host_contact(self) -> Participant | None:
        """Who signs for the host organisation."""
        return self._contact(ParticipantRole.HOST)

    def _contact(self, role: ParticipantRole) -> Participant | None:
        return next((person for person in self.people.values() if person.role is role), None)


@dataclass(frozen=True, slots=True)
class Told:
    """One fact about a visit or its commitment.

    `name` is known to the own association, and to both once the person's signature stands;
    `mail` is the address of somebody on the own staff, while that person is in office.
    """

    id: UUID
    time: datetime
    event: Event
    actor: str
    name: str | None
    mail: str | None = None


async def view_of(session: AsyncSession, actor: Actor, key: str) -> VisitView:
    """The visit of that number or id, with everything around it.

    Raises:
        VisitNotFound: there is none, or it is another association's.
    """
    visit = await visit_of(session, actor, key)
    clusters = await clusters_by_id(
        session, (visit.visiting_organisation_id, visit.host_organisation_id)
    )
    people = {}
    if actor.association in sides_of(visit):
        people = await participants_of(session, visit.id)
    return VisitView(
        visit=visit,
        visitor=clusters.get(visit.visiting_organisation_id),
        host=clusters.get(visit.host_organisation_id),
        people=people,
        commitment=await commitment_of(session, visit.id),
    )


async def subject_of(session: AsyncSession, number: str) -> str | None:
    """The id of a visit that whoever asks may see: the wall in the database decides."""
    found = await session.scalar(select(Visit.id).where(Visit.number == number))
    return str(found) if found else None


async def told_of(
    session: AsyncSession, actor: Actor, view: VisitView, *, limit: int | None = None
) -> Sequence[Told]:
    """What happened to the visit and its commitment, the newest first."""
    subjects = [str(view.visit.id), *([str(view.commitment.id)] if view.commitment else [])]
    rows = [row for subject in subjects for row in await history.rows_of(session, subject)]
    newest = sorted(rows, key=lambda row: -row["position"])[:limit]
    known = await _known(session, actor, view, {row["actor"] for row in newest})
    return [
        Told(
            id=row["event_id"],
            time=row["time"],
            event=history.event_of(row),
            actor=row["actor"],
            name=known.get(row["actor"], _NOBODY).name,
            mail=known.get(row["actor"], _NOBODY).mail,
        )
        for row in newest
    ]


class _Known(NamedTuple):
    """What may be shown of somebody who acted."""

    name: str | None = None
    mail: str | None = None


_NOBODY: Final = _Known()


async def _known(
    session: AsyncSession, actor: Actor, view: VisitView, acted: Collection[str]
) -> dict[str, _Known]:
    written_to = (person for person in view.people.values() if person.mail)  # else erased
    people = {f"participant:{person.id}": _Known(person.name) for person in written_to}
    return people | {
        f"staff:{person.staff_id}": _Known(person.name, _mail(person, actor))
        for person in await _staff(session, actor, view, acted)
    }


async def _staff(
    session: AsyncSession, actor: Actor, view: VisitView, acted: Collection[str]
) -> Sequence[StaffCopy]:
    """Who of the staff may be named: the own, and whose signature under this visit stands."""
    signatures = view.commitment.signatures if view.commitment else ()
    own = true() if actor.reads_across else StaffCopy.association == actor.association
    signed = StaffCopy.staff_id.in_(_staff_ids(each.signer for each in signatures))
    query = select(StaffCopy).where(StaffCopy.staff_id.in_(_staff_ids(acted)), or_(own, signed))
    return (await session.scalars(query)).all()


def _staff_ids(acted: Iterable[str]) -> list[UUID]:
    return [UUID(each.removeprefix("staff:")) for each in acted if each.startswith("staff:")]


def _mail(person: StaffCopy, actor: Actor) -> str | None:
    if person.dismissed or person.association != actor.association:
        return None
    return person.mail
