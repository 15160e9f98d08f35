"""R-06 against a plain list: who was a member on a day, known now and known then."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from contracts.vocabulary import LegalId
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.intake import Accepted
from services.registry.clusters.intake import registry_intake
from tests.registry.builders import a_cluster, a_profile, saved
from tests.registry.members import edrpou, joining, members_on
from tests.registry.test_members_at_the_door import ended, items, posted

FIRST = date(2024, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(12)]

ORGANISATIONS = st.integers(1, 2)
A_DAY = st.sampled_from(DAYS[1:-1])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), ORGANISATIONS, A_DAY),
        st.tuples(st.just("leave"), ORGANISATIONS, A_DAY),
        st.tuples(st.just("join differently"), st.integers(0, 5), A_DAY),
        st.tuples(st.just("leave differently"), st.integers(0, 5), A_DAY),
    ),
    min_size=1,
    max_size=12,
)


@dataclass(slots=True)
class Line:
    """One line of the list that a clerk would keep: of whom, from when, to when."""

    of: int
    joined: date
    ended: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.joined <= day and (self.ended is None or day <= self.ended)


@dataclass
class Clerk:
    """Keeps the list by hand, and a copy of it after each act."""

    lines: list[Line] = field(default_factory=list)
    declared: list[tuple[UUID, str, Line]] = field(default_factory=list)
    pages: list[tuple[datetime, list[Line]]] = field(default_factory=list)

    def join(self, name: UUID, of: int, day: date) -> bool:
        own = [line for line in self.lines if line.of == of]
        if any(line.ended is None for line in own):
            return True
        if any(line.holds_on(each) for line in own for each in DAYS if each >= day):
            return False
        self.lines.append(Line(of, day))
        self.declared.append((name, "join", self.lines[-1]))
        return True

    def leave(self, name: UUID, of: int, day: date) -> bool:
        own = [line for line in self.lines if line.of == of]
        then = [line for line in own if line.holds_on(day)]
        if not then:
            return False
        if then[0].ended is not None:
            return then[0].ended == day
        then[0].ended = day
        self.declared.append((name, "leave", then[0]))
        return True

    def correct(self, line: Line, *, joined: date, ended: date | None) -> bool:
        if ended is not None and ended < joined:
            return False
        changed = replace(line, joined=joined, ended=ended)
        others = [each for each in self.lines if each.of == line.of and each is not line]
        if any(each.holds_on(day) and changed.holds_on(day) for each in others for day in DAYS):
            return False
        line.joined, line.ended = joined, ended
        return True

    def turn_the_page(self) -> None:
        self.pages.append((clock.now(), [replace(line) for line in self.lines]))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
async def test_r06_any_past_day_is_answered_also_after_late_corrections(
    acts: list[tuple[str, int, date]], app_sessions: Sessions, sessions: Sessions
) -> None:
    identity = uuid7()
    number = f"CL-{identity.int % 10**9}"
    number_of_its_own = a_profile(legal_id=edrpou(identity.int % 10**6 + 100))
    await saved(sessions, a_cluster(id=identity, number=number, profile=number_of_its_own))

    async with app_sessions() as session:
        await play(session, identity, number, acts)
        await session.rollback()


async def play(
    session: AsyncSession, cluster_id: UUID, number: str, acts: Sequence[tuple[str, int, date]]
) -> None:
    clerk = Clerk()
    for act, which, day in acts:
        name = uuid7()
        by_hand, declared = stated(clerk, name, (act, which, day), number)
        if declared is None:
            continue
        [outcome] = await registry_intake.take(session, items([declared]))
        assert isinstance(outcome, Accepted) is by_hand, (act, which, day, outcome)
        clerk.turn_the_page()
    for known_at, lines in clerk.pages:
        for day in DAYS:
            found = await members_on(session, cluster_id, day, known_at=known_at)
            assert legal_ids(found) == [edrpou(line.of) for line in held(lines, day)]
    for day in DAYS:
        found = await members_on(session, cluster_id, day)
        assert legal_ids(found) == [edrpou(line.of) for line in held(clerk.lines, day)]


def stated(
    clerk: Clerk, name: UUID, asked: tuple[str, int, date], number: str
) -> tuple[bool, dict[str, Any] | None]:
    """What the clerk makes of an act, and its declaration; none if there is nothing to correct."""
    act, which, day = asked
    if act == "join":
        whole = posted(joining(which, cluster=number, on=day), name=name)
        return clerk.join(name, which, day), whole
    if act == "leave":
        whole = ended(joining(which, cluster=number), day.isoformat(), name=name)
        return clerk.leave(name, which, day), whole
    kind = act.split(maxsplit=1)[0]
    former = [(by, line) for by, of_kind, line in clerk.declared if of_kind == kind]
    if not former:
        return True, None
    wrong, line = former[which % len(former)]
    if kind == "join":
        whole = posted(joining(line.of, cluster=number, on=day), name=name, corrects=str(wrong))
        return clerk.correct(line, joined=day, ended=line.ended), whole
    whole = ended(joining(line.of, cluster=number), day.isoformat(), name=name, corrects=str(wrong))
    return clerk.correct(line, joined=line.joined, ended=day), whole


def held(lines: Sequence[Line], day: date) -> list[Line]:
    return sorted((line for line in lines if line.holds_on(day)), key=lambda line: line.of)


def legal_ids(found: dict[UUID, Any]) -> list[LegalId]:
    held_by = [each.organisation.numbers[0] for each in found.values()]
    return sorted(held_by, key=lambda each: each.value)
