"""Associations on a real database: founded by Talka, and once."""

from uuid import UUID

import pytest

from contracts.registry import (
    AssociationRegistered,
)
from contracts.vocabulary import Names
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.identity import SYSTEM, Actor
from services.registry.associations.commands import register_association
from services.registry.associations.model import AlreadyRegistered
from tests.registry.builders import (
    NOON,
    a_person,
)
from tests.registry.recorded import events_of


class TestAssociations:
    async def register(self, sessions: Sessions, actor: Actor) -> UUID:
        async with sessions.begin() as session:
            association = await register_association(
                session,
                actor,
                names=Names(original="Український кластерний альянс", en="Cluster Alliance"),
                short_name="UCA",
                languages=["uk"],
                zone="Europe/Kyiv",
                web=None,
                at=NOON,
            )
        return association.id

    async def test_are_founded_by_talka(self, sessions: Sessions) -> None:
        identity = await self.register(sessions, Actor(SYSTEM.id, "UA"))

        [event] = await events_of(sessions, identity)
        assert isinstance(event, AssociationRegistered)
        assert event.country == "UA"

    async def test_are_founded_once_and_by_nobody_else(self, sessions: Sessions) -> None:
        await self.register(sessions, Actor(SYSTEM.id, "UA"))

        with pytest.raises(AlreadyRegistered):
            await self.register(sessions, Actor(SYSTEM.id, "UA"))
        with pytest.raises(NotAllowed):
            await self.register(sessions, a_person(of="PL"))
