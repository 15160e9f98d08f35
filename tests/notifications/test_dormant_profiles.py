"""R-11: the mail that asks whether a dormant profile is right, and its place in the ledger."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.people import Absence, ContactNames, PersonRecorded
from contracts.registry import ClusterPublished, ClusterReinstated, ClusterWentDormant
from contracts.vocabulary import Asked, ClusterState, DeliveryState, Names
from services.chassis import links
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.deliveries.worker import Postman
from services.notifications.letters.about import AboutCluster
from services.notifications.letters.facts import AskedProfile, DormantProfile
from services.notifications.letters.letter import as_text
from services.notifications.letters.writing import write
from tests.notifications.builders import NOON, a_cluster_desk
from tests.notifications.conftest import SignIn
from tests.notifications.events import LVIV_CLUSTER, ZUZANA, cluster, staff
from tests.notifications.ledger import deliveries
from tests.notifications.postman import a_postman
from tests.notifications.smtp import Inbox
from tests.notifications.story import Story
from tests.notifications.test_contacts import carry

OKSANA = UUID("0190f100-0000-7000-8000-000000000001")  # answers for the profile, has no account
DMYTRO = UUID("0190f100-0000-7000-8000-000000000002")
LINK, OTHER_LINK = UUID(int=81), UUID(int=82)
OTHER_CLUSTER = UUID("0190c000-0000-7000-8000-000000000009")
UNTIL = NOON + timedelta(days=90)

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def story(sessions: Sessions) -> Story:
    return Story(sessions, association="UA")


@pytest.fixture
def postman(sessions: Sessions, settings: Settings, inbox: Inbox) -> Postman:
    return a_postman(sessions, settings, inbox.port)


def a_contact(person_id: UUID, mail: str, *absences: Absence) -> PersonRecorded:
    return PersonRecorded(
        subject=str(person_id),
        time=NOON,
        names=ContactNames(original="Оксана Мельник"),
        mail=f"{mail}@example.org",
        language="uk",
        zone="Europe/Kyiv",
        absences=absences,
    )


def dormant(*recipients: UUID, of: UUID = LVIV_CLUSTER, link: UUID = LINK) -> ClusterWentDormant:
    return ClusterWentDormant(
        subject=str(of),
        time=NOON,
        last_confirmed_day=date(2026, 1, 31),
        asked=tuple(Asked(recipient_id=each, link_id=link) for each in recipients),
        answer_by_at=UNTIL,
    )


def reinstated(of: UUID = LVIV_CLUSTER) -> ClusterReinstated:
    return ClusterReinstated(subject=str(of), time=NOON, from_state=ClusterState.DORMANT)


def another_cluster(*, dual_use: bool = False) -> ClusterPublished:
    names = Names(original="Кластер верстатів", en="Machine Tool Cluster")
    return cluster(OTHER_CLUSTER, names=names).model_copy(update={"dual_use": dual_use})


async def test_r11_everybody_asked_gets_one_mail_in_the_own_language(
    story: Story, sessions: Sessions, settings: Settings, postman: Postman, inbox: Inbox
) -> None:
    await story.tell(cluster(), a_contact(OKSANA, "oksana"), staff(ZUZANA, mail="z@example.org"))

    [record] = await story.tell(dormant(OKSANA, ZUZANA))
    await story.apply(record)
    await carry(sessions, postman)

    assert [each.state for each in await deliveries(sessions)] == [DeliveryState.SENT] * 2
    ukrainian, slovak = inbox.arrived
    token = links.token(settings.link_key, LINK)
    assert inbox.reached == ["oksana@example.org", "z@example.org"]
    assert "Львівський кластер пластмас" in str(ukrainian["Subject"])
    assert "Lviv Plastics Cluster" in str(slovak["Subject"])
    for mail, language in ((ukrainian, "uk"), (slovak, "sk")):
        body = mail.get_body(("plain",))
        assert body is not None
        assert f"{settings.origin}/registry/i/{token}?lang={language}" in body.get_content()


def test_r11_the_mail_says_what_the_silence_led_to_and_what_one_click_does() -> None:
    facts = DormantProfile(
        at=NOON,
        cluster_id=LVIV_CLUSTER,
        last_confirmed_on=date(2026, 1, 31),
        link_id=LINK,
        answer_by_at=UNTIL,
    )

    letter = write(facts, a_cluster_desk())

    text = as_text(letter)
    assert letter.subject == "Is this profile still right? Lviv Plastics Cluster"
    for said in (
        "Nobody has confirmed this profile for twelve months.",
        "Last confirmed: 31 Jan 2026",
        "The link works until: 2 May 2027",
        "http://test/registry/i/81?lang=en",
        "One click brings it back for twelve months; you need no account.",
        "You get this message because you answer for Lviv Plastics Cluster.",
    ):
        assert said in text


def test_r11_the_mail_ends_a_sentence_once_behind_an_abbreviation() -> None:
    facts = DormantProfile(
        at=NOON,
        cluster_id=LVIV_CLUSTER,
        last_confirmed_on=date(2026, 1, 31),
        link_id=LINK,
        answer_by_at=UNTIL,
    )
    about = AboutCluster("Klastr s.r.o.", "Ukrainian Cluster Alliance")

    text = as_text(write(facts, a_cluster_desk(about=about)))

    assert "because you answer for Klastr s.r.o.\n" in f"{text}\n"


async def test_r11_nobody_is_asked_any_more_once_the_profile_is_back(
    story: Story, sessions: Sessions, postman: Postman, inbox: Inbox
) -> None:
    await story.tell(cluster(), a_contact(OKSANA, "oksana"), dormant(OKSANA))

    await story.tell(reinstated())
    await carry(sessions, postman)

    assert [each.state for each in await deliveries(sessions)] == [DeliveryState.SUPPRESSED]
    assert inbox.arrived == []


@pytest.mark.parametrize(("dual_use", "reader"), [(False, "dmytro"), (True, "oksana")])
async def test_r23_the_question_goes_to_who_stands_in_unless_it_is_dual_use(
    *,
    story: Story,
    sessions: Sessions,
    postman: Postman,
    inbox: Inbox,
    dual_use: bool,
    reader: str,
) -> None:
    away = Absence(from_at=NOON, until_at=UNTIL, substitute_id=DMYTRO)
    await story.tell(cluster().model_copy(update={"dual_use": dual_use}))
    await story.tell(a_contact(OKSANA, "oksana", away), a_contact(DMYTRO, "dmytro"))

    await story.tell(dormant(OKSANA))
    await carry(sessions, postman)

    assert inbox.reached == [f"{reader}@example.org"]


async def test_n09_the_ledger_names_cluster_and_recipient_to_the_own_association(
    story: Story, sign_in: SignIn
) -> None:
    await story.tell(cluster(), a_contact(OKSANA, "oksana"), dormant(OKSANA))
    own, other = await sign_in("UA", "back_office"), await sign_in("PL", "back_office")

    page = await own.get("/notifications/deliveries?search=пластмас")
    mine = (await own.get("/notifications/v1/deliveries?search=oksana")).json()["items"]
    theirs = (await other.get("/notifications/v1/deliveries")).json()["items"]

    assert f'href="/registry/clusters/{LVIV_CLUSTER}">Львівський кластер пластмас' in page.text
    assert [(each["cluster_id"], each["name"]) for each in mine] == [
        (str(LVIV_CLUSTER), "Оксана Мельник")
    ]
    assert theirs == []


class TestSeveral:
    async def test_r11_are_asked_about_in_one_mail_with_a_link_each(
        self, story: Story, sessions: Sessions, settings: Settings, postman: Postman, inbox: Inbox
    ) -> None:
        await story.tell(cluster(), another_cluster(), a_contact(OKSANA, "oksana"))

        await story.tell(dormant(OKSANA), dormant(OKSANA, of=OTHER_CLUSTER, link=OTHER_LINK))
        await carry(sessions, postman)

        assert inbox.reached == ["oksana@example.org"]
        body = inbox.arrived[0].get_body(("plain",))
        assert body is not None
        text = body.get_content()
        for said in ("Кластер верстатів", "Львівський кластер пластмас"):
            assert said in text
        for link in (LINK, OTHER_LINK):
            assert f"/registry/i/{links.token(settings.link_key, link)}?lang=uk" in text
        states = {each.about_id: each.state for each in await deliveries(sessions)}
        assert states == {
            OTHER_CLUSTER: DeliveryState.SENT,  # the first by name carries the mail
            LVIV_CLUSTER: DeliveryState.SUPPRESSED,
        }

    async def test_n09_the_ledger_leads_from_each_to_the_mail_that_told_it(
        self, story: Story, sessions: Sessions, postman: Postman, sign_in: SignIn
    ) -> None:
        await story.tell(cluster(), another_cluster(), a_contact(OKSANA, "oksana"))
        await story.tell(dormant(OKSANA), dormant(OKSANA, of=OTHER_CLUSTER, link=OTHER_LINK))
        await carry(sessions, postman)
        joined, carrier = await deliveries(sessions)

        page = await (await sign_in("UA", "back_office")).get(
            f"/notifications/deliveries/{joined.id}"
        )

        assert f'href="/notifications/deliveries/{carrier.id}">See that mail' in page.text

    async def test_r11_one_that_is_back_is_left_out(
        self, story: Story, sessions: Sessions, settings: Settings, postman: Postman, inbox: Inbox
    ) -> None:
        await story.tell(cluster(), another_cluster(), a_contact(OKSANA, "oksana"))
        await story.tell(dormant(OKSANA), dormant(OKSANA, of=OTHER_CLUSTER, link=OTHER_LINK))

        await story.tell(reinstated(OTHER_CLUSTER))
        await carry(sessions, postman)

        [mail] = inbox.arrived
        assert "Львівський кластер пластмас" in str(mail["Subject"])
        assert links.token(settings.link_key, OTHER_LINK) not in mail.as_string()

    async def test_r14_what_stays_with_the_reader_is_in_no_mail_to_who_stands_in(
        self, story: Story, sessions: Sessions, postman: Postman, inbox: Inbox
    ) -> None:
        away = Absence(from_at=NOON, until_at=UNTIL, substitute_id=DMYTRO)
        await story.tell(cluster(), another_cluster(dual_use=True))
        await story.tell(a_contact(OKSANA, "oksana", away), a_contact(DMYTRO, "dmytro"))

        await story.tell(dormant(OKSANA), dormant(OKSANA, of=OTHER_CLUSTER, link=OTHER_LINK))
        await carry(sessions, postman)

        assert sorted(inbox.reached) == ["dmytro@example.org", "oksana@example.org"]

    def test_r11_the_mail_counts_them_and_shows_each(self) -> None:
        other = AskedProfile(
            cluster_id=OTHER_CLUSTER,
            last_confirmed_on=date(2026, 1, 30),
            link_id=OTHER_LINK,
            answer_by_at=UNTIL,
        )
        facts = DormantProfile(
            at=NOON,
            cluster_id=LVIV_CLUSTER,
            last_confirmed_on=date(2026, 1, 31),
            link_id=LINK,
            answer_by_at=UNTIL,
            also=(other,),
        )
        about = AboutCluster(
            "Lviv Plastics Cluster", "Alliance", {OTHER_CLUSTER: "Machine Tool Cluster"}
        )

        letter = write(facts, a_cluster_desk(about=about))

        text = as_text(letter)
        assert letter.subject == "Are 2 profiles still right?"
        for said in (
            "Cluster: Lviv Plastics Cluster",
            "Cluster: Machine Tool Cluster",
            "Last confirmed: 30 Jan 2026",
            "http://test/registry/i/81?lang=en",
            "http://test/registry/i/82?lang=en",
            "You get this message because you answer for these clusters.",
        ):
            assert said in text
