"""Pages of posted declarations: found again, looked at, posted by form, and with every fault."""

import re
from typing import Any

import pytest
from httpx import AsyncClient, Response

from contracts.event import uuid7
from contracts.vocabulary import ClusterState, Mark
from services.chassis.database import Sessions
from services.registry.clusters.intake import registry_intake
from services.registry.declarations import shapes
from tests.registry.builders import LESIA, MAREK, TARAS, a_cluster, a_profile, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.held import a_label, a_site
from tests.registry.members import joining
from tests.registry.test_declarations import a_declaration, clusters, post
from tests.registry.test_members_at_the_door import post as post_members
from tests.registry.test_members_at_the_door import posted
from tests.registry.test_pages import send

OTHER = {"scheme": "ua_edrpou", "value": "14360570"}
HTML = {"Accept": "text/html"}
LIST = "/registry/declarations"
CLUSTER = "talka.registry.cluster.declared.v1"
SITE = "talka.registry.site.declared.v1"
LABEL = "talka.registry.label.declared.v1"


def one(name: str, *, source: str = "urn:uca:register") -> str:
    return f"{LIST}/one?source={source}&id={name}"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


async def typed(client: AsyncClient, kind: str, data: dict[str, Any], **more: str) -> Response:
    """The form of a type, filled with these data and posted."""
    fields = shapes.fields_of(registry_intake.classes[kind])
    form = shapes.filled_with(fields, data)
    given: dict[str, Any] = {
        field.name: form.many(field.name) or form.one(field.name) for field in fields
    }
    for field in fields:
        if field.kind in (shapes.Kind.LINES, shapes.Kind.JSON, shapes.Kind.AREA):
            given[field.name] = form.one(field.name)
    usual = {"type": kind, "id": "form-1", "act": "post"}
    return await send(client, f"{LIST}/new", **(given | usual | more))


