"""What is typed wrongly: one sentence, a code that is explained, and what to type instead."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import typer.main
from typer.core import TyperGroup

from deploy.cli import codes, samples
from deploy.cli.app import app, main
from deploy.local.faults import Exit
from tests.servers import CLONE

A_FILE = str(CLONE / "contracts" / "examples" / "talka.registry.cluster.declared.v1.json")
AN_ID = "01990000-0000-7000-8000-000000000000"
NOBODY = "127.0.0.1:9"
NO_DATABASE = ("--database-url", f"postgresql://a:b@{NOBODY}/c")
TOLD = re.compile(r"✗ (?P<code>TLK-[A-Z]\d{3})  .+\n(  \S.*\n)+(    \S.*\n)+")


def commands(group: TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command as one types it; groups too."""
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, TyperGroup):
            yield from commands(command, (*before, name))


EVERY = [
    found
    for found in commands(typer.main.get_command(app))  # type: ignore[arg-type]  # it is a group
    if found != ("test",)  # hands on what it does not know to pytest
]


@pytest.fixture(autouse=True)
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty room, and nothing of the environment that would lead elsewhere."""
    monkeypatch.setenv("TALKA_ROOM", str(tmp_path))
    monkeypatch.setenv("TALKA_API_KEY", "tlk_unknown")
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP", "TALKA_URL", "TALKA_PORT"):
        monkeypatch.delenv(name, raising=False)


def answer_to(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of a command and what it says to people; on standard output is nothing."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr()
    assert said.out == ""
    return int(ended.value.code or 0), said.err


def assert_is_told(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """One sentence with a code that is explained, then advice and a command to type."""
    code, said = answer_to(arguments, capsys)
    shape = TOLD.fullmatch(said)
    assert shape, said
    assert shape["code"] in codes.all_codes()
    return code, said


class TestEveryCommand:
    @pytest.mark.parametrize("command", EVERY, ids=" ".join)
    def test_tells_an_unknown_option_with_a_code(
        self, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, said = assert_is_told([*command, "--nonsense"], capsys)

        assert code == Exit.WRONG_USE
        assert f"TLK-E122  talka {' '.join(command)} has no option --nonsense." in said
        assert f"    talka {' '.join(command)} --help\n" in said

    def test_without_a_word_shows_what_there_is(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, said = answer_to(["parked"], capsys)

        assert code == Exit.WRONG_USE
        assert "Usage: talka parked" in said


class TestWhatIsTypedWrongly:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("nonsense", "E121  There is no command talka nonsense.*\n    talka --help"),
            ("parked lst", "E121  There is no command talka parked lst.*\n    talka parked list"),
            ("up --prt 1", "E122  talka up has no option --prt.*Perhaps it is --port"),
            ("declare", "E123  talka declare needs FILE[.]\n"),
            ("serve", "E123  talka serve needs SERVICE[.]\n"),
            ("keys issue --name n", "E123  talka keys issue needs --association"),
            ("up --port abc", "E124  --port .or TALKA_PORT.: Give a whole number"),
            ("up --port 99999", "E124  --port .or TALKA_PORT.: Give 65535 or less"),
            ("emit x --n 0", "E124  --n: Give 1 or more"),
            ("parked list -o xml", "E124  --output: 'xml' is not one of 'table', 'json'"),
            ("import x.csv --kind y", "E124  --kind: 'y' is not one of 'members'"),
            (f"declare {A_FILE} --timeout 0", "E124  --timeout: Give 1.0 or more"),
            ("db verify --file /nowhere", "E124  --file: File '/nowhere' does not exist"),
            ("up --port", "E125  talka up: Option '--port' requires an argument"),
            ("down now", "E125  talka down: Got unexpected extra argument.*now"),
            ("serve nonsense", "E048  There is no service 'nonsense'.*\n    talka serve registry"),
            ("db export nonsense", "E048.*\n    talka db export registry"),
            ("parked list --service ,", "E001  --service ,: there is no such thing"),
            ("parked show 9999", "E119  '9999' is no id of a parked record.*talka parked list"),
            ("parked retry 9999", "E119  '9999' is no id"),
            ("parked drop 9999 --reason r", "E119  '9999' is no id"),
            ("tail nonsense", "E081  There is no topic 'nonsense'"),
            ("tail --from soon", "E082  --from soon: that is no length of time"),
            ("contracts show nonsense", "E074  There is no type 'nonsense'"),
            ("emit nonsense", "E074  There is no type 'nonsense'"),
            ("explain nonsense", "E109  Talka tells nothing with the code nonsense"),
        ],
    )
    def test_is_told_in_a_sentence_with_what_to_type(
        self, typed: str, words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, said = assert_is_told(typed.split(), capsys)

        assert code == Exit.WRONG_USE
        assert re.search(f"TLK-{words}", said, re.DOTALL), said

    def test_names_the_variable_that_held_it(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TALKA_PORT", "abc")

        code, said = assert_is_told(["up"], capsys)

        assert (code, "--port (or TALKA_PORT)" in said) == (Exit.WRONG_USE, True)


class TestWhatIsAway:
    @pytest.mark.parametrize(
        "typed",
        [
            "status", "down", "db status", "db migrate", "db verify", "db export registry",
            "topics plan", "topics apply", "parked list", f"parked show {AN_ID}",
            "parked retry --all", f"parked drop {AN_ID} --reason r", "keys list", "keys revoke x",
            "keys issue --association UA --name n", "tail", "declare " + A_FILE,
            "emit talka.registry.cluster.suspended.v1", "import x.csv",
        ],
    )  # fmt: skip
    def test_is_started_with_one_command_where_nothing_runs(
        self, typed: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, said = assert_is_told(typed.split(), capsys)

        assert code == Exit.CANNOT_CONNECT
        assert "TLK-E002  Talka is not running here.\n  Start it:\n    talka up\n" in said

    @pytest.mark.parametrize(
        "typed",
        [
            "db status", "db migrate", "db verify", "db export registry", "parked list",
            f"parked show {AN_ID}", "parked retry --all", f"parked drop {AN_ID} --reason r",
            "keys list", "keys revoke x", "keys issue --association UA --name n",
        ],
    )  # fmt: skip
    def test_is_a_database_in_one_sentence(
        self, typed: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, said = assert_is_told([*typed.split(), *NO_DATABASE], capsys)

        assert code == Exit.CANNOT_CONNECT
        assert re.search("TLK-E(041|111)  .*cannot be reached: .*Connect call failed", said)

    @pytest.mark.parametrize("port", ["abc", "99999"])
    def test_is_no_address_at_all(self, port: str, capsys: pytest.CaptureFixture[str]) -> None:
        url = f"postgresql://a:b@127.0.0.1:{port}/c"

        code, said = assert_is_told(["keys", "list", "--database-url", url], capsys)

        assert (code, "TLK-E043" in said) == (Exit.WRONG_USE, True)

    def test_is_a_broker_that_took_nothing(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(samples, "TIMEOUT_SECONDS", 1)
        emit = ["emit", "talka.registry.cluster.suspended.v1", "--kafka", NOBODY, "--n", "2"]

        code, said = assert_is_told(emit, capsys)

        assert code == Exit.CANNOT_CONNECT
        assert f"TLK-E110  Kafka at {NOBODY} took 0 of 2 events." in said

    def test_is_a_room_where_nothing_can_be_kept(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("TALKA_ROOM", str(tmp_path / "file" / "room"))

        assert "TLK-E002" in assert_is_told(["status"], capsys)[1]
        for typed in ("up", "keys list " + " ".join(NO_DATABASE)):
            code, said = assert_is_told(typed.split(), capsys)
            assert code == Exit.FAILED
            assert "TLK-E008  Nothing can be kept in" in said


class TestAKey:
    @pytest.mark.parametrize(
        ("key", "words"), [("", "TLK-E091  There is no API key"), ("ключ", "TLK-E097  TALKA_API")]
    )
    def test_that_cannot_be_one_is_told_before_it_is_sent(
        self,
        key: str,
        words: str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("TALKA_API_KEY", key)

        code, said = assert_is_told(["declare", A_FILE, "--url", f"http://{NOBODY}"], capsys)

        assert code == Exit.WRONG_USE
        assert words in said
        assert "talka keys issue --help" in said


class TestWhoAnswers:
    """A server that is not Talka, and one that refuses the key."""

    @pytest.mark.parametrize("typed", [["declare", A_FILE], ["import", A_FILE]])
    @pytest.mark.parametrize(
        ("status", "body", "words"),
        [
            (200, b"<html>", "TLK-E098  What answers at .* is not Talka.*talka status"),
            (200, b"{}", "TLK-E098  What answers at"),
            (404, b"<html>", "TLK-E093  registry refused the request .404.: Not Found"),
            (
                401,
                b'{"code": "TLK-E401", "detail": "Send a key."}',
                "TLK-E401  registry refused .*Send a key.*talka keys issue --help",
            ),
            (
                422,
                b'{"code": "TLK-E422", "detail": "No.", "errors": []}',
                "TLK-E422  registry refused .*talka explain TLK-E422",
            ),
        ],
    )
    def test_is_told_with_a_way_out(
        self,
        typed: list[str],
        status: int,
        body: bytes,
        words: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with answering(status, body) as url:
            _, said = assert_is_told([*typed, "--url", url], capsys)

        assert re.search(words, said, re.DOTALL), said


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A web server that gives everybody this one answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
