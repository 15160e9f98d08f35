from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, text

from contracts.imports import ImportUndone
from contracts.vocabulary import ClusterState, Names
from services.chassis import clock, history, tenancy
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.imports import commands
from services.registry.imports.fields import Kind
from services.registry.imports.model import Import
from services.registry.imports.refusals import ListForgotten, TooLateToUndo
from services.registry.imports.states import State
from services.registry.imports.timers import discard_forgotten, let_lists_go
from services.registry.imports.work import Workshop, work_once
from services.registry.memberships.commands import end_membership
from services.registry.memberships.model import Membership
from services.registry.organisations.model import Organisation
from services.registry.organisations.stated import Stated
from services.registry.people.model import Person
from tests.registry.builders import MAREK, NOON, TODAY
from tests.registry.conftest import SignIn
from tests.registry.import_room import (
    HEADER,
    POLES,
    SMOK,
    act,
    counts,
    done,
    judged,
    memberships,
    rows_of,
    seen,
    settlements,
    start,
)
from tests.registry.imports import a_csv
from tests.registry.recorded import events_of
from tests.registry.test_import_saving import ZMIJ
from tests.registry.test_pages import get


class TestUndo:
    async def test_r19_what_was_saved_is_taken_back_within_a_day(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK))
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)
        await act(workshop, commands.undo_import, found, reason="the wrong list")

        await work_once(workshop)

        assert (await seen(workshop, found)).state is State.UNDONE
        assert await memberships(sessions) == 0
        assert isinstance((await events_of(sessions, found.id))[-1], ImportUndone)

    async def test_r19_what_somebody_built_upon_stays_and_is_named(
        self, workshop: Workshop, sessions: Sessions, sign_in: SignIn
    ) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK))
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)
        async with workshop.sessions.begin() as session:
            await tenancy.enter(session, POLES)
            member = (await session.scalars(select(Membership))).one()
            await end_membership(
                session, POLES, membership_id=member.id, on=TODAY, reason="left", at=NOON
            )
        await act(workshop, commands.undo_import, found, reason="the wrong list")

        await work_once(workshop)

        undone = await seen(workshop, found)
        assert counts(undone) == (1, 0, 0, 0)
        assert (undone.state, undone.taken_back) == (State.PARTLY_UNDONE, 0)
        [row] = await rows_of(sessions, found)
        assert [note["code"] for note in row.notes] == ["TLK-D181"]
        zofia: AsyncClient = await sign_in(MAREK, of="PL")
        page = await get(zofia, f"/registry/imports/{found.number}")
        assert "Undone in part" in page.text
        assert "1 row stays in the register, for the reason named here." in page.text
        assert "Undo the rows that stay" in page.text
        assert (
            "Row 2 · Smok S.A.: Since then came: “Member” Smok S.A. (/registry/organisations/OR-"
        ) in page.text

    async def test_r19_rows_that_changed_something_give_the_former_values_back(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        await done(workshop, a_csv([*HEADER, "Miasto"], [*SMOK, "Bytom"], [*ZMIJ, "Sopot"]))
        wrong = a_csv([*HEADER, "Miasto"], [*SMOK, "Kielce"], [*ZMIJ, "Kielce"])
        found = await done(workshop, wrong)
        assert counts(await seen(workshop, found)) == (0, 2, 0, 0)
        async with sessions.begin() as session:
            zmij = (await session.scalars(select(Organisation).order_by(Organisation.number))).all()
            stated = Stated(
                legal_id=zmij[1].numbers[0],
                names=Names(original="Żmij", en="Zmij"),
                kind=zmij[1].kind,
                place=zmij[1].place.model_copy(update={"settlement": "Gdynia"}),
            )
            revised = zmij[1].restate(stated, at=NOON)
            assert revised is not None
            await history.record(session, revised, actor=POLES)
        await act(workshop, commands.undo_import, found, reason="the wrong list")

        await work_once(workshop)

        undone = await seen(workshop, found)
        assert (undone.state, undone.taken_back) == (State.PARTLY_UNDONE, 1)
        assert await settlements(sessions) == ["Bytom", "Gdynia"]
        kept = [row for row in await rows_of(sessions, found) if row.effect == "changed"]
        assert [[note["code"] for note in row.notes] for row in kept] == [["TLK-D181"]]

    async def test_r19_what_stayed_can_be_undone_once_nothing_stands_upon_it(
        self, workshop: Workshop, sessions: Sessions, zofia: AsyncClient
    ) -> None:
        first = await done(workshop, a_csv(HEADER, SMOK))
        second = await done(workshop, a_csv([*HEADER, "Miasto"], [*SMOK, "Kielce"]))
        third = await done(workshop, a_csv([*HEADER, "Miasto"], [*SMOK, "Bytom"]))
        for each, state in (
            (second, State.PARTLY_UNDONE),
            (third, State.UNDONE),
            (second, State.UNDONE),
            (first, State.UNDONE),
        ):
            await act(workshop, commands.undo_import, each, reason="the wrong list")
            await work_once(workshop)
            assert (await seen(workshop, each)).state is state
            page = await get(zofia, f"/registry/imports/{each.number}")
            link = f'<a href="/registry/imports/{third.number}/undo">Undo {third.number} first</a>'
            assert (link in page.text) is (state is State.PARTLY_UNDONE)
        assert await memberships(sessions) == 0

    async def test_r19_people_of_a_list_taken_back_are_forgotten(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        body = a_csv(
            ["Imię i nazwisko", "E-mail", "Klaster", "Funkcje", "Zgoda"],
            ["Zofia Nowak", "zofia@kovo.example", "KOVO", "kontakt", "2026-01"],
        )
        found = await judged(workshop, body, kind=Kind.PEOPLE)
        assert counts(found) == (1, 0, 0, 0), (await rows_of(sessions, found))[0].notes
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)
        await act(workshop, commands.undo_import, found, reason="the wrong list")

        await work_once(workshop)

        async with sessions() as session:
            assert await session.scalar(select(func.count()).select_from(Person)) == 0

    async def test_r19_clusters_that_came_with_a_list_go_with_it(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        body = a_csv(
            [
                "Nazwa",
                "Nazwa po angielsku",
                "KRS",
                "Forma prawna",
                "Data założenia",
                "Województwo",
                "Miasto",
                "Ekosystem",
                "Strona internetowa",
            ],
            [
                "Klaster Bajek",
                "Tales",
                "0000777777",
                "stowarzyszenie",
                "1.02.2019",
                "śląskie",
                "Bytom",
                "digital",
                "https://example.pl",
            ],
        )
        found = await judged(workshop, body, kind=Kind.CLUSTERS)
        assert counts(found) == (1, 0, 0, 0), (await rows_of(sessions, found))[0].notes
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)
        await act(workshop, commands.undo_import, found, reason="the wrong list")

        await work_once(workshop)

        async with sessions() as session:
            query = select(Cluster.state).where(Cluster.legal_value == "0000777777")
            assert (await session.scalars(query)).all() == [ClusterState.WITHDRAWN]

    async def test_r19_not_later_than_a_day(self, workshop: Workshop) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK))
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)

        with pytest.raises(TooLateToUndo):
            await act(
                workshop,
                commands.undo_import,
                found,
                reason="late",
                at=clock.now() + timedelta(hours=24.1),
            )