class TestTheList:
    async def test_r17_names_state_door_and_poster_of_each(self, lesia: AsyncClient) -> None:
        await post(lesia, a_declaration(number=1))
        await post(lesia, a_declaration(number=2, ecosystem="space-tourism"))

        page = (await lesia.get(LIST, headers=HTML)).text

        assert "1 declaration was refused." in page
        assert "2 declarations, the newest first" in page
        assert page.count("Interface") == 3  # both rows and the filter
        assert "Lviv IT Cluster" in page

    async def test_r17_names_what_each_is_about_and_finds_it_by_that(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
        of_lviv = {"cluster": {"number": "CL-1091"}}
        site = {**a_site(), "holder": of_lviv}
        await post_members(lesia, posted(joining(), name=uuid7()))
        await post(lesia, a_declaration(number=2) | {"type": SITE, "data": site})
        await post(lesia, a_declaration(number=3) | {"type": LABEL, "data": a_label(**of_lviv)})

        page = (await lesia.get(LIST, headers=HTML)).text
        found = (await lesia.get(f"{LIST}?q=works+1", headers=HTML)).text

        for name in ("Works 1", site["names"]["en"], "Lviv IT Cluster"):
            assert re.search(rf'<a href="/registry/[^"]+">{name}</a>', page), name
        assert "1 declaration, the newest first" in found

    async def test_r17_finds_a_declaration_behind_any_number_of_things_called_the_same(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, *(a_cluster(legal_value=str(n)) for n in range(500)))
        await post(lesia, a_declaration())

        page = (await lesia.get(f"{LIST}?q=lviv+it", headers=HTML)).text

        assert "1 declaration, the newest first" in page

    @pytest.mark.parametrize(("text", "found"), [("lv", 0), ("l v", 0), ("lvi", 1)])
    async def test_r17_looks_for_names_from_three_signs_on(
        self, lesia: AsyncClient, text: str, found: int
    ) -> None:
        await post(lesia, a_declaration())

        page = (await lesia.get(LIST, params={"q": text}, headers=HTML)).text

        assert ("1 declaration, the newest first" in page) == found

    async def test_r17_names_what_a_declaration_is_about_that_changed_nothing(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
        for _ in range(2):
            await post_members(lesia, posted(joining(), name=uuid7()))

        page = (await lesia.get(f"{LIST}?state=unchanged", headers=HTML)).text

        assert "1 declaration, the newest first" in page
        assert '<a href="/registry/clusters/CL-1091">Lviv IT Cluster</a>' in page

    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2027-02-30"])
    async def test_r17_of_no_such_day_shows_all(self, lesia: AsyncClient, day: str) -> None:
        await post(lesia, a_declaration(number=1))

        answer = await lesia.get(LIST, params={"day": day}, headers=HTML)

        assert "1 declaration, the newest first" in answer.text

    @pytest.mark.parametrize(
        ("filters", "ids"),
        [
            ("state=refused", ["2"]),
            ("state=accepted", ["1"]),
            ("state=unchanged", []),
            ("way=kafka", []),
            ("way=http", ["2", "1"]),
            (f"type={LABEL}", []),
            (f"type={CLUSTER}&q=uca", ["2", "1"]),
            ("day=2020-01-01", []),
            ("", ["2", "1"]),
        ],
    )
    async def test_is_filtered_by_state_type_door_day_and_text(
        self, lesia: AsyncClient, filters: str, ids: list[str]
    ) -> None:
        await post(lesia, a_declaration(number=1))
        await post(lesia, a_declaration(number=2, ecosystem="space-tourism"))

        page = (await lesia.get(f"{LIST}?{filters}", headers=HTML)).text

        found = [name for name in ("2", "1") if f'&amp;id={name}"' in page]
        assert found == ids
        assert ("No declaration fits" in page) is (not ids)

    async def test_forgets_a_refusal_when_the_same_id_is_taken(self, lesia: AsyncClient) -> None:
        await post(lesia, a_declaration(ecosystem="space-tourism"))
        await post(lesia, a_declaration())

        page = (await lesia.get(LIST, headers=HTML)).text

        assert "1 declaration, the newest first" in page
        assert "declaration was refused" not in page


class TestOne:
    async def test_c02_shows_every_fault_with_its_pointer_in_the_reader_s_language(
        self, lesia: AsyncClient, sign_in: SignIn
    ) -> None:
        for _ in range(2):
            await post(lesia, a_declaration(ecosystem="space-tourism", colour="green"))

        english = (await lesia.get(one("1"), headers=HTML)).text
        ukrainian = (await (await sign_in(TARAS, language="uk")).get(one("1"), headers=HTML)).text

        for page in (english, ukrainian):
            assert "/data/ecosystem" in page
            assert "/data/colour" in page
        assert "There is no field of this name. Check the spelling." in english
        assert "There is no field of this name" not in ukrainian

    async def test_shows_the_data_as_they_came_and_what_came_of_them(
        self, lesia: AsyncClient
    ) -> None:
        await post(lesia, a_declaration(note="from the paper register"))

        page = (await lesia.get(one("1"), headers=HTML)).text

        assert "from the paper register" in page
        assert "talka.registry.cluster.submitted.v1" in page
        assert "/registry/clusters/CL-1001" in page

    async def test_r17_tells_of_other_data_under_the_same_id(self, lesia: AsyncClient) -> None:
        await post(lesia, a_declaration())
        assert (await post(lesia, a_declaration(staff_fte=9.0))).status_code == 409

        page = (await lesia.get(one("1"), headers=HTML)).text

        assert "TLK-D029" in page
        assert "What was taken under this id stays as it is." in page

    async def test_r14_shows_no_data_of_dual_use_things(
        self, sign_in: SignIn, sessions: Sessions, lesia: AsyncClient
    ) -> None:
        dual = a_profile(names={"original": "Dual", "en": "Dual"}, dual_use=True)
        cluster = a_cluster(state=ClusterState.PUBLISHED, profile=dual, number="CL-1414")
        await saved(sessions, cluster)
        vetted = await sign_in(TARAS, marks=(Mark.DUAL_USE_VETTED,))
        label = a_label(cluster={"number": "CL-1414"}, issuer="Secret issuer")
        await post(vetted, a_declaration() | {"type": LABEL, "data": label})
        await post(vetted, a_declaration(number=2, ref="d2", legal_id=OTHER, dual_use=True))

        told = (await vetted.get(one("1"), headers=HTML)).text
        untold = [(await lesia.get(one(name), headers=HTML)).text for name in ("1", "2")]

        assert "Secret issuer" in told
        for page in untold:
            assert "Secret issuer" not in page
            assert "CL-1414" not in page
            assert "are not shown" in page

    async def test_is_not_there_for_another_association(
        self, lesia: AsyncClient, sign_in: SignIn
    ) -> None:
        await post(lesia, a_declaration(number=1))
        await post(lesia, a_declaration(number=2, ecosystem="space-tourism"))
        marek = await sign_in(MAREK, of="PL")
        coordinator = await sign_in(TARAS, roles=("coordinator",))

        for name in ("1", "2"):
            assert (await marek.get(one(name), headers=HTML)).status_code == 404
            assert (await coordinator.get(one(name), headers=HTML)).status_code == 403
        [event, _] = (await post(lesia, a_declaration(number=1))).json()["events"]
        asked = f"{LIST}/{event}/withdraw"
        assert (await marek.get(asked, headers=HTML)).status_code == 404
        assert (await coordinator.get(f"{LIST}/new", headers=HTML)).status_code == 403


class TestTheForm:
    @pytest.mark.parametrize("kind", sorted(registry_intake.classes))
    async def test_is_there_for_every_type(self, lesia: AsyncClient, kind: str) -> None:
        for how in ("form", "json"):
            answer = await lesia.get(f"{LIST}/new?type={kind}&as={how}", headers=HTML)

            assert answer.status_code == 200

    async def test_posts_what_is_typed(self, lesia: AsyncClient, sessions: Sessions) -> None:
        data = a_declaration()["data"]

        answer = await typed(lesia, CLUSTER, data)

        assert answer.status_code == 303, answer.text
        [cluster] = await clusters(sessions)
        assert (cluster.ref, cluster.state) == ("members/217", ClusterState.SUBMITTED)
        page = (await lesia.get(answer.headers["location"], headers=HTML)).text
        assert "Form" in page

    async def test_a_form_that_is_sent_twice_posts_once(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        data = a_declaration()["data"]
        answers = [await typed(lesia, CLUSTER, data) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert len(await clusters(sessions)) == 1

    async def test_c02_names_every_fault_at_its_field_and_keeps_what_was_typed(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        data = a_declaration(ecosystem="space-tourism", staff_fte="many")["data"]

        answer = await typed(lesia, CLUSTER, data | {"web": ""})

        assert answer.status_code == 422
        for name in ("ecosystem", "staff_fte", "web"):
            assert f'id="f-{name}-error"' in answer.text
        assert 'value="many"' in answer.text
        assert await clusters(sessions) == []

    async def test_only_checks_when_asked_to(self, lesia: AsyncClient, sessions: Sessions) -> None:
        answer = await typed(lesia, CLUSTER, a_declaration()["data"], act="check")

        assert (answer.status_code, "It is not posted yet" in answer.text) == (200, True)
        assert await clusters(sessions) == []

    async def test_takes_pasted_json_with_the_same_faults(self, lesia: AsyncClient) -> None:
        broken = await typed(lesia, CLUSTER, {}, json="{")
        wrong = await typed(lesia, CLUSTER, {}, json='{"colour": "green"}')

        assert (broken.status_code, wrong.status_code) == (422, 422)
        assert "/data/colour: There is no field of this name." in wrong.text

    def test_gives_back_what_it_was_filled_with(self) -> None:
        site = registry_intake.classes["talka.registry.site.declared.v1"]
        fields = shapes.fields_of(site)

        assert shapes.data_of(fields, shapes.filled_with(fields, a_site())) == a_site()
