"""Pages on which posted declarations are corrected and withdrawn, as far as that works."""

import re

import pytest
from httpx import AsyncClient

from contracts.registry import ClusterConfirmed
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.database import Sessions
from tests.registry.builders import LESIA, NOON, a_person, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.held import a_label
from tests.registry.members import declare, joining
from tests.registry.test_declaration_pages import CLUSTER, HTML, LABEL, LIST, one
from tests.registry.test_declarations import a_declaration, clusters, post
from tests.registry.test_members_at_the_door import post as post_members
from tests.registry.test_pages import send


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


class TestCorrections:
    async def test_begin_with_what_was_declared(self, lesia: AsyncClient) -> None:
        [event, _] = (await post(lesia, a_declaration())).json()["events"]

        page = (await lesia.get(f"{LIST}/new?corrects={event}", headers=HTML)).text

        assert f'value="{event}"' in page
        assert 'value="members/217"' in page

    async def test_r17_name_what_they_correct_on_both_pages(self, lesia: AsyncClient) -> None:
        await post(lesia, a_declaration(number=3))
        label = a_label(cluster={"number": "CL-1001"}, ref="paper/7")
        declared = a_declaration() | {"type": LABEL, "data": label}
        [event] = (await post(lesia, declared)).json()["events"]
        await post(lesia, declared | {"id": "2", "data": label | {"corrects": event}})

        wrong = (await lesia.get(one("1"), headers=HTML)).text
        right = (await lesia.get(one("2"), headers=HTML)).text

        assert "Corrected or taken back by:" in wrong
        assert ">Corrected<" in wrong
        listed = (await lesia.get(f"{LIST}?state=corrected", headers=HTML)).text
        assert re.search(r'taken back by: <a href="\S+&amp;id=2">2</a>', listed)
        assert f"corrects={event}" not in wrong
        assert "It corrects or takes back:" in right


class TestWithdrawals:
    async def test_take_a_declaration_back_with_the_reason(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        [event, _] = (await post(lesia, a_declaration())).json()["events"]
        address = f"{LIST}/{event}/withdraw"

        silent = await send(lesia, address)
        answer = await send(lesia, address, reason="posted twice")

        assert (silent.status_code, 'id="f-reason-error"' in silent.text) == (422, True)
        assert answer.status_code == 303
        [cluster] = await clusters(sessions)
        assert cluster.state is ClusterState.WITHDRAWN
        page = (await lesia.get(answer.headers["location"], headers=HTML)).text
        assert "Corrected or taken back by:" in page
        assert (">Withdrawn<" in page, f"/{event}/withdraw" in page) == (True, False)
        for state, ids in {"withdrawn": ["1"], "accepted": []}.items():
            listed = (await lesia.get(f"{LIST}?state={state}&type={CLUSTER}", headers=HTML)).text
            assert [name for name in ("1",) if f'&amp;id={name}"' in listed] == ids

    async def test_name_what_depends_on_it_and_take_nothing_back(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        [event, _] = (await post(lesia, a_declaration())).json()["events"]
        label = a_label(cluster={"number": "CL-1001"})
        await post(lesia, a_declaration(number=2) | {"type": LABEL, "data": label})

        answer = await send(lesia, f"{LIST}/{event}/withdraw", reason="posted twice")

        assert answer.status_code == 422
        assert "Since then came" not in answer.text
        assert re.search(r'Quality label <a href="/registry/labels/\S+">Lviv IT', answer.text)
        page = (await lesia.get(one("1"), headers=HTML)).text
        for shown in (answer.text, page):
            assert "It cannot be withdrawn now." in shown
            assert re.search(r'id=2">Declaration 2</a></li>', shown)
        assert f"/registry/declarations/{event}/withdraw" not in page
        [cluster] = await clusters(sessions)
        assert cluster.state is ClusterState.SUBMITTED

    async def test_r17_count_what_is_too_much_to_be_named(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        [event, _] = (await post(lesia, a_declaration())).json()["events"]
        [cluster] = await clusters(sessions)
        await declare(sessions, *(joining(n, cluster=cluster.number) for n in range(1, 23)))
        async with sessions.begin() as session:
            for _ in range(22):
                confirmed = ClusterConfirmed(
                    subject=str(cluster.id), time=NOON, confirmed_day=NOON.date()
                )
                await history.record(session, confirmed, actor=a_person())

        page = (await lesia.get(one("1"), headers=HTML)).text
        answer = await send(lesia, f"{LIST}/{event}/withdraw", reason="posted twice")

        assert "<li>24 more</li>" in page
        assert "<p>2 more</p>" in page
        assert "<li>24 more</li>" in answer.text
        [item] = await post_members(
            lesia,
            a_declaration(number=3)
            | {
                "type": "talka.registry.withdrawal.declared.v1",
                "data": {"declaration": event, "reason": "posted twice"},
            },
        )
        assert len(item["errors"]) == 21
        assert item["errors"][-1]["text"] == "Beside these, 24 more came since then."
