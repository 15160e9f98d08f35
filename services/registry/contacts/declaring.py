"""From what a back office states of a person to the person the register keeps."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.people import DeclaredAbsence, DeclaredFunction, PersonDeclared
from contracts.people import Absence, PersonFunction
from contracts.vocabulary import PersonFunctionKind, Pointer
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.pointing import UNKNOWN, Pointed, clusters_pointed_at
from services.registry.clusters.states import ENDED
from services.registry.contacts.administrators import (
    lock_clusters,
    must_leave_two,
    name_administrators,
)
from services.registry.contacts.rotas import own_centres, set_rotas
from services.registry.organisations.queries import organisation_pointed_at
from services.registry.people.commands import Recorded, change_person, find, record_person
from services.registry.people.model import Person, Stated
from services.registry.people.naming import international, with_latin
from services.registry.taken import corrected
from services.registry.zones import faults_of_zone

CORRECT = mark("please correct the fields named below")
NO_CENTRE = mark("There is no such centre. Look its code up.")
NO_PERSON = mark("Your association keeps no such person. Declare this one first.")
NO_ORGANISATION = mark("Your association has no such organisation. Look its number up.")
WHICH = mark("Say for which cluster, or for which centre.")


async def declare_person(
    session: AsyncSession, actor: Actor, declared: PersonDeclared, *, at: datetime
) -> list[UUID]:
    """Keep a person as declared; gives the ids of the facts that came of it.

    Raises:
        Invalid: with every fault, pointing into the declaration.
        TooFewAdministrators: fewer than two would answer for a published profile.
    """
    stated = await _stated(session, actor, declared)
    wrong = await corrected(session, actor.association, declared, "person")
    known = await find(session, actor, ref=declared.ref, mail=stated.mail, person_id=wrong)
    before = known.stated.asked_at if known else frozenset()
    moved = await _moved(session, actor, known, stated)
    recorded = await record_person(
        session, actor, ref=declared.ref, stated=stated, person_id=wrong, at=at
    )
    named = await name_administrators(session, actor, moved, at=at)
    named += await set_rotas(
        session, actor, recorded.person.id, before=before, now=stated.asked_at, at=at
    )
    return [recorded.event, *named] if recorded.event else named


async def revise_person(
    session: AsyncSession,
    actor: Actor,
    declared: PersonDeclared,
    *,
    person: Person,
    lock: int,
    at: datetime,
) -> Recorded:
    """Put what was typed in the place of the person as seen at `lock`.

    Raises:
        Invalid: with every fault, pointing into the declaration.
        PersonChanged: somebody was faster.
        TooFewAdministrators: fewer than two would answer for a published profile.
    """
    stated = await _stated(session, actor, declared, kept=person)
    before = person.stated.asked_at
    moved = await _moved(session, actor, person, stated)
    recorded = await change_person(
        session, actor, person_id=person.id, stated=stated, lock=lock, at=at
    )
    await name_administrators(session, actor, moved, at=at)
    await set_rotas(session, actor, person.id, before=before, now=stated.asked_at, at=at)
    return recorded


async def _moved(
    session: AsyncSession, actor: Actor, known: Person | None, stated: Stated
) -> list[Cluster]:
    """The clusters that gain or lose this administrator, locked; two others stay where one goes."""
    before = known.stated.administers if known else frozenset()
    clusters = await lock_clusters(session, actor, before ^ stated.administers)
    if known is not None:
        lost = [cluster for cluster in clusters if cluster.id in before]
        await must_leave_two(session, lost, without={known.id})
    return clusters


async def _stated(
    session: AsyncSession, actor: Actor, declared: PersonDeclared, kept: Person | None = None
) -> Stated:
    faults = faults_of_zone(declared.zone)
    pointers = [each.cluster for each in declared.functions if each.cluster]
    clusters = await clusters_pointed_at(session, actor.association, pointers)
    centres = await own_centres(session, actor)
    functions = [
        _function(clusters, centres, each, f"/functions/{at}", faults)
        for at, each in enumerate(declared.functions)
    ]
    absences = [
        await _absence(session, actor, each, f"/absences/{at}/substitute", faults)
        for at, each in enumerate(declared.absences)
    ]
    organisation_id = kept.organisation_id if kept else None
    if declared.organisation is not None:
        organisation_id = await _organisation_id(session, actor, declared.organisation, faults)
    try:
        phone = international(declared.phone, actor.association)
    except Invalid as refusal:
        faults += refusal.faults
    if faults:
        raise Invalid(CORRECT, faults)
    return Stated(
        names=with_latin(declared.names),
        mail=declared.mail,
        phone=phone,
        language=declared.language,
        languages=declared.languages,
        zone=declared.zone,
        organisation_id=organisation_id,
        functions=(*(each for each in functions if each), *_unseen(kept, centres)),
        absences=tuple(each for each in absences if each),
        legal_ids=kept.legal_ids if kept else (),
        consent=declared.consent,
    )


def _function(
    clusters: Pointed,
    centres: frozenset[str],
    each: DeclaredFunction,
    at: str,
    faults: list[Fault],
) -> PersonFunction | None:
    on_rota = each.function is PersonFunctionKind.ROTA
    if (each.centre if on_rota else each.cluster) is None:
        faults.append(Fault(f"{at}/{'centre' if on_rota else 'cluster'}", "TLK-D068", WHICH))
        return None
    if each.centre is not None and each.centre not in centres:
        faults.append(Fault(f"{at}/centre", "TLK-D049", NO_CENTRE))
    cluster_id = None
    if each.cluster is not None:
        cluster = clusters.at(each.cluster, place=f"{at}/cluster")
        if isinstance(cluster, Fault):
            faults.append(cluster)
        elif cluster.state in ENDED:
            faults.append(Fault(f"{at}/cluster", "TLK-D043", UNKNOWN))
        else:
            cluster_id = cluster.id
    return PersonFunction(function=each.function, cluster_id=cluster_id, centre=each.centre)


def _unseen(kept: Person | None, centres: frozenset[str]) -> list[PersonFunction]:
    """What the person does at centres that whoever revises them does not see (R-14): it stays."""
    return [each for each in kept.functions if each.centre not in {None, *centres}] if kept else []


async def _organisation_id(
    session: AsyncSession, actor: Actor, pointer: Pointer, faults: list[Fault]
) -> UUID | None:
    found = await organisation_pointed_at(session, actor.association, pointer)
    if found is None:
        faults.append(Fault("/organisation", "TLK-D045", NO_ORGANISATION))
    return found.id if found else None


async def _absence(
    session: AsyncSession, actor: Actor, each: DeclaredAbsence, at: str, faults: list[Fault]
) -> Absence | None:
    substitute = select(Person.id).where(
        Person.association == actor.association, _is_meant(each.substitute)
    )
    substitute_id = await session.scalar(substitute)
    if substitute_id is None:
        faults.append(Fault(at, "TLK-D072", NO_PERSON))
        return None
    return Absence(
        from_at=each.from_at.astimezone(UTC),
        until_at=each.until_at.astimezone(UTC),
        substitute_id=substitute_id,
    )


def _is_meant(pointer: Pointer) -> ColumnElement[bool]:
    """What the pointer says by id or by ref."""
    if pointer.id is None:
        return Person.ref == pointer.ref
    try:
        return Person.id == UUID(pointer.id)
    except ValueError:
        return Person.ref == pointer.id
