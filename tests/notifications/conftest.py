"""A running service of notifications without its background, and a story to tell it."""

from collections.abc import Sequence
from typing import TypeVar

import pytest
from sqlalchemy import select

from services.chassis.database import Sessions
from services.notifications.database import Base
from tests.notifications.events import Story

T = TypeVar("T", bound=Base)


@pytest.fixture
def story(sessions: Sessions) -> Story:
    return Story(sessions)


async def rows(sessions: Sessions, kind: type[T]) -> Sequence[T]:
    """Every row of a table."""
    async with sessions() as session:
        return (await session.scalars(select(kind))).all()
