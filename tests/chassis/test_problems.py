"""Refusals: one document for all of them, and nothing told that is nobody's business."""

from contextlib import AsyncExitStack
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis import problems
from services.chassis.database import Sessions
from services.chassis.errors import Conflict, Unavailable
from services.chassis.faults import faults_of, pointer
from services.chassis.problems import MEDIA_TYPE
from services.chassis.ui.i18n import Translator
from services.chassis.words import Word
from tests.chassis.site import a_client, recorded

PARCELS = "/registry/v1/parcels"
PARCEL = {"reason": "r-1", "weight": 5}


class TestDocument:
    async def test_names_every_fault_with_its_place(self, taras: AsyncClient) -> None:
        answer = await taras.post(
            PARCELS, json={"weight": "5", "day": "2027-02-30", "role": "admin"}
        )

        assert (answer.status_code, answer.headers["content-type"]) == (422, MEDIA_TYPE)
        problem = answer.json()
        assert {(each["pointer"], each["code"]) for each in problem["errors"]} == {
            ("/reason", "TLK-D001"),
            ("/weight", "TLK-D003"),
            ("/day", "TLK-D009"),
            ("/role", "TLK-D002"),
        }
        assert problem["type"] == "urn:talka:problem:TLK-E422"
        assert len(problem["trace_id"]) == 32

    async def test_continues_the_trace_of_the_caller(self, anybody: AsyncClient) -> None:
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"

        answer = await anybody.get(
            "/registry/v1/me", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
        )

        assert answer.json()["trace_id"] == trace

    @pytest.mark.parametrize(
        "parcel",
        [
            {"weight": "5"},
            {"weight": 1e3},
            {"weight": True},
            {"weight": 2**63},
            {"reason": 5},
            {"id": "x"},
            {"version": 1},
        ],
    )
    async def test_a18_coerces_nothing_and_a09_takes_no_extra_field(
        self, taras: AsyncClient, sessions: Sessions, parcel: dict[str, object]
    ) -> None:
        answer = await taras.post(PARCELS, json=PARCEL | parcel)

        assert answer.status_code == 422
        assert await recorded(sessions) == []

    async def test_a18_takes_no_minus_zero(self, taras: AsyncClient) -> None:
        answer = await taras.post(
            PARCELS,
            content='{"reason": "r", "weight": -0}',
            headers={"Content-Type": "application/json"},
        )

        assert answer.json()["errors"][0]["pointer"] == "/weight"

    @pytest.mark.parametrize("body", ["{", '{"weight": 1, "weight": 2}', "[NaN]", "\ufeff"])
    async def test_says_of_broken_json_that_it_cannot_be_read(
        self, taras: AsyncClient, body: str
    ) -> None:
        answer = await taras.post(
            PARCELS, content=body, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code in {400, 422}
        assert answer.headers["content-type"] == MEDIA_TYPE

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            (
                '{"weight": 1,\n "reason" 5}',
                "This is no JSON: it breaks off in line 2 at column 11.",
            ),
            ('{"a": 1, "a": 2}', "A name stands twice in one object: keep it once."),
            ("[NaN]", "NaN and Infinity are no JSON: give a number, or null."),
            (b"\x80", "Send JSON in UTF-8: this is in another encoding."),
        ],
    )
    async def test_says_of_broken_json_where_and_why(
        self, taras: AsyncClient, body: str | bytes, said: str
    ) -> None:
        answer = await taras.post(
            PARCELS, content=body, headers={"Content-Type": "application/json"}
        )

        assert (answer.status_code, answer.json()["detail"]) == (400, said)

    async def test_refuses_a_character_that_cannot_be_kept(self, taras: AsyncClient) -> None:
        answer = await taras.post(PARCELS, json=PARCEL | {"reason": "a\0b"})

        assert answer.status_code == 400

    async def test_a24_says_405_to_other_verbs(self, anybody: AsyncClient) -> None:
        for verb in ("TRACE", "CONNECT", "PROPFIND", "BREW"):
            assert (await anybody.request(verb, "/registry/v1/me")).status_code == 405
        answer = await anybody.delete("/registry/v1/me")

        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
        assert answer.json()["code"] == "TLK-E405"
        assert answer.json()["detail"] == "This is not done with this address; it takes GET, HEAD."

    async def test_a24_ignores_a_verb_in_a_header(self, taras: AsyncClient) -> None:
        answer = await taras.get("/registry/v1/me", headers={"X-HTTP-Method-Override": "DELETE"})

        assert answer.status_code == 200

    async def test_says_404_to_an_unknown_address(self, anybody: AsyncClient) -> None:
        answer = await anybody.get("/registry/v1/nothing")

        assert (answer.status_code, answer.json()["code"]) == (404, "TLK-E404")

    async def test_a22_leads_to_the_configured_address_whatever_host_is_sent(
        self, anybody: AsyncClient
    ) -> None:
        answer = await anybody.get(
            "/registry/page?a=1",
            headers={
                "Host": "evil.example",
                "X-Forwarded-Host": "evil.example",
                "Accept": "text/html",
            },
        )
        slash = await anybody.get("/registry/v1/me/", headers={"Host": "evil.example"})

        assert answer.status_code == 303
        assert answer.headers["location"] == "/registry/signin?next=/registry/page%3Fa%3D1"
        assert slash.status_code == 404

    async def test_speaks_the_language_of_the_caller(self, taras: AsyncClient) -> None:
        answer = await taras.post(PARCELS, json={}, headers={"Accept-Language": "en"})

        assert answer.json()["errors"][0]["text"] == "This field is missing."


