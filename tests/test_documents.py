"""The documents: what README shows is run as it stands there, and no link leads nowhere."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from deploy.cli import codes
from deploy.kafka import topics
from services.chassis import intake_lists, limits
from services.chassis.settings import Settings
from services.registry.imports import child
from tests.servers import CLONE
from tests.stage import Stage
from tests.talka import eventually
from tests.waiting import PATIENCE_SECONDS

README = CLONE / "README.md"
POSTING = CLONE / "docs" / "posting.md"
FENCE = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)#:]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`(?P<path>[a-z_0-9]+(?:/[a-z_0-9]+)+\.(?:py|yaml|html))`")
ROOTS = (CLONE, CLONE / "services", CLONE / "services" / "registry")
ADDRESS = "http://localhost:8800"
DOCUMENTS = sorted(
    file.relative_to(CLONE)
    for file in (
        *CLONE.glob("*.md"),
        *CLONE.glob("docs/**/*.md"),
        *CLONE.glob("contracts/**/*.md"),
    )
)


class Example(NamedTuple):
    """Lines to type, and what their answer must contain."""

    typed: str
    told: str


def examples(document: Path) -> list[Example]:
    """The examples with curl or a spreadsheet; the next block is the answer."""
    text = document.read_text("utf-8")
    blocks = [(found["kind"], found["text"].strip()) for found in FENCE.finditer(text)]
    return [
        Example(typed, told)
        for (kind, typed), (answer, told) in pairwise(blocks)
        if kind == "sh" and answer != "sh" and re.search(r"curl|talka import", typed)
    ]


def post(address: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(address, headers=headers, timeout=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def key(stage: Stage) -> str:
    scopes = ("--scope", "declarations:write", "--scope", "snapshots:read")
    done = stage.talka("keys", "issue", "--association", "UA", "--name", "documents", *scopes)
    assert done.returncode == 0, done.stderr
    made = done.stdout.split()[-1]
    address, headers = (
        f"{stage.talka.address}/registry/v1/events",
        {"Authorization": f"Bearer {made}"},
    )
    eventually(
        "the registry knows the key",
        lambda: post(address, headers).status_code != httpx.codes.UNAUTHORIZED,
    )
    return made


def read_until(told: str, asked: "subprocess.Popen[str]") -> str:
    """What is answered up to that; a stream would never end by itself."""
    assert asked.stdout is not None
    said = ""
    for line in asked.stdout:
        said += line
        if told in said:
            break
    with suppress(ProcessLookupError):
        os.killpg(asked.pid, signal.SIGKILL)
    asked.communicate()
    return said


@pytest.mark.journey
class TestExamples:
    """In the order in which somebody reads: each comes after those above it."""

    @pytest.mark.parametrize(
        "example",
        [*examples(README), *examples(POSTING)],
        ids=["good", "bad", "stream", "snapshot", "deltas", "posted", "checked", "imported"],
    )
    def test_r17_tells_the_truth(
        self, stage: Stage, key: str, example: Example, tmp_path: Path
    ) -> None:
        typed = example.typed.replace(ADDRESS, stage.talka.address)
        typed = typed.replace("./talka", f"{sys.executable} -P -m deploy.cli")
        typed = typed.replace("clusters.csv", str(tmp_path / "clusters.csv"))

        asked = subprocess.Popen(  # noqa: S603  our own README
            ["/bin/bash", "-c", typed],
            cwd=CLONE,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(CLONE),
                "TALKA_API_KEY": key,
                "TALKA_URL": stage.talka.address,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

        assert example.told in read_until(example.told, asked)


class TestLinks:
    @pytest.mark.parametrize("document", DOCUMENTS, ids=str)
    def test_lead_somewhere(self, document: Path) -> None:
        text = (CLONE / document).read_text("utf-8")

        targets = [found["target"] for found in LINK.finditer(text)]

        assert [t for t in targets if not ((CLONE / document).parent / t).exists()] == []


class TestPaths:
    @pytest.mark.parametrize("document", DOCUMENTS, ids=str)
    def test_named_in_a_document_are_there(self, document: Path) -> None:
        named = [found["path"] for found in NAMED.finditer((CLONE / document).read_text("utf-8"))]

        gone = [path for path in named if not any((root / path).exists() for root in ROOTS)]

        assert gone == []


class TestPosting:
    def test_r17_names_topics_that_are_there(self) -> None:
        named = set(re.findall(r"\bintake\.[a-z]+\.[a-z]{2}\b", POSTING.read_text("utf-8")))

        assert named == {"intake.registry.ua", "intake.exchanges.ua", "intake.outcomes.ua"}
        assert named <= topics.load().keys()

    def test_r17_tells_the_limits_that_hold(self) -> None:
        text = POSTING.read_text("utf-8")
        settings = Settings.model_fields

        one = f"{limits.MAX_BODY_BYTES // 1024} KiB a declaration"
        assert f"{one}; in a list {intake_lists.MOST:,} of them" in text
        assert f"{limits.MAX_LIST_BYTES // 1024**2} MiB" in text
        assert f"10 MiB, {child.MOST_ROWS:,} rows" in text
        assert f"{settings['intake_at_once'].default:,} declarations of an association" in text
        assert f"filled up by {settings['intake_a_second'].default} a second" in text


class TestCodes:
    @pytest.mark.parametrize("document", DOCUMENTS, ids=str)
    def test_named_in_a_document_are_told(self, document: Path) -> None:
        named = set(codes.CODE.findall((CLONE / document).read_text("utf-8")))

        assert named - codes.all_codes().keys() == set()
