"""A register of Polish clusters, and the ways of an import through it."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import FastAPI
from sqlalchemy import func, select

from contracts.legal_ids import check_digit_of
from contracts.reference import clusters
from contracts.vocabulary import LegalId, LegalIdScheme, Names
from services.chassis import clock, tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.imports import commands, finding, queries
from services.registry.imports.fields import Kind, schemes_of
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.states import State
from services.registry.imports.work import Workshop, work_once
from services.registry.memberships.model import Membership
from services.registry.organisations.model import Organisation
from tests.office import in_office
from tests.registry.builders import NOON, TARAS, a_cluster, a_profile, an_association, saved
from tests.registry.imports import DATA

POLES = Actor(f"staff:{TARAS}", "PL", frozenset({"back_office"}))
LISTS = json.loads((DATA / "expected.json").read_text("utf-8"))["files"]
EXPECTED = LISTS[0]
HEADER = ["Klaster", "Nazwa członka", "NIP", "Data przystąpienia"]
SMOK = ["KOVO", "Smok S.A.", "9997953680", "2020-01-05"]


def office_of(country: str) -> Actor:
    return Actor(f"staff:{TARAS}", country, frozenset({"back_office"}))


def of_country(country: str, name: str, english: str, number: int) -> Cluster:
    scheme = LegalIdScheme.PL_KRS if country == "PL" else schemes_of(country)[0]
    stem = f"{number:010}" if country == "PL" else f"{3_000_000 + number}"
    stem += "0" if country == "LT" else ""
    digit = check_digit_of(scheme, stem)
    legal_id = LegalId(scheme=scheme, value=stem if digit is None else f"{stem}{digit}")
    names = Names(original=name, en=english)
    return a_cluster(
        association=country,
        number=f"CL-{number}",
        profile=a_profile(legal_id=legal_id, names=names),
    )


async def a_workshop(app: FastAPI, sessions: Sessions, country: str = "PL") -> Workshop:
    """The worker's workshop, in a register with the clusters of one country."""
    known = [each for each in clusters() if each.country == country]
    own = [
        of_country(country, each.name, each.name_en, at)
        for at, each in enumerate(known, start=2001)
    ]
    await saved(
        sessions,
        an_association(country, "Europe/Warsaw"),
        of_country(country, "KOVO", "KOVO", 1999),
        *own,
    )
    staff = in_office(
        TARAS,
        of=country,
        roles=["back_office"],
        names={"original": "Zofia"},
        language="pl",
        zone="Europe/Warsaw",
    )
    async with sessions.begin() as session:
        session.add(staff)
    return Workshop.of(app)


async def start(
    workshop: Workshop,
    body: bytes,
    *,
    name: str = "lista.csv",
    kind: Kind = Kind.MEMBERS,
    by: Actor = POLES,
) -> Import:
    async with workshop.sessions.begin() as session:
        await tenancy.enter(session, by)
        return await commands.start_import(
            session, by, kind=kind, cluster=None, file_name=name, file=body, at=NOON
        )


async def seen(workshop: Workshop, started: Import) -> Import:
    by = office_of(started.association)
    async with workshop.sessions.begin() as session:
        await tenancy.enter(session, by)
        return await finding.import_of(session, by, started.number)


async def act(
    workshop: Workshop, command: Callable[..., Awaitable[Import]], started: Import, **more: Any
) -> Import:
    by = office_of(started.association)
    async with workshop.sessions.begin() as session:
        await tenancy.enter(session, by)
        return await command(session, by, key=started.number, **{"at": clock.now(), **more})


async def judged(
    workshop: Workshop, body: bytes, *, kind: Kind = Kind.MEMBERS, by: Actor = POLES
) -> Import:
    """An import whose rows wait for somebody, its columns matched as they were guessed."""
    started = await start(workshop, body, kind=kind, by=by)
    await work_once(workshop)
    found = await seen(workshop, started)
    assert found.state is State.MATCHING, found.problem
    await act(workshop, commands.match_columns, found, matched=finding.matched_of(found))
    await work_once(workshop)
    return await seen(workshop, started)


async def rows_of(sessions: Sessions, found: Import) -> Sequence[ImportRow]:
    async with sessions() as session:
        return await queries.rows_of(session, found.id)


def counts(found: Import) -> tuple[int, int, int, int]:
    return found.new, found.changed, found.skipped, found.bad


async def memberships(sessions: Sessions) -> int:
    async with sessions() as session:
        query = select(func.count()).select_from(Membership)
        return (await session.scalar(query.where(Membership.ended_day.is_(None)))) or 0


async def done(workshop: Workshop, body: bytes) -> Import:
    """An import whose good rows are saved."""
    found = await judged(workshop, body)
    await act(workshop, commands.confirm_import, found, only_good=True)
    await work_once(workshop)
    return found


async def settlements(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        known = await session.scalars(select(Organisation).order_by(Organisation.number))
        return [each.place.settlement for each in known]
