"""A register in which somebody of each role gives a command about things that were just made."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

from httpx import AsyncClient, Response
from sqlalchemy import select

from contracts.event import uuid7
from contracts.vocabulary import CentreRole, ClusterState
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.centres.model import Centre, CentreService
from services.registry.imports.fields import Kind
from services.registry.imports.model import Import
from services.registry.imports.states import State
from services.registry.labels.model import Label
from services.registry.memberships.model import Membership
from services.registry.offers.model import Offer, OfferInterest
from services.registry.organisations.model import Organisation
from services.registry.organisations.requests import MergeRequest
from services.registry.participations.model import Participation
from services.registry.people.model import Person
from services.registry.sites.model import Site
from services.registry.staff import key_commands
from tests.registry import held
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    a_member,
    a_person,
    a_profile,
    saved,
)
from tests.registry.members import declare as declare_members
from tests.registry.members import edrpou, joining
from tests.registry.role_bodies import body_called
from tests.registry.test_centres import a_centre, a_service
from tests.registry.test_data_requests import a_request
from tests.registry.test_declarations import a_declaration, post
from tests.registry.test_people import a_contact

Command = Mapping[str, Any]

CSRF: Final = re.compile(r'name="csrf" value="([^"]+)"')
DAYS: Final = re.compile(r"\+(\d+)d")
TWIN: Final = "CL-2002"
NUMBERS: Final = count(1)


class Room:
    """What a command is given about; each thing is made for one command."""

    def __init__(self, office: AsyncClient, sessions: Sessions, app_sessions: Sessions) -> None:
        self.office = office
        self.sessions = sessions
        self.app_sessions = app_sessions
        self._made: dict[str, Callable[[Command], Awaitable[dict[str, Any]]]] = {
            "declarations": self._declaration,
            "memberships": self._membership,
            "organisations": self._organisation,
            "people": self._person,
            "data-requests": self._request,
            "staff": self._staff,
            "keys": self._key,
            "imports": self._import,
            "labels": self._label,
            "participations": self._participation,
            "sites": self._site,
            "offers": self._offer,
            "centres": self._centre,
        }

    async def made(self, command: Command, administrators: list[UUID]) -> dict[str, Any]:
        """The parts of the command's address, of things made for it."""
        self.number = next(NUMBERS)
        state = ClusterState.PUBLISHED
        if command.get("state") in set(ClusterState):
            state = ClusterState(command["state"])
        self.cluster = await saved(
            self.sessions,
            a_cluster(
                state=state,
                administrators=administrators,
                number=f"CL-{5000 + self.number}",
                profile=a_profile(legal_id=edrpou(self.number)),
            ),
        )
        thing = command["route"].split("/registry/")[1].removeprefix("v1/").split("/")[0]
        known = {"key": self.cluster.number, "name": command.get("name", "")}
        if thing in self._made and "{" in command["route"]:
            known |= await self._made[thing](command)
        return known

    @property
    def holder(self) -> dict[str, Any]:
        return {"cluster": {"number": self.cluster.number}}

    async def _one(self, thing: Any) -> Any:
        async with self.sessions() as session:
            return (await session.scalars(select(thing).order_by(thing.id.desc()).limit(1))).one()

    async def _declaration(self, command: Command) -> dict[str, Any]:
        del command
        legal_id = edrpou(6000 + self.number).model_dump(mode="json")
        declared = a_declaration(
            number=7000 + self.number, ref=f"role-{self.number}", legal_id=legal_id
        )
        answer = await post(self.office, declared)
        return {"declaration": answer.json()["events"][0]}

    async def _membership(self, command: Command) -> dict[str, Any]:
        del command
        number = 900 + self.number
        await declare_members(self.app_sessions, joining(number, cluster=self.cluster.number))
        return {"membership_id": (await self._one(Membership)).id}

    async def _organisation(self, command: Command) -> dict[str, Any]:
        gone, into = 2000 + self.number, 4000 + self.number
        joined = [joining(each, cluster=self.cluster.number) for each in (gone, into)]
        await declare_members(self.app_sessions, *joined)
        async with self.sessions() as session:
            last = select(Organisation).order_by(Organisation.id.desc()).limit(2)
            second, first = (await session.scalars(last)).all()
        parts = {"key": first.number, "into": second.number}
        if "{request_id}" in command["route"]:
            asked_for, _ = MergeRequest.ask(
                request_id=uuid7(),
                association="PL",
                association_asked="UA",
                organisation_id=uuid7(),
                other_id=first.id,
                legal_id=edrpou(gone),
                name="Works",
                by=f"staff:{MAREK}",
                at=clock.now(),
            )
            parts["request_id"] = str((await saved(self.sessions, asked_for)).id)
        return parts

    async def _person(self, command: Command) -> dict[str, Any]:
        del command
        await post(self.office, a_contact(f"p-{self.number}"))
        return {"person_id": (await self._one(Person)).id}

    async def _request(self, command: Command) -> dict[str, Any]:
        del command
        request = a_request(number=f"DR-{self.number}", received_day=held.today())
        return {"key": (await saved(self.sessions, request)).number}

    async def _staff(self, command: Command) -> dict[str, Any]:
        member = a_member(uuid7())
        member.dismissed = command.get("state") == "dismissed"
        await saved(self.sessions, member)
        return {"staff_id": member.id}

    async def _key(self, command: Command) -> dict[str, Any]:
        del command
        async with self.sessions.begin() as session:
            key, _ = await key_commands.issue_key(
                session,
                a_person(TARAS),
                name="ERP",
                owner_id=LESIA,
                scopes=frozenset({"declarations:write"}),
                services=frozenset({"registry"}),
                expires_at=clock.now() + timedelta(days=90),
                at=clock.now(),
            )
        return {"key_id": key.id}

    async def _import(self, command: Command) -> dict[str, Any]:
        started, _ = Import.start(
            import_id=uuid7(),
            association="UA",
            number=f"IM-{self.number}",
            kind=Kind.MEMBERS,
            cluster=None,
            file_name="list.csv",
            file=b"a;b",
            digest=uuid7().bytes,
            dual_use=False,
            by=f"staff:{LESIA}",
            at=clock.now(),
        )
        started.state, started.columns, started.rows, started.new = (
            State(command["state"]),
            list("abcde"),
            1,
            1,
        )
        await saved(self.sessions, started)
        return {"key": started.number}

    async def _label(self, command: Command) -> dict[str, Any]:
        del command
        await held.taken(self.office, "label", **held.a_label(**self.holder))
        return {"label_id": (await self._one(Label)).id}

    async def _participation(self, command: Command) -> dict[str, Any]:
        del command
        given = held.a_participation(holder=self.holder, ref=f"{self.number}", until_day=None)
        await held.taken(self.office, "participation", **given)
        return {"participation_id": (await self._one(Participation)).id}

    async def _site(self, command: Command) -> dict[str, Any]:
        del command
        given = held.a_site(holder=self.holder, ref=f"{self.number}")
        await held.taken(self.office, "site", **given)
        return {"site_id": (await self._one(Site)).id}

    async def _offer(self, command: Command) -> dict[str, Any]:
        await held.taken(self.office, "offer", **held.an_offer(holder=self.holder))
        offer = await self._one(Offer)
        if "{association}" in command["route"]:
            shown = OfferInterest(
                offer_id=offer.id,
                association="PL",
                holder_association="UA",
                shown_at=clock.now(),
            )
            await saved(self.sessions, shown)
        return {"offer_id": offer.id, "association": "PL"}

    async def _centre(self, command: Command) -> dict[str, Any]:
        centre: Centre = await a_centre(self.sessions, f"CRC-{self.number}")
        await held.taken(self.office, "centre_service", **a_service(centre=centre.code))
        if command.get("state") == "linked":
            address = f"/registry/v1/centres/{centre.code}/clusters/{self.cluster.number}/served"
            await self.office.put(address, json={"from_day": held.in_days(0)})
        service = await self._one(CentreService)
        return {"code": centre.code, "role": CentreRole.SERVED.value, "service_id": service.id}

    def sent(self, command: Command, parts: Mapping[str, Any]) -> Any:
        """What is sent with the command, as a body or as a form."""
        given = command.get("body", command.get("form"))
        if isinstance(given, str):
            given = {} if given == "empty" else body_called(given, number=self.number)
        return {name: _said(value, parts) for name, value in given.items()} if given else given

    async def ask(
        self, client: AsyncClient, command: Command, parts: Mapping[str, Any]
    ) -> Response:
        """Let somebody give the command about these things."""
        method, path = command["route"].split(" ")
        path = path.format(**parts)
        given = self.sent(command, parts)
        if "form" in command:
            page = await client.get("/registry/clusters", headers={"Accept": "text/html"})
            token = CSRF.search(page.text)
            assert token is not None
            data = given | {"csrf": token[1]}
            return await client.post(path, data=data, headers={"Accept": "text/html"})
        headers = {"If-Match": '"1"'}
        if path.endswith("/events"):
            headers["Content-Type"] = "application/cloudevents+json"
        return await client.request(method, path, json=given, headers=headers)


def _said(value: Any, parts: Mapping[str, Any]) -> Any:
    """A day for `+90d`, a part of the address for its name, anything else as it is."""
    if not isinstance(value, str):
        return value
    found = DAYS.fullmatch(value)
    return held.in_days(int(found[1])) if found else value.format(**parts)
