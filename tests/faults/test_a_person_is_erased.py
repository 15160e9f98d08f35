"""D-02: who was erased stays erased, whatever is lost and read again from the beginning."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.event import uuid7
from contracts.vocabulary import PersonNames, Role
from deploy.kafka import topics
from deploy.local.databases import Addresses
from deploy.local.keyring import Keyring
from services.analytics.facts.consumers import analytics
from services.chassis import clock, tenancy
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.staff import StaffCopy
from services.exchanges.consumers import consumer as exchanges
from services.notifications.consumers import notifications
from services.notifications.copies.model import ContactCopy
from services.registry.app import registry
from services.registry.copies.consumers import registry_consumer
from services.registry.people.model import Person
from services.registry.staff import commands
from services.registry.staff.erasing import erase_staff
from tests import kafka_topics
from tests.chassis.effects import parked_rows
from tests.faults.conftest import a_relay, a_subscription, running
from tests.journeys.records import everything
from tests.office import in_office, signed_in
from tests.office import running as serving
from tests.registry.builders import LESIA, a_member, a_person, an_association, saved
from tests.registry.test_declarations import post
from tests.registry.test_people import a_contact
from tests.settings import Databases, sessions_of, settings_for
from tests.waiting import until

pytestmark = pytest.mark.fault

CONSUMERS: Final[dict[str, Consumer]] = {
    "registry": registry_consumer,
    "exchanges": exchanges,
    "notifications": notifications,
    "analytics": analytics,
}
GONE: Final = ("Щербак", "shcherbak", "279 09 36")
STAYS: Final = "Ткач"
FROM_THE_FIRST_ROW: Final = """
  update relay_state set snap = '3:3:', floor = 0, bound = '3', pos = 0,
    target = null, target_floor = null, target_bound = null
