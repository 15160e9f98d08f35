"""Plan a visit, and change its programme until it is agreed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Activity, Mode, ParticipantRole
from services.chassis import history
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.exchanges.commitments.queries import commitment_of
from services.exchanges.copies.model import ClusterCopy
from services.exchanges.copies.queries import associations, matchable_cluster
from services.exchanges.participants.commands import Seat, take_in
from services.exchanges.participants.model import Person
from services.exchanges.visits.access import must_coordinate, sides_of, visit_of
from services.exchanges.visits.commands.agreeing import reopened_by, revise
from services.exchanges.visits.model import Opening, Visit
from services.exchanges.visits.placing import at_site
from services.exchanges.visits.refusals import NoSessions, SameCluster
from services.exchanges.visits.sessions import NewSession, VisitSession, refused

LINKS_LAST: Final = timedelta(days=366)  # after the last session: it may yet be moved

RESTRICTED: Final = mark("this site is for vetted people: plan a visit there from the beginning")

NEXT_NUMBER: Final = text("""
  insert into visit_numbers (year, last) values (:year, 1)
  on conflict (year) do update set last = visit_numbers.last + 1 returning last
""")


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """Who visits whom, when, and who signs for the two organisations; titles by language."""

    title: dict[str, str]
    visiting_organisation_id: UUID
    host_organisation_id: UUID
    visitor_contact: Person
    host_contact: Person
    sessions: Sequence[NewSession]
    activities: tuple[Activity, ...] = field(default=(Activity.KNOWLEDGE_SHARING,))


async def plan_visit(
    session: AsyncSession, actor: Actor, *, plan: VisitPlan, link_key: SecretStr, at: datetime
) -> Visit:
    """Open a visit with its sessions and the two people who sign for the organisations.

    Raises:
        ClusterNotMatchable: a cluster is not in the catalogue.
        NotAllowed: the actor coordinates neither side.
        SameCluster: the cluster would visit itself.
        NoSessions: a visit without sessions.
        SessionCannotBe, SpanTooLong: times or places contradict each other or the clock.
    """
    visitor = await matchable_cluster(
        session, actor, plan.visiting_organisation_id, pointer="/visiting_organisation_id"
    )
    host = await matchable_cluster(
        session, actor, plan.host_organisation_id, pointer="/host_organisation_id"
    )
    must_coordinate(actor, {visitor.association, host.association})
    _check(plan)
    plan, restricted = await _at_sites(session, actor, plan)
    sessions = [
        VisitSession.planned(
            planned,
            visitor_association=visitor.association,
            host_association=host.association,
            at=at,
            below=f"/sessions/{position}",
        )
        for position, planned in enumerate(plan.sessions)
    ]
    number = await _next_number(session, sessions[0].starts_wall.year)
    opening = await _opening(session, plan, visitor, host, restricted=restricted)
    visit, opened = Visit.open(opening, number=number, by=actor.id, at=at)
    session.add(visit)
    await history.record(session, opened, actor=actor)
    for planned_session in sessions:
        event = visit.add_session(planned_session, at=at)
        await history.record(session, event, actor=actor)
    await _take_contacts_in(session, actor, visit, plan, link_key=link_key, at=at)
    return visit


async def add_session(
    session: AsyncSession, actor: Actor, *, key: str, plan: NewSession, at: datetime
) -> VisitSession:
    """Put one more session on the programme; a text that was drafted changes with it.

    Raises:
        WrongVisitState: the visit is agreed or over.
        SessionCannotBe, SpanTooLong: times or place contradict the clock or each other.
    """
    visit = await _to_plan(session, actor, key)
    plan, restricted = await at_site(session, actor, visit.host_organisation_id, plan)
    if restricted and not visit.dual_use:
        raise refused("/site_id", RESTRICTED)
    added = VisitSession.planned(
        plan,
        visitor_association=visit.visitor_association,
        host_association=visit.host_association,
        at=at,
    )
    commitment = await commitment_of(session, visit.id)
    visit.reopen(reopened_by(commitment, visit, sessions=[*visit.programme, added]))
    await history.record(session, visit.add_session(added, at=at), actor=actor)
    await revise(session, actor, visit, commitment, at=at)
    return added


async def drop_session(
    session: AsyncSession, actor: Actor, *, key: str, session_id: UUID, at: datetime
) -> Visit:
    """Take a session off the programme; a text that was drafted changes with it.

    Raises:
        WrongVisitState: the visit is agreed or over.
        NoSessions: it is the last one; call the visit off instead.
    """
    visit = await _to_plan(session, actor, key)
    kept = [planned for planned in visit.programme if planned.id != visit.session(session_id).id]
    if not kept:
        raise NoSessions(mark("a visit has at least one session; call the visit off instead"))
    commitment = await commitment_of(session, visit.id)
    visit.reopen(reopened_by(commitment, visit, sessions=kept))
    await history.record(session, visit.drop_session(session_id, at=at), actor=actor)
    await revise(session, actor, visit, commitment, at=at)
    return visit


def seat_of(visit: Visit, role: ParticipantRole, organisation_id: UUID) -> Seat:
    """A place in the visit, with a link that is good for a while after the last session."""
    return Seat(
        visit_id=visit.id,
        visitor_association=visit.visitor_association,
        host_association=visit.host_association,
        role=role,
        organisation_id=organisation_id,
        link_until=max(planned.ends_at for planned in visit.programme) + LINKS_LAST,
    )


async def _to_plan(session: AsyncSession, actor: Actor, key: str) -> Visit:
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, sides_of(visit))
    return visit


def _check(plan: VisitPlan) -> None:
    if plan.visiting_organisation_id == plan.host_organisation_id:
        text = mark("a cluster cannot visit itself; choose another host")
        raise SameCluster(text, [Fault("/host_organisation_id", SameCluster.code, text)])
    if not plan.sessions:
        text = mark("plan at least one session")
        raise NoSessions(text, [Fault("/sessions", NoSessions.code, text)])


async def _at_sites(session: AsyncSession, actor: Actor, plan: VisitPlan) -> tuple[VisitPlan, bool]:
    """The plan with the places of the sites it names; and whether one of those is dual use."""
    placed = [
        await at_site(
            session, actor, plan.host_organisation_id, asked, below=f"/sessions/{position}"
        )
        for position, asked in enumerate(plan.sessions)
    ]
    return replace(plan, sessions=[asked for asked, _ in placed]), any(dual for _, dual in placed)


async def _next_number(session: AsyncSession, year: int) -> str:
    last = (await session.execute(NEXT_NUMBER, {"year": year})).scalar_one()
    return f"EX-{year}-{last:03}"


async def _opening(
    session: AsyncSession,
    plan: VisitPlan,
    visitor: ClusterCopy,
    host: ClusterCopy,
    *,
    restricted: bool,
) -> Opening:
    known = await associations(session)
    on_site = any(planned.mode is Mode.ON_SITE for planned in plan.sessions)
    return Opening(
        title=plan.title,
        visitor_association=visitor.association,
        host_association=host.association,
        visiting_organisation_id=visitor.cluster_id,
        host_organisation_id=host.cluster_id,
        host_zone=known[host.association].zone,
        mode=Mode.ON_SITE if on_site else Mode.ONLINE,
        activities=plan.activities,
        dual_use=visitor.dual_use or host.dual_use or restricted,
    )


async def _take_contacts_in(
    session: AsyncSession,
    actor: Actor,
    visit: Visit,
    plan: VisitPlan,
    *,
    link_key: SecretStr,
    at: datetime,
) -> None:
    for person, role, organisation_id in (
        (plan.visitor_contact, ParticipantRole.VISITOR, visit.visiting_organisation_id),
        (plan.host_contact, ParticipantRole.HOST, visit.host_organisation_id),
    ):
        seat = seat_of(visit, role, organisation_id)
        await take_in(session, actor, person=person, seat=seat, link_key=link_key, at=at)
