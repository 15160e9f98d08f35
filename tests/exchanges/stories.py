"""A visit brought to a point of its life by the commands that bring it there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select

from contracts.event import Event, uuid7
from contracts.vocabulary import (
    DelegateAnswer,
    ParticipantRole,
    Party,
    PersonNames,
    VisitState,
)
from services.chassis import history, links
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.exchanges.commitments.model import Commitment
from services.exchanges.copies.model import AssociationCopy, ClusterCopy, SiteCopy
from services.exchanges.participants.model import Participant, Person
from services.exchanges.visits.access import visit_of
from services.exchanges.visits.commands import agreeing, holding, inviting, planning
from services.exchanges.visits.commands.inviting import Invitees
from services.exchanges.visits.commands.planning import VisitPlan
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import NewSession
from tests.exchanges.builders import (
    DAY,
    DEADLINE,
    LVIV_CLUSTER,
    NITRA,
    NITRA_CLUSTER,
    NOON,
    a_coordinator,
    a_plan,
)

LINK_KEY = SecretStr("a key that only the tests know")
ZUZANA = a_coordinator("SK")
TARAS = a_coordinator("UA")
ZONES = {"UA": "Europe/Kyiv", "SK": "Europe/Bratislava", "PL": "Europe/Warsaw"}


def a_person(name: str = "Оксана Шевчук", mail: str = "oksana@example.org") -> Person:
    return Person(names=PersonNames(original=name), mail=mail, language="uk", zone="Europe/Kyiv")


def a_visit_plan(
    *sessions: NewSession, visitor: UUID = LVIV_CLUSTER, host: UUID = NITRA_CLUSTER
) -> VisitPlan:
    return VisitPlan(
        title={"en": "Plastics for the field"},
        visiting_organisation_id=visitor,
        host_organisation_id=host,
        visitor_contact=a_person("Андрій Мельник", "andrii@example.org"),
        host_contact=a_person("Martin Kováč", "martin@example.org"),
        sessions=sessions or (a_plan(16), a_plan(17), a_plan(18)),
    )


async def the_copies(sessions: Sessions) -> None:
    """The six associations' clusters that the stories need, as registry would have told them."""
    async with sessions.begin() as session:
        for association, zone in ZONES.items():
            session.add(
                AssociationCopy(
                    association=association,
                    names={"original": association, "en": association},
                    short_name=None,
                    languages=["en"],
                    zone=zone,
                    as_of=NOON,
                )
            )
        session.add(a_cluster_copy(LVIV_CLUSTER, "UA", "Lviv Plastics Cluster"))
        session.add(a_cluster_copy(NITRA_CLUSTER, "SK", "Nitra Plastics Cluster"))


def a_cluster_copy(cluster_id: UUID, association: str, name: str, **more: object) -> ClusterCopy:
    usual = {
        "cluster_id": cluster_id,
        "association": association,
        "number": f"CL-{cluster_id.int % 1000}",
        "name": name,
        "name_en": name,
        "short_name": None,
        "place_facts": NITRA.model_dump(mode="json", exclude_none=True),
        "city": name.split(maxsplit=1)[0],
        "ecosystem": "digital",
        "languages": ["en"],
        "completeness": 75,
        "dual_use": False,
        "matchable": True,
        "folded": name.lower(),
        "as_of": NOON,
    }
    return ClusterCopy(**(usual | more))


def a_site_copy(name: str = "Assembly hall", **more: Any) -> SiteCopy:
    """An open site of the cluster in Nitra."""
    usual: dict[str, Any] = {
        "site_id": uuid7(),
        "association": "SK",
        "holder_id": NITRA_CLUSTER,
        "names": {"en": name},
        "place_facts": NITRA.model_dump(mode="json", exclude_none=True, exclude={"name"}),
        "seats": 80,
        "step_free": True,
        "booth": False,
        "shelter_minutes": 4,
        "generator": False,
        "satellite": False,
        "parking": None,
        "dual_use": False,
        "is_open": True,
        "as_of": NOON,
    }
    return SiteCopy(**(usual | more))


async def planned(sessions: Sessions, *plans: NewSession, actor: Actor = ZUZANA) -> Visit:
    async with sessions.begin() as session:
        return await planning.plan_visit(
            session, actor, plan=a_visit_plan(*plans), link_key=LINK_KEY, at=NOON
        )