"""


@dataclass(frozen=True)
class Site:
    """Four services on databases of their own, the registry with a browser signed in to it."""

    addresses: dict[str, Addresses]
    sessions: dict[str, Sessions]
    office: AsyncClient
    bootstrap: str

    async def run_until_all_know(self, *names: str, contacts: int = 0) -> None:
        """Let everything run until all services know just these of the staff, and contacts."""
        async with AsyncExitStack() as stack:
            relay = a_relay(self.addresses["registry"], self.bootstrap)
            tasks = [await stack.enter_async_context(running(relay.run))]
            for service, consumer in CONSUMERS.items():
                subscription = a_subscription(consumer, self.sessions[service], self.bootstrap)
                tasks.append(await stack.enter_async_context(running(subscription.run)))
            for service in CONSUMERS:
                await until(partial(self._knows, service, names))
            await until(partial(self._has_contacts, contacts))
            assert not any(task.done() for task in tasks)
        for service in CONSUMERS:
            assert await parked_rows(self.sessions[service]) == [], service

    async def _knows(self, service: str, names: tuple[str, ...]) -> bool:
        async with self.sessions[service]() as session:
            told = await session.scalars(select(StaffCopy).where(StaffCopy.staff_id != LESIA))
            return sorted(each.name for each in told) == sorted(names)

    async def _has_contacts(self, number: int) -> bool:
        async with self.sessions["notifications"]() as session:
            return len((await session.scalars(select(ContactCopy))).all()) == number

    async def forget_what_was_read(self) -> None:
        """Take the copies of all services and their places in the topics."""
        for service, addresses in self.addresses.items():
            owner = await as_owner(addresses)
            await owner.execute("truncate progress, applied, parked")
            await owner.execute("delete from staff_copy where staff_id <> $1", LESIA)
            if service == "notifications":
                await owner.execute("truncate contacts_copy")
            await owner.close()
            assert await self._knows(service, ())

    async def lose_the_broker(self) -> None:
        """Have the topics made again, and the relay send the whole history into them."""
        there = [name for name in kafka_topics.there(self.bootstrap) if not name.startswith("__")]
        kafka_topics.delete(self.bootstrap, there)
        topics.apply(self.bootstrap)
        owner = await as_owner(self.addresses["registry"])
        await owner.execute(FROM_THE_FIRST_ROW)
        await owner.close()

    async def places_of(self, words: tuple[str, ...]) -> set[str]:
        """The tables of all services in which one of these words stands."""
        return {
            f"{service}.{table}"
            for service, addresses in self.addresses.items()
            for table, text in await texts_of(addresses)
            if any(word.casefold() in text for word in words)
        }

    def on_topics(self, words: tuple[str, ...]) -> set[str]:
        """The topics about people in which one of these words stands."""
        return {
            topic
            for topic in ("registry.people", "registry.staff")
            for message in everything(self.bootstrap, topic)
            if any(
                word.casefold() in (message.value() or b"").decode().casefold() for word in words
            )
        }


async def as_owner(addresses: Addresses) -> asyncpg.Connection:
    return await asyncpg.connect(addresses.owner.replace("+asyncpg", ""))


async def texts_of(addresses: Addresses) -> list[tuple[str, str]]:
    """Every row of every table as text; bytes are read as text where they are any."""
    owner = await as_owner(addresses)
    names = await owner.fetch("select tablename from pg_tables where schemaname = 'public'")
    found = []
    for (table,) in names:
        for (row,) in await owner.fetch(f'select t::text from "{table}" t'):  # noqa: S608
            found.append((table, re.sub(r"\\x([0-9a-f]+)", _as_text, row).casefold()))
    await owner.close()
    return found


def _as_text(found: re.Match[str]) -> str:
    return bytes.fromhex(found[1][: len(found[1]) // 2 * 2]).decode(errors="replace")


@pytest.fixture
async def site(
    databases: Databases, keyring: Keyring, fresh_topics: str, tmp_path: Path
) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        addresses = {service: await databases(service) for service in CONSUMERS}
        sessions = {
            service: await stack.enter_async_context(sessions_of(each.worker))
            for service, each in addresses.items()
        }
        await saved(sessions["registry"], an_association(), a_member(LESIA))
        settings = settings_for(
            "registry", addresses["registry"], keyring, clock_file=tmp_path / "clock"
        )
        app = await stack.enter_async_context(serving(registry(settings)))
        lesia = in_office(LESIA, of="UA", roles=["back_office"])
        client = await signed_in(app, sessions["registry"], settings, lesia)
        office = await stack.enter_async_context(client)
        yield Site(addresses, sessions, office, fresh_topics)


async def appoint(sessions: Sessions, original: str, mail: str) -> UUID:
    async with sessions.begin() as session:
        member = await commands.appoint_staff(
            session,
            a_person(LESIA),
            names=PersonNames(original=original),
            mail=mail,
            language="uk",
            zone="Europe/Kyiv",
            roles=frozenset({Role.COORDINATOR}),
            from_day=date(2026, 1, 1),
            at=clock.now(),
        )
    return member.id


async def erase(site: Site, staff_id: UUID, person_id: UUID) -> None:
    """Change, dismiss and erase the one at once, and forget the other by the register's door."""
    actor, at = a_person(LESIA), clock.now()
    changes: list[Any] = [
        (commands.set_roles, {"roles": frozenset({Role.LOGISTICS}), "marks": frozenset()}),
        (commands.dismiss_staff, {"on": at.date()}),
        (erase_staff, {}),
    ]
    async with sessions_of(site.addresses["registry"].app) as sessions:
        for command, given in changes:
            async with sessions.begin() as session:
                await tenancy.enter(session, actor)
                await command(session, actor, staff_id=staff_id, at=at, **given)
    gone = await site.office.delete(f"/registry/v1/people/{person_id}")
    assert gone.status_code == 204, gone.text


async def test_d02_a_replay_after_an_erasure_runs_through_and_names_nobody(site: Site) -> None:
    # Two of the staff and a contact are known to all who may know them
    register = site.sessions["registry"]
    olena = await appoint(register, "Олена Щербак", "olena.shcherbak@example.org")
    await appoint(register, "Ірина Ткач", "iryna@example.org")
    answer = await post(site.office, a_contact(f"{uuid7()}", mail="olena.shcherbak@example.org"))
    assert answer.status_code == 202, answer.text
    async with register() as session:
        contact = (await session.scalars(select(Person))).one().id
    await site.run_until_all_know("Олена Щербак", "Ірина Ткач", contacts=1)
    assert site.on_topics(GONE) == {"registry.people", "registry.staff"}
    known = await site.places_of(GONE)
    assert {f"{service}.staff_copy" for service in CONSUMERS} <= known
    places = {"staff", "people", "history"}
    assert {f"registry.{each}" for each in places} | {"notifications.contacts_copy"} <= known

    # While nothing is sent, the one is changed and erased, and the contact is forgotten
    await erase(site, olena, contact)
    await site.run_until_all_know("Ірина Ткач")
    assert await site.places_of(GONE) == set()

    # All copies are lost, and the topics, not compacted yet, are read from offset zero
    await site.forget_what_was_read()
    await site.run_until_all_know("Ірина Ткач")
    assert await site.places_of(GONE) == set()

    # The broker is lost as well, and everything is sent again from the history
    await site.lose_the_broker()
    await site.forget_what_was_read()
    await site.run_until_all_know("Ірина Ткач")
    assert await site.places_of(GONE) == set()
    assert site.on_topics(GONE) == set()
    assert site.on_topics((STAYS,)) == {"registry.staff"}
