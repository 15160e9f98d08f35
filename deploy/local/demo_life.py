"""What happens in the demo after the clusters are published: holdings, centres, most states."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import httpx
from sqlalchemy import select

from contracts.reference import centres, clusters
from contracts.vocabulary import Names
from deploy.local import demo_doors as doors
from deploy.local.demo_clusters import revised
from deploy.local.demo_contacts import people_of, ref_of
from deploy.local.demo_holdings import CENTRES, holdings_of, services_of
from deploy.local.demo_people import HOME
from deploy.local.demo_states import ACTS, INVENTED, declared_in_states
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.chassis.identity import SYSTEM
from services.registry.centres.commands import open_centre
from services.registry.centres.model import Centre
from services.registry.centres.words import next_quarters

# links are made in the order of the list, so this one comes when all others are there
LAST_LINKED: Final = [each.id for each in clusters() if each.country == HOME and each.centre][-1]
SHOWN: Final = {"limit": "200"}


async def open_centres(sessions: Sessions, worker_sessions: Sessions, at: datetime) -> None:
    """Open the centres of the reference list as far as they are missing."""
    async with worker_sessions() as session:
        there = set(await session.scalars(select(Centre.code)))
    actor = replace(SYSTEM, association=HOME)
    for known in centres().values():
        if known.code in there:
            continue
        async with sessions.begin() as session:
            await tenancy.enter(session, replace(actor, marks=frozenset({"dual_use_vetted"})))
            await open_centre(
                session,
                actor,
                code=known.code,
                names=Names(original=known.name_uk, en=known.name_en),
                industry=known.industry,
                scope={"en": f"Shared services for clusters of the industry {known.industry}"},
                ecosystems=[known.main_ecosystem, *known.further_ecosystems],
                at=at,
            )


async def hold(client: httpx.AsyncClient, keys: Mapping[str, str], on: date) -> None:
    """Declare what the clusters of all associations hold, and what the centres offer."""
    for country, key in keys.items():
        await doors.post(client, country, key, [*holdings_of(country, on), *people_of(country)])
    for quarter in next_quarters(on, 2):
        await doors.post(client, HOME, keys[HOME], services_of(quarter, on))


async def link(reviewer: httpx.AsyncClient, on: date) -> None:
    """Let each centre serve the clusters of its industry, with one twin in each other country."""
    known = await _clusters(reviewer)
    linked = await _linked(reviewer)
    twins = set()
    for cluster in clusters():
        code, found = CENTRES.get(cluster.centre), known.get(cluster.name_en)
        if code is None or found is None or (code, found["number"]) in linked:
            continue
        role = "served" if cluster.country == HOME else "twin"
        if role == "twin" and (code, cluster.country) in twins:
            continue
        twins.add((code, cluster.country))
        address = f"/registry/v1/centres/{code}/clusters/{found['number']}/{role}"
        await doors.act(reviewer, address, {"from_day": on.isoformat()})


async def set_rotas(reviewer: httpx.AsyncClient, on: date) -> None:
    """Let somebody be asked at each centre, and the next one stand in."""
    answer = await reviewer.get("/registry/v1/people", params=SHOWN)
    answer.raise_for_status()
    ids = {each["ref"]: each["id"] for each in answer.json()["items"]}
    asked = [ids[ref_of(HOME, number)] for number in range(len(CENTRES))]
    for code, person, substitute in zip(
        CENTRES.values(), asked, [*asked[1:], asked[0]], strict=True
    ):
        entry = {"person_id": person, "substitute_id": substitute, "from_day": on.isoformat()}
        await doors.act(reviewer, f"/registry/v1/centres/{code}/rota", {"entries": [entry]})


async def show_states(client: httpx.AsyncClient, reviewer: httpx.AsyncClient, key: str) -> None:
    """Have one profile in each state that does not take a year, and one under revision."""
    await doors.post(client, HOME, key, [*declared_in_states(), revised(HOME)])
    known = await _clusters(reviewer)
    for state, acts in ACTS.items():
        profile = known[INVENTED[state].name_en]
        if profile["state"] != "submitted":
            continue  # it was led on before
        for act, body in acts:
            await doors.act(reviewer, f"/registry/v1/clusters/{profile['number']}/{act}", body)


async def _clusters(reviewer: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """All clusters that the reviewer sees, by their English names."""
    found: dict[str, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        answer = await reviewer.get("/registry/v1/clusters", params=SHOWN | cursor)
        answer.raise_for_status()
        page = answer.json()
        found |= {item["name"]: item for item in page["items"]}
        if not page.get("next"):
            return found
        cursor = {"cursor": page["next"]}


async def _linked(reviewer: httpx.AsyncClient) -> set[tuple[str, str]]:
    found = set()
    for code in CENTRES.values():
        answer = await reviewer.get(f"/registry/v1/centres/{code}")
        answer.raise_for_status()
        found |= {(code, link["number"]) for link in answer.json()["links"]}
    return found