async def invited(sessions: Sessions, visit: Visit, *mails: str) -> list[UUID]:
    people = [a_person(mail.partition("@")[0], mail) for mail in mails]
    async with sessions.begin() as session:
        delegates = await inviting.invite_delegates(
            session,
            ZUZANA,
            key=visit.number,
            invitees=Invitees(people, reply_by_at=DEADLINE),
            link_key=LINK_KEY,
            at=NOON,
        )
    return [delegate.participant_id for delegate in delegates]


async def answered(
    sessions: Sessions, visit: Visit, participant_id: UUID, answer: DelegateAnswer
) -> None:
    async with sessions.begin() as session:
        await inviting.answer_invitation(
            session,
            Actor(f"participant:{participant_id}", "UA", frozenset({"delegate"})),
            key=visit.number,
            participant_id=participant_id,
            answer=answer,
            at=NOON + DAY,
        )


async def drafted(sessions: Sessions, visit: Visit) -> Commitment:
    async with sessions.begin() as session:
        return await agreeing.draft_commitment(
            session, TARAS, key=visit.number, goals={"en": "Two joint projects"}, at=NOON
        )


async def signed(sessions: Sessions, visit: Visit, *parties: Party, at: datetime = NOON) -> None:
    """Each of these parties signs the text that stands, by its own way."""
    for party in parties:
        async with sessions.begin() as session:
            standing = await session.scalar(
                select(Commitment.hash).where(Commitment.visit_id == visit.id)
            )
        assert standing is not None
        if party in (Party.VOP, Party.HOP):
            actor = TARAS if party is Party.VOP else ZUZANA
            async with sessions.begin() as session:
                await agreeing.sign_as_association(
                    session, actor, key=visit.number, party=party, shown_hash=standing, at=at
                )
        else:
            await _signed_by_code(sessions, visit, party, shown_hash=standing, at=at)


async def _signed_by_code(
    sessions: Sessions, visit: Visit, party: Party, *, shown_hash: str, at: datetime
) -> None:
    role = ParticipantRole.VISITOR if party is Party.VO else ParticipantRole.HOST
    contact = await contact_of(sessions, visit, role)
    actor = Actor(f"participant:{contact.id}", contact.association, frozenset({role.value}))
    async with sessions.begin() as session:
        challenge = await agreeing.request_code(session, actor, participant=contact, at=at)
    async with sessions.begin() as session:
        assert await agreeing.sign_by_code(
            session,
            actor,
            participant=contact,
            challenge_id=challenge.id,
            code=links.code(LINK_KEY, challenge.id),
            shown_hash=shown_hash,
            link_key=LINK_KEY,
            at=at,
        )


async def contact_of(sessions: Sessions, visit: Visit, role: ParticipantRole) -> Participant:
    async with sessions.begin() as session:
        contact = await session.scalar(
            select(Participant).where(Participant.visit_id == visit.id, Participant.role == role)
        )
    assert contact is not None
    return contact


async def committed(sessions: Sessions, visit: Visit, *mails: str) -> list[UUID]:
    """Invited, all accepted, all four signed."""
    people = await invited(sessions, visit, *(mails or ("oksana@example.org",)))
    for participant_id in people:
        await answered(sessions, visit, participant_id, DelegateAnswer.ACCEPTED)
    await drafted(sessions, visit)
    await signed(sessions, visit, Party.VO, Party.VOP, Party.HO, Party.HOP)
    return people


async def under_way(sessions: Sessions, visit: Visit, *mails: str) -> list[UUID]:
    """Committed, ready, and everybody checked in at the first session."""
    people = await committed(sessions, visit, *mails)
    async with sessions.begin() as session:
        await holding.mark_ready(session, TARAS, key=visit.number, at=NOON + DAY)
    async with sessions.begin() as session:
        start = visit.programme[0].starts_at
        await holding.check_in(session, ZUZANA, key=visit.number, participant_ids=people, at=start)
    return people


async def facts_of(sessions: Sessions, subject: UUID) -> Sequence[Event]:
    """What was stated about one aggregate, read back by its classes, oldest first."""
    async with sessions.begin() as session:
        return [history.event_of(row) for row in await history.rows_of(session, str(subject))]


async def stated(sessions: Sessions, subject: UUID) -> list[str]:
    return [type(event).__name__ for event in await facts_of(sessions, subject)]


async def in_state(sessions: Sessions, visit: Visit, state: VisitState) -> None:
    """Put a visit into a state as it stands, for pages that must show every state."""
    async with sessions.begin() as session:
        merged = await session.merge(visit)
        merged.state = state


async def again(sessions: Sessions, visit: Visit) -> Visit:
    """The visit as it stands now."""
    async with sessions.begin() as session:
        return await visit_of(session, ZUZANA, str(visit.id))
