"""The wheel `talka-contracts`, in an environment that holds nothing but it and a Kafka client."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from confluent_kafka import Producer

import contracts
from contracts.envelope import from_structured, to_headers
from contracts.registry import ClusterPublished
from contracts.released import example_text
from tests.waiting import PATIENCE_SECONDS

ROOT = Path(contracts.__file__).parent
WITH_IT = (  # what pip would bring along, and the client
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "typing-extensions",
    "typing-inspection",
    "confluent-kafka",
)

READ_TYPED = """
import sys
from confluent_kafka import Consumer
from talka_contracts.catalogue import read
from talka_contracts.envelope import from_headers
from talka_contracts.registry import ClusterPublished

bootstrap, count = sys.argv[1], int(sys.argv[2])
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "outside",
                     "auto.offset.reset": "earliest"})
consumer.subscribe(["registry.clusters"])
while count:
    record = consumer.poll(1)
    if record is None or record.error():
        continue
    envelope = from_headers(record.headers())
    event = read(envelope, record.value())
    assert isinstance(event, ClusterPublished)
    print(envelope.sequence, event.profile.names.en, event.profile.seat.country)
    count -= 1
consumer.close()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it, from a copy, so that nothing is left behind here."""
    room = tmp_path_factory.mktemp("wheel")
    source = room / "contracts"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(room / "dist")],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [built] = (room / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has the wheel, what it needs, a Kafka client, and nothing else."""
    room = tmp_path_factory.mktemp("outside")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", room / "venv"], check=True)  # noqa: S603
    [site] = (room / "venv").glob("lib/python*/site-packages")
    with ZipFile(wheel) as packed:
        packed.extractall(site)
    for name in WITH_IT:
        found = distribution(name)
        for file in found.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = site / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(found.locate_file(file)), target)
    return str(room / "venv" / "bin" / "python")


def run(python: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - an interpreter that the fixture made
        [python, "-I", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestWheel:
    def test_holds_the_contracts_under_a_name_of_their_own(self, wheel: Path) -> None:
        with ZipFile(wheel) as packed:
            names = packed.namelist()

        assert wheel.name.startswith("talka_contracts-")
        assert {name.partition("/")[0].partition("-")[0] for name in names} == {"talka_contracts"}
        for part in ("py.typed", "declared/members.py", "reference/nuts.csv"):
            assert f"talka_contracts/{part}" in names
        assert f"talka_contracts/schemas/{ClusterPublished.type}.json" in names

    def test_imports_where_nothing_of_ours_is(self, python: str) -> None:
        program = (
            "import importlib.util as u; from talka_contracts.catalogue import EVENTS;"
            "print(len(EVENTS) > 60, u.find_spec('contracts'), u.find_spec('services'))"
        )

        assert run(python, "-c", program) == "True None None\n"

    @pytest.mark.journey
    def test_reads_a_stream_typed(self, python: str, fresh_topics: str) -> None:
        event, envelope = from_structured(example_text(ClusterPublished.type))
        producer = Producer({"bootstrap.servers": fresh_topics})
        for _ in range(3):
            producer.produce(
                "registry.clusters",
                key=envelope.subject,
                value=json.dumps(json.loads(event.model_dump_json()) | {"added_later": 1}),
                headers=list(to_headers(envelope)),
            )
        assert producer.flush(PATIENCE_SECONDS) == 0

        said = run(python, "-c", READ_TYPED, fresh_topics, "3").splitlines()

        assert isinstance(event, ClusterPublished)
        told = f"{envelope.sequence} {event.profile.names.en} {event.profile.seat.country}"
        assert said == [told] * 3