class TestOver:
    async def test_d02_its_list_is_forgotten_after_a_day(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK, ["Razem", "1"]))
        assert [each["row"] for each in found.left_out] == [3]
        waiting = await judged(workshop, a_csv(HEADER, [*SMOK[:3], "soon"]))
        await act(workshop, commands.confirm_import, found, only_good=True)
        await work_once(workshop)

        for hours, gone in ((23.9, 0), (24.1, 1)):
            async with sessions.begin() as session:
                assert await let_lists_go(session, clock.now() + timedelta(hours=hours)) == gone

        assert await rows_of(sessions, found) == []
        assert (await seen(workshop, found)).left_out == []
        with pytest.raises(ListForgotten):
            await act(workshop, commands.import_again, found)
        anew = await start(workshop, a_csv(HEADER, SMOK))
        assert anew.number != found.number
        assert len(await rows_of(sessions, waiting)) == 1
        async with sessions() as session:
            files = await session.execute(select(Import.id, Import.file, Import.new))
        kept = {row.id: (row.file, row.new) for row in files}
        assert kept[found.id] == (b"", 1)
        assert kept[waiting.id][0] != b""

    async def test_d02_one_that_waits_for_nobody_is_discarded_after_30_days(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        waiting = await judged(workshop, a_csv(HEADER, SMOK))
        matching = await start(workshop, a_csv(HEADER, [*SMOK[:3], "soon"]))
        await work_once(workshop)
        done = await judged(workshop, a_csv(HEADER, SMOK, separator=","))
        await act(workshop, commands.confirm_import, done, only_good=True)
        await work_once(workshop)

        for days, discarded in ((29.9, 0), (30.1, 2), (30.2, 0)):
            async with sessions.begin() as session:
                then = clock.now() + timedelta(days=days)
                assert await discard_forgotten(session, then) == discarded
        async with sessions.begin() as session:
            await let_lists_go(session, clock.now() + timedelta(days=32))

        assert (await seen(workshop, done)).state is State.DONE
        for each in (waiting, matching):
            assert (await seen(workshop, each)).state is State.CANCELLED
            assert await rows_of(sessions, each) == []
            async with sessions() as session:
                told = await history.rows_of(session, str(each.id))
            assert (told[-1].actor, told[-1].association) == ("system:talka", "PL")

    async def test_d02_one_that_somebody_works_on_is_let_alone(
        self, workshop: Workshop, sessions: Sessions
    ) -> None:
        found = await judged(workshop, a_csv(HEADER, SMOK))
        late = clock.now() + timedelta(days=32)

        async with sessions.begin() as other:
            await other.get_one(Import, found.id, with_for_update=True)
            async with sessions.begin() as session:
                assert await discard_forgotten(session, late) == 0
        await act(workshop, commands.cancel_import, found)
        async with sessions.begin() as other:
            await other.get_one(Import, found.id, with_for_update=True)
            async with sessions.begin() as session:
                await session.execute(text("set local lock_timeout = '1s'"))
                assert await let_lists_go(session, late) == 0

        assert len(await rows_of(sessions, found)) == 1
