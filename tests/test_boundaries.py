"""What holds the code together and no other tool checks: sizes, docstrings, declared topics."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from contracts.catalogue import DECLARATIONS, EVENTS
from contracts.event import Event
from services.chassis.topics import channels
from tests.servers import CLONE

Function = ast.FunctionDef | ast.AsyncFunctionDef

PACKAGES = ("contracts", "services", "deploy")
MODULES = sorted(
    file.relative_to(CLONE) for package in PACKAGES for file in (CLONE / package).rglob("*.py")
)
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
FOREIGN = re.compile(
    r"pypi\.org|pythonhosted\.org|repo1?\.maven|registry\.npmjs|proxy\.golang"
    r"|(?<![\w.~])/(?:work|root|tmp|home)/",
    re.IGNORECASE,
)
MAY_NAME_PLACES = {Path("tests/test_boundaries.py")}
EVENT_CLASSES = [EVENTS[name] for name in sorted(EVENTS)]


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse((CLONE / module).read_text("utf-8"))


def functions_of(module: Path) -> Iterator[Function]:
    for node in ast.walk(tree_of(module)):
        if isinstance(node, Function):
            yield node


def lines_of(function: Function) -> int:
    """Its own lines: without the docstring, and without the functions inside it."""
    lines = span(function)
    if ast.get_docstring(function):
        lines -= span(function.body[0])
    inside = [node for node in function.body if isinstance(node, Function)]
    return lines - sum(map(span, inside))


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(name) for name in listed.stdout.split("\0") if name]


class TestSizes:
    def test_no_file_is_longer_than_somebody_reads_at_once(self) -> None:
        long = {
            str(module): lines
            for module in MODULES
            if (lines := len((CLONE / module).read_text("utf-8").splitlines())) > LONGEST_FILE
        }

        assert long == {}

    def test_no_function_is_longer_than_a_page(self) -> None:
        long = {
            f"{module}:{function.lineno} {function.name}": lines_of(function)
            for module in MODULES
            for function in functions_of(module)
            if lines_of(function) > LONGEST_FUNCTION
        }

        assert long == {}


class TestDocstrings:
    def test_every_module_says_what_it_is_for(self) -> None:
        silent = [str(module) for module in MODULES if not ast.get_docstring(tree_of(module))]

        assert silent == []


class TestTopics:
    @pytest.mark.parametrize("event_class", EVENT_CLASSES, ids=lambda found: found.type)
    def test_of_every_event_is_declared_with_its_classification(
        self, event_class: type[Event]
    ) -> None:
        if event_class.classification.value == "private":
            assert event_class.topic not in channels()
        else:
            declared = channels()[event_class.topic]
            assert declared.classification == event_class.classification.value

    def test_that_are_declared_carry_events(self) -> None:
        posted = {declaration_class.topic for declaration_class in DECLARATIONS.values()}
        carried = {event_class.topic for event_class in EVENT_CLASSES} | posted

        assert set(channels()) - carried == {"sandbox"}

    def test_of_declarations_are_no_topics_of_events(self) -> None:
        assert set(EVENTS).isdisjoint(DECLARATIONS)


class TestSubscribers:
    def test_every_one_says_when_it_acknowledges(self) -> None:
        silent = []
        for module in MODULES:
            for node in ast.walk(tree_of(module)):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                named = {keyword.arg for keyword in node.keywords}
                if node.func.attr == "subscriber" and "ack_policy" not in named:
                    silent.append(f"{module}:{node.lineno}")

        assert silent == []

    def test_nobody_publishes_batches_without_keys(self) -> None:
        named = [m for m in MODULES if "publish_batch" in (CLONE / m).read_text("utf-8")]

        assert named == []


class TestPlaces:
    def test_no_file_names_a_package_host_or_a_folder_of_somebodys_machine(self) -> None:
        found = {}
        for file in tracked_files():
            path = CLONE / file
            if file in MAY_NAME_PLACES or not path.is_file():
                continue
            try:
                text = path.read_text("utf-8")
            except UnicodeDecodeError:  # a picture
                continue
            if names := sorted(set(FOREIGN.findall(text))):
                found[str(file)] = names

        assert found == {}
