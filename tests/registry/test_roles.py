"""P-07: each pair of role and command in `role_table.yaml` works; each other is refused by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import yaml
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import AsyncClient, Response

from contracts.event import uuid7
from contracts.vocabulary import Role
from services.chassis.database import Sessions
from services.chassis.identity import ACROSS
from services.chassis.identity import ROLES as WORDS
from tests.registry.builders import (
    LESIA,
    a_member,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.role_room import Command, Room

TABLE: Final = yaml.safe_load(Path(__file__).with_name("role_table.yaml").read_text("utf-8"))
ROLES: Final[list[str]] = TABLE.pop("roles")
ELSEWHERE: Final = "back_office elsewhere"
AWAY: Final = frozenset({ELSEWHERE, Role.SUPPORT_OFFICE, Role.OPERATOR})  # some things they miss
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def routes_of(router: Any) -> Iterator[APIRoute]:
    """Every route below, of routers in routers too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


def test_p07_every_write_of_the_registry_stands_in_the_table(app: FastAPI) -> None:
    writes = {
        f"{method} {route.path}"
        for route in routes_of(app)
        if route.endpoint.__module__.startswith("services.registry")
        for method in WRITES.intersection(route.methods or ())
    }
    stated = {command["route"] for commands in TABLE.values() for command in commands}

    by_link = {"POST /registry/i/{token}"}  # whoever has the link may, without any role
    assert writes ^ by_link ^ (stated - {"POST /registry/v1/events"}) == set()  # the chassis's door


@pytest.fixture
async def room(sign_in: SignIn, sessions: Sessions, app_sessions: Sessions) -> Room:
    office = await sign_in(LESIA)
    await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"), a_member(LESIA))
    return Room(office, sessions, app_sessions)


class Asker:
    """Somebody of one role, in an association or across all."""

    def __init__(self, role: str, staff_id: UUID, client: AsyncClient) -> None:
        self.role, self.staff_id, self.client = role, staff_id, client

    def may(self, command: Command) -> bool:
        return self.role in command["may"]

    def acts_at_home(self, command: Command) -> bool:
        """Whether the command is not about what another association has."""
        own = "{" not in command["route"] or command.get("of") == "PL"
        return self.role == ELSEWHERE and (own or "twins" in command)


async def askers(sign_in: SignIn, sessions: Sessions, *, of: str) -> list[Asker]:
    found = []
    for role in [*ROLES, ELSEWHERE]:
        staff_id = uuid7()
        across = role in (Role.SUPPORT_OFFICE, Role.OPERATOR)
        home = ACROSS if across else of if role != ELSEWHERE else "PL"
        client = await sign_in(staff_id, of=home, roles=(role.partition(" ")[0],))
        if home == "UA":
            await saved(sessions, a_member(staff_id))
        found.append(Asker(role, staff_id, client))
    return found


def works(answer: Response, command: Command) -> bool:
    asks = command.get("form") == "empty"
    return answer.status_code == 422 if asks else answer.status_code < 400


def is_refused(answer: Response, command: Command, asker: Asker) -> bool:
    """Whether it says who may, or, to those away, that there is no such thing."""
    named = all(WORDS[role].text in answer.text for role in command["may"])
    hidden = answer.status_code == 404 and asker.role in AWAY
    return (answer.status_code == 403 and named) or hidden


@pytest.mark.parametrize("section", TABLE)
async def test_p07_who_may_can_and_all_others_read_who_may(
    sign_in: SignIn, sessions: Sessions, room: Room, section: str
) -> None:
    wrong: list[tuple[str, str, int, str]] = []
    here: dict[str, list[Asker]] = {}
    for command in TABLE[section]:
        of = command.get("of", "UA")
        here[of] = here.get(of) or await askers(sign_in, sessions, of=of)
        shared = await room.made(command, [])
        for asker in sorted(here[of], key=lambda each: each.may(command)):
            if asker.acts_at_home(command):
                continue
            may = asker.may(command)
            keeps = [asker.staff_id] if asker.role == Role.CLUSTER_ADMIN else []
            parts = await room.made(command, keeps) if may else shared
            answer = await room.ask(asker.client, command, parts)
            right = works(answer, command) if may else is_refused(answer, command, asker)
            if not right:
                name = f"{command['route']} {command.get('name', '')}"
                wrong.append((name, asker.role, answer.status_code, answer.text[-400:]))

    assert wrong == []
