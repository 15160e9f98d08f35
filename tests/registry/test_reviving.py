"""R-11: one click in the mail brings a dormant profile back, without an account."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import Delete, Update, delete, update

from contracts.people import ContactNames
from contracts.registry import ClusterConfirmed, ClusterReinstated, ClusterWentDormant
from contracts.vocabulary import ClusterState, Mark
from services.chassis import clock, history, links, staff
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.chassis.staff import StaffCopy
from services.registry.clusters.model import Cluster
from services.registry.clusters.reviving import LINKS_LAST
from services.registry.clusters.timers import go_dormant
from services.registry.people.model import Person, Stated
from tests.office import in_office
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    TARAS,
    a_cluster,
    a_profile,
    an_association,
    saved,
)
from tests.registry.recorded import events_of, reread, types_of

HTML = {"Accept": "text/html"}
PERSON = UUID("018f0000-0000-7000-8000-0000000000aa")  # answers for the profile, has no account
UNCONFIRMED_SINCE = date(2026, 3, 15)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def anybody(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody whom nobody knows."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


def kept(mail: str = "olena@example.org") -> Person:
    """The person who answers for the profile, as the association keeps people."""
    stated = Stated(
        names=ContactNames(original="Олена Бондар"),
        mail=mail,
        language="uk",
        zone="Europe/Kyiv",
    )
    person, _ = Person.enter(stated, person_id=PERSON, association="UA", ref=None, at=NOON)
    return person


async def a_dormant_cluster(
    sessions: Sessions, settings: Settings, **more: Any
) -> tuple[Cluster, ClusterWentDormant]:
    cluster = a_cluster(
        state=ClusterState.PUBLISHED,
        number="CL-1001",
        confirmed_on=UNCONFIRMED_SINCE,
        **{"administrators": [PERSON], **more},
    )
    await saved(sessions, an_association(), cluster)
    async with sessions.begin() as session:
        session.add_all([kept(), in_office(LESIA, of="UA", roles=("back_office",))])
        await go_dormant(session, NOON, link_key=settings.link_key)
    [event] = await events_of(sessions, cluster.id)
    assert isinstance(event, ClusterWentDormant)
    return cluster, event


def address(event: ClusterWentDormant, settings: Settings, *, of: UUID = PERSON) -> str:
    [link_id] = [each.link_id for each in event.asked if each.recipient_id == of]
    return f"/registry/i/{links.token(settings.link_key, link_id)}"


async def get(client: AsyncClient, page: str) -> Response:
    return await client.get(page, headers=HTML)


async def test_r11_administrators_and_the_back_office_are_asked(
    sessions: Sessions, settings: Settings
) -> None:
    async with sessions.begin() as session:
        session.add(in_office(TARAS, of="UA", roles=("coordinator",)))
        session.add(in_office(MAREK, of="PL", roles=("back_office",)))

    _, event = await a_dormant_cluster(sessions, settings)

    assert {each.recipient_id for each in event.asked} == {PERSON, LESIA}
    assert event.answer_by_at == NOON + LINKS_LAST


async def test_r14_a_dual_use_cluster_is_told_to_vetted_staff_only(
    sessions: Sessions, settings: Settings
) -> None:
    vetted = uuid4()
    async with sessions.begin() as session:
        marks = [Mark.DUAL_USE_VETTED]
        session.add(in_office(vetted, of="UA", roles=("back_office",), marks=marks))

    _, event = await a_dormant_cluster(sessions, settings, profile=a_profile(dual_use=True))

    assert {each.recipient_id for each in event.asked} == {PERSON, vetted}


async def test_r11_who_is_administrator_and_staff_gets_one_mail(
    sessions: Sessions, settings: Settings
) -> None:
    async with sessions.begin() as session:
        session.add(in_office(TARAS, of="UA", roles=("back_office",), mail="Olena@example.org"))

    _, event = await a_dormant_cluster(sessions, settings)

    assert {each.recipient_id for each in event.asked} == {TARAS, LESIA}


async def test_r11_a_link_is_checked_by_its_own_facts_and_staff_alone(
    sessions: Sessions, settings: Settings
) -> None:
    cluster, event = await a_dormant_cluster(sessions, settings)
    async with sessions.begin() as session:
        session.add(in_office(MAREK, of="PL", roles=("back_office",)))
        about = str(cluster.id)
        asking = await history.rows_of(session, about, of_type=ClusterWentDormant.type)
        others = await history.rows_of(session, about, of_type=ClusterConfirmed.type)
        own = await staff.in_office(session, of="UA")

    assert [history.event_of(row) for row in asking] == [event]
    assert others == []
    assert [each.staff_id for each in own] == [LESIA]


@pytest.mark.parametrize(
    "ended",
    [
        update(StaffCopy).values(dismissed=True),
        update(StaffCopy).values(roles=["coordinator"]),
        update(StaffCopy).values(until_day=date(2020, 1, 2)),
        delete(StaffCopy),
    ],
    ids=["dismissed", "other role", "last day passed", "erased"],
)
async def test_r11_a_link_ends_when_its_recipient_does_not_answer_for_the_profile_any_more(
    anybody: AsyncClient, sessions: Sessions, settings: Settings, ended: Update | Delete
) -> None:
    cluster, event = await a_dormant_cluster(sessions, settings)
    link = address(event, settings, of=LESIA)
    async with sessions.begin() as session:
        await session.execute(ended)

    page, click = await get(anybody, link), await anybody.post(link, data={}, headers=HTML)

    for answer in (page, click):
        assert (answer.status_code, "This link is not valid any more" in answer.text) == (410, True)
    assert (await reread(sessions, cluster)).state is ClusterState.DORMANT
    assert "Is this profile still right?" in (await get(anybody, address(event, settings))).text


async def test_r11_staff_who_left_are_not_asked_though_the_profile_names_them(
    sessions: Sessions, settings: Settings
) -> None:
    async with sessions.begin() as session:
        session.add(in_office(TARAS, of="UA", roles=("coordinator",), dismissed=True))

    _, event = await a_dormant_cluster(sessions, settings, administrators=[PERSON, TARAS])

    assert {each.recipient_id for each in event.asked} == {PERSON, LESIA}


async def test_r14_nobody_is_asked_as_a_person_who_may_not_see_it_as_staff(
    sessions: Sessions, settings: Settings
) -> None:
    async with sessions.begin() as session:
        session.add(in_office(TARAS, of="UA", roles=("coordinator",), mail="olena@example.org"))

    _, event = await a_dormant_cluster(sessions, settings, profile=a_profile(dual_use=True))

    assert event.asked == ()


async def test_r11_looking_changes_nothing_and_one_click_confirms(
    anybody: AsyncClient, sessions: Sessions, settings: Settings
) -> None:
    cluster, event = await a_dormant_cluster(sessions, settings)
    link = address(event, settings)

    page = await get(anybody, f"{link}?lang=en")
    assert "Is this profile still right?" in page.text
    assert "Lviv IT Cluster" in page.text
    assert f'action="{link}?lang=en"' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await reread(sessions, cluster)).state is ClusterState.DORMANT

    click = await anybody.post(f"{link}?lang=en", data={}, headers=HTML)
    after = await get(anybody, click.headers["location"])

    assert click.status_code == 303
    assert "It was confirmed on 16 Mar 2027: thank you." in after.text
    now = await reread(sessions, cluster)
    assert (now.state, now.confirmed_on) == (ClusterState.PUBLISHED, NOON.date())
    assert await types_of(sessions, cluster.id) == [
        ClusterWentDormant,
        ClusterReinstated,
        ClusterConfirmed,
    ]
    async with sessions() as session:
        *_, row = await history.rows_of(session, str(cluster.id))
    assert row["actor"].startswith("link:")


async def test_r11_a_used_link_is_of_no_use_and_neither_are_the_others(
    anybody: AsyncClient, sessions: Sessions, settings: Settings
) -> None:
    cluster, event = await a_dormant_cluster(sessions, settings)
    mine, other = address(event, settings), address(event, settings, of=LESIA)
    await anybody.post(mine, data={}, headers=HTML)
    dormant_again = await reread(sessions, cluster)
    async with sessions.begin() as session:
        session.add(dormant_again)
        dormant_again.state = ClusterState.DORMANT

    for link in (mine, other):
        click = await anybody.post(link, data={}, headers=HTML)
        assert click.status_code == 410
        assert "This link is not valid any more" in click.text
    assert (await reread(sessions, cluster)).state is ClusterState.DORMANT


async def test_r11_an_old_link_says_what_to_do(
    anybody: AsyncClient,
    sessions: Sessions,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster, event = await a_dormant_cluster(sessions, settings)
    link = address(event, settings)
    monkeypatch.setattr(clock, "now", lambda: NOON + LINKS_LAST + timedelta(seconds=1))

    page, click = await get(anybody, link), await anybody.post(link, data={}, headers=HTML)

    for answer in (page, click):
        assert answer.status_code == 410
        assert "use the link of a newer mail, sign in, or write to Alliance" in answer.text
        assert "/registry/clusters/CL-1001" in answer.text
    assert (await reread(sessions, cluster)).state is ClusterState.DORMANT


@pytest.mark.parametrize(
    "standing",
    [
        (ClusterState.PUBLISHED, 200, "This profile is in the catalogue"),
        (ClusterState.ARCHIVED, 410, "This profile cannot be confirmed any more"),
    ],
)
async def test_r11_the_link_says_how_things_stand(
    anybody: AsyncClient,
    sessions: Sessions,
    settings: Settings,
    standing: tuple[ClusterState, int, str],
) -> None:
    state, status, said = standing
    cluster, event = await a_dormant_cluster(sessions, settings)
    changed = await reread(sessions, cluster)
    async with sessions.begin() as session:
        session.add(changed)
        changed.state = state

    answer = await anybody.post(address(event, settings), data={}, headers=HTML)

    assert (answer.status_code, said in answer.text) == (status, True)
    assert await types_of(sessions, cluster.id) == [ClusterWentDormant]


async def test_a_link_for_something_else_is_not_known_here(
    anybody: AsyncClient, sessions: Sessions, settings: Settings
) -> None:
    cluster, _ = await a_dormant_cluster(sessions, settings)
    async with sessions.begin() as session:
        other = await links.issue(
            session,
            settings.link_key,
            kind="delegate",
            subject=str(cluster.id),
            association="UA",
            expires_at=NOON + LINKS_LAST,
        )

    answer = await get(anybody, f"/registry/i/{links.token(settings.link_key, other.id)}")

    assert answer.status_code == 404
