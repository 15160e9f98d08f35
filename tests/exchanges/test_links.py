"""Who comes through a link acts as a person of his or her own side, whoever sent the link."""

from contracts.vocabulary import ParticipantRole
from services.chassis import links, tenancy
from services.chassis.database import Sessions
from services.exchanges.participants.commands import let_in
from services.exchanges.visits.queries import view_of
from tests.exchanges.stories import LINK_KEY, contact_of, invited, planned, the_copies
from tests.links import of_subject


async def test_a_delegate_is_of_the_visiting_side(
    sessions: Sessions, app_sessions: Sessions
) -> None:
    await the_copies(sessions)
    visit = await planned(sessions)
    [oksana] = await invited(sessions, visit, "oksana@example.org")  # a Slovak sent the link
    async with sessions.begin() as session:
        [link] = await of_subject(session, str(oksana))

    async with app_sessions.begin() as session:
        found = await links.find(session, links.token(LINK_KEY, link.id))
        await tenancy.enter(session, found.actor)
        participant, actor = await let_in(session, found)
        view = await view_of(session, actor, str(participant.visit_id))

    assert (actor.id, actor.association) == (f"participant:{oksana}", "UA")
    assert (actor.language, actor.zone) == ("uk", "Europe/Kyiv")
    assert view.visit.number == visit.number


async def test_the_hosts_contact_is_of_the_host_side(
    sessions: Sessions, app_sessions: Sessions
) -> None:
    await the_copies(sessions)
    visit = await planned(sessions)
    contact = await contact_of(sessions, visit, ParticipantRole.HOST)

    async with app_sessions.begin() as session:
        found = await links.find(session, links.token(LINK_KEY, contact.link_id))
        await tenancy.enter(session, found.actor)
        participant, actor = await let_in(session, found)

    assert (participant.id, actor.association) == (contact.id, "SK")
    assert actor.roles == {"host"}
