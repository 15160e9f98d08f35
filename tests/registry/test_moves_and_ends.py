"""Clusters that are confirmed, that move, and that end: by declaration and by page."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contracts.clusters import ClusterRelocated, ClusterSucceeded
from contracts.event import uuid7
from contracts.registry import (
    ClusterArchived,
    ClusterConfirmed,
    ClusterReinstated,
    ClusterRevised,
)
from contracts.vocabulary import ClusterState, Place, PlaceKind, Region, RegionScheme, VisitState
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.clusters.places import place_on, relocations_of
from services.registry.copies.model import VisitCopy
from tests.registry.builders import (
    LESIA,
    NOON,
    TARAS,
    a_cluster,
    a_profile,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of, reread, types_of
from tests.registry.test_declarations import post
from tests.registry.test_pages import get, send


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


def declared(what: str, cluster: Cluster, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "urn:uca:register",
        "type": f"talka.registry.{what}.declared.v1",
        "data": {"cluster": {"number": cluster.number}, **data},
    }


def day(days: int) -> str:
    return (clock.now().date() + timedelta(days=days)).isoformat()


KHARKIV = Place(
    country="UA",
    region=Region(scheme=RegionScheme.KATOTTG, code="UA63000000000041885"),
    settlement="Харків",
)
LVIV = {
    "country": "UA",
    "region": {"scheme": "katottg", "code": "UA46000000000026241"},
    "settlement": "Львів",
}


class TestConfirmation:
    async def test_r11_declared_revives_a_dormant_profile(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.DORMANT))

        answer = await post(lesia, declared("confirmation", cluster, confirmed_day=day(-2)))

        assert answer.status_code == 202
        assert await types_of(sessions, cluster.id) == [ClusterReinstated, ClusterConfirmed]
        assert str((await reread(sessions, cluster)).confirmed_on) == day(-2)

    async def test_is_not_taken_for_a_day_ahead(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        answer = await post(lesia, declared("confirmation", cluster, confirmed_day=day(3)))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/data/confirmed_day"


class TestRelocation:
    async def test_h12_both_bases_are_right_on_every_day(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        profile = a_profile(seat=KHARKIV)
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, profile=profile))
        moved = declared("relocation", cluster, kind="operating", place=LVIV, from_day=day(-30))

        answer = await post(lesia, moved)

        assert answer.status_code == 202
        relocated, revised = await events_of(sessions, cluster.id)
        assert isinstance(relocated, ClusterRelocated)
        assert isinstance(revised, ClusterRevised)
        assert (relocated.former, relocated.place.settlement) == (None, "Львів")
        assert revised.changed == ("operating_place",)
        now = await reread(sessions, cluster)
        async with sessions() as session:
            moves = await relocations_of(session, cluster.id)
        before, after = (date.fromisoformat(day(-31)), date.fromisoformat(day(-30)))
        assert place_on(now, moves, PlaceKind.OPERATING, before) is None
        assert place_on(now, moves, PlaceKind.OPERATING, after) == now.profile.operating_place
        assert place_on(now, moves, PlaceKind.SEAT, before) == KHARKIV
        assert (now.profile.seat, now.version) == (KHARKIV, 2)

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"from_day": "2999-01-01"}, "/data/from_day"),
            ({"from_day": "1999-01-01"}, "/data/from_day"),
            (
                {"place": LVIV | {"region": {"scheme": "iso3166-2", "code": "UA-46"}}},
                "/data/place",
            ),
            (
                {
                    "kind": "seat",
                    "place": {
                        "country": "PL",
                        "region": {"scheme": "nuts", "code": "PL213"},
                        "settlement": "Kraków",
                    },
                },
                "/data/place/country",
            ),
        ],
    )
    async def test_r13_a_wrong_one_is_refused(
        self, lesia: AsyncClient, sessions: Sessions, wrong: dict[str, Any], pointer: str
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        right = {"kind": "operating", "place": LVIV, "from_day": day(-1)}

        answer = await post(lesia, declared("relocation", cluster, **right | wrong))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer

    async def test_by_page_shows_both_places_with_their_days(
        self, lesia: AsyncClient, sessions: Sessions, sign_in: SignIn
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        address = f"/registry/clusters/{cluster.number}"
        form = {
            "kind": "operating",
            "region": "katottg:UA63000000000041885",
            "settlement": "Харків",
            "from_day": day(-5),
        }

        lacking = await send(lesia, f"{address}/move", **form | {"region": "", "settlement": ""})
        answer = await send(lesia, f"{address}/move", **form)
        page = await get(lesia, address)

        assert lacking.status_code == 422
        assert 'href="#f-region"' in lacking.text
        assert answer.status_code == 303
        assert "Kharkiv Oblast" in page.text
        assert "At the seat" in page.text
        ukrainian = await sign_in(TARAS, language="uk")
        assert '<th scope="col">Раніше</th>' in (await get(ukrainian, address)).text

    async def test_by_page_says_of_each_empty_field_that_it_is_missing(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        answer = await send(lesia, f"/registry/clusters/{cluster.number}/move", kind="operating")

        assert answer.status_code == 422
        for label in ("New region", "Town or village", "From"):
            assert answer.text.count(f"{label}: This field is missing.") == 1
        assert answer.text.count("This field is missing.") == 6  # in the summary, at the field


class TestEnd:
    @pytest.mark.parametrize(
        ("kind", "times", "fault"),
        [
            ("split", 1, ("/data/successors", "TLK-D086")),
            ("merge", 2, ("/data/successors/1", "TLK-D085")),
        ],
    )
    async def test_r22_a_split_has_two_successors_and_each_is_named_once(
        self,
        lesia: AsyncClient,
        sessions: Sessions,
        *,
        kind: str,
        times: int,
        fault: tuple[str, str],
    ) -> None:
        ended = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        heir = await saved(
            sessions, a_cluster(state=ClusterState.PUBLISHED, legal_value="14360570", name="Heir")
        )
        said = {
            "reason": "over",
            "ended_day": day(0),
            "successors": [{"number": heir.number}] * times,
            "kind": kind,
            "figures_rule": "sum",
        }

        answer = await post(lesia, declared("cluster_end", ended, **said))

        found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
        assert (answer.status_code, found) == (422, [fault])

    async def test_r22_links_successors_and_says_where_figures_go(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        ended = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        heir = await saved(
            sessions, a_cluster(state=ClusterState.PUBLISHED, legal_value="14360570", name="Heir")
        )

        answer = await post(
            lesia,
            declared(
                "cluster_end",
                ended,
                reason="merged",
                ended_day=day(0),
                successors=[{"number": heir.number}],
                kind="merge",
                figures_rule="sum",
            ),
        )

        assert answer.status_code == 202
        archived, succeeded = await events_of(sessions, ended.id)
        assert isinstance(archived, ClusterArchived)
        assert isinstance(succeeded, ClusterSucceeded)
        assert (succeeded.successors, succeeded.figures_rule) == ((heir.id,), "sum")
        assert "Heir" in (await get(lesia, f"/registry/clusters/{ended.number}")).text
        assert "Carries on:" in (await get(lesia, f"/registry/clusters/{heir.number}")).text

    async def test_r22_waits_for_open_visits_at_every_door(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        await saved(sessions, a_visit(cluster.id))
        address = f"/registry/clusters/{cluster.number}/archive"

        posted = await post(lesia, declared("cluster_end", cluster, reason="x", ended_day=day(0)))
        page = await send(lesia, address, reason="x", ended_day=day(0))
        put = await lesia.put(
            f"/registry/v1/clusters/{cluster.number}/archive", json={"reason": "x"}
        )

        assert (posted.status_code, page.status_code, put.status_code) == (409, 409, 409)
        assert "EX-2027-001" in page.text
        assert (await reread(sessions, cluster)).state is ClusterState.PUBLISHED

    async def test_r22_a_successor_is_in_the_catalogue(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        ended = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        draft = await saved(sessions, a_cluster(legal_value="14360570"))
        form = {
            "reason": "split",
            "ended_day": day(0),
            "successors": draft.number,
            "kind": "split",
            "figures_rule": "stop",
        }
        address = f"/registry/clusters/{ended.number}/archive"

        refused = await send(lesia, address, **form)
        half = await send(lesia, address, **form | {"kind": ""})

        assert (refused.status_code, half.status_code) == (422, 422)
        assert "not in the catalogue" in refused.text
        assert "together, or none" in half.text


def a_visit(
    cluster_id: UUID, *, number: str = "EX-2027-001", state: VisitState = VisitState.COMMITTED
) -> VisitCopy:
    return VisitCopy(
        visit_id=uuid7(),
        number=number,
        title={"en": "Visit"},
        state=state,
        visitor_association="UA",
        host_association="SK",
        visiting_organisation_id=cluster_id,
        host_organisation_id=uuid7(),
        dual_use=False,
        as_of=NOON,
    )