class TestFailure:
    async def test_a43_tells_the_trace_and_nothing_else(self, taras: AsyncClient) -> None:
        answer = await taras.get("/registry/v1/broken")

        assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA_TYPE)
        assert "secret" not in answer.text
        assert "ZeroDivision" not in answer.text
        assert len(answer.json()["trace_id"]) == 32

    async def test_a_commit_that_fails_is_no_success(self, taras: AsyncClient) -> None:
        """The route says 201; its connection is gone before the commit."""
        answer = await taras.post("/registry/v1/late", json={})

        assert answer.status_code == 503

    async def test_a_database_that_goes_away_is_503(self, taras: AsyncClient) -> None:
        answer = await taras.get("/registry/v1/away")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")

    async def test_f13_a_pool_without_a_free_connection_is_503(
        self, site: FastAPI, taras: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pool = site.state.sessions.kw["bind"].pool
        monkeypatch.setattr(pool, "_timeout", 0.05)
        async with AsyncExitStack() as held:
            for _ in range(pool.size() + pool._max_overflow):  # noqa: SLF001 - has no public name
                session = await held.enter_async_context(site.state.sessions())
                await session.execute(text("select 1"))
            answer = await taras.get("/registry/v1/records")

        assert (answer.status_code, answer.json()["code"]) == (503, "TLK-E503")

    def test_knows_transient_faults_lost_races_and_bugs(self) -> None:
        assert isinstance(problems.foreseen(_fault("40P01")), Unavailable)
        assert isinstance(problems.foreseen(_fault("23P01")), Conflict)
        assert problems.foreseen(_fault("22012")) is None


class TestApiDocument:
    async def test_promises_problem_documents(self, site: FastAPI) -> None:
        async with a_client(site) as client:
            document = (await client.get("/registry/openapi.json")).json()

        refused = document["paths"][PARCELS]["post"]["responses"]
        assert set(refused) == {"201", "default"}
        assert MEDIA_TYPE in refused["default"]["content"]
        assert "Problem" in document["components"]["schemas"]
        assert "HTTPValidationError" not in document["components"]["schemas"]


class TestFaults:
    def test_pointer_escapes_what_json_pointers_escape(self) -> None:
        assert pointer("a/b", 0, "m~n") == "/a~1b/0/m~0n"

    def test_leaves_out_branches_of_unions(self) -> None:
        [fault] = faults_of(
            [{"type": "int_type", "loc": ("x", "function-after[f(), int]"), "msg": ""}]
        )

        assert fault.pointer == "/x"

    def test_fills_in_what_the_rule_says_and_never_what_was_sent(self) -> None:
        [fault] = faults_of(
            [
                {
                    "type": "string_too_long",
                    "loc": ("a",),
                    "input": "secret",
                    "ctx": {"max_length": 5},
                }
            ]
        )

        assert fault.said(str) == "Give at most 5 characters."

    @pytest.mark.parametrize(
        ("kind", "context", "said"),
        [
            ("string_too_short", {"min_length": 1}, "Write something here."),
            ("string_too_short", {"min_length": 2}, "Give at least 2 characters."),
            ("string_too_long", {"max_length": 1}, "Give at most 1 character."),
            ("too_short", {"min_length": 1}, "Give at least one."),
            ("too_long", {"max_length": 1}, "Give at most 1 entry."),
            ("too_long", {"max_length": 3}, "Give at most 3 entries."),
        ],
    )
    def test_c02_counts_in_the_right_form(
        self, kind: str, context: dict[str, int], said: str
    ) -> None:
        [fault] = faults_of([{"type": kind, "loc": ("a",), "ctx": context}])

        assert fault.said(str) == said

    @pytest.mark.parametrize(
        ("count", "said"),
        [(1, "Najwyżej 1 znak."), (3, "Najwyżej 3 znaki."), (5, "Najwyżej 5 znaków.")],
    )
    def test_c02_counts_in_the_forms_of_the_reader_s_language(self, count: int, said: str) -> None:
        catalogue = Catalog(locale="pl")
        forms = tuple(f"Najwyżej {{max_length}} {word}." for word in ("znak", "znaki", "znaków"))
        one, many = (f"Give at most {{max_length}} character{end}." for end in ("", "s"))
        catalogue.add((one, many), forms)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        t = Translator("pl", "Europe/Warsaw", Translations(compiled))
        [fault] = faults_of(
            [{"type": "string_too_long", "loc": ("a",), "ctx": {"max_length": count}}]
        )

        assert fault.said(t.gettext) == said


class TestWords:
    def test_of_enumerations_are_said_in_the_language_of_the_sentence(self) -> None:
        words = {"visit state\x04Agreed": "Uzgodniona", "{number} is {state}": "{number}: {state}"}
        refusal = Conflict("{number} is {state}", number=7, state=Word("visit state", "Agreed"))

        assert refusal.said(lambda text: words.get(text, text)) == "7: “Uzgodniona”."
        assert refusal.said(str) == f"{refusal}." == "7 is “Agreed”."

    def test_of_a_list_stand_side_by_side(self) -> None:
        wanted = [Word("visit state", "Agreed"), Word("visit state", "Ready")]

        assert Conflict("{wanted}", wanted=wanted).said(str) == "“Agreed”, “Ready”."


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("look at it again", "Look at it again."),
            ("šis raktas nežinomas", "Šis raktas nežinomas."),
            ("Fill this in.", "Fill this in."),
            ("which one?", "Which one?"),
            ("{mail} is here already", "o@ua.example is here already."),
            ("", "Not possible now."),
        ],
    )
    def test_of_refusals_are_whole_where_they_are_shown(self, text: str, said: str) -> None:
        assert Conflict(text, mail="o@ua.example").said(str) == said


class Fault(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def _fault(sqlstate: str) -> DBAPIError:
    return DBAPIError("select", {}, Fault(sqlstate))
