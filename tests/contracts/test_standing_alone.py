"""The contracts are for everybody's environment: pydantic is all they need."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import contracts

ROOT = Path(contracts.__file__).parent

NEEDED = {"pydantic", "pydantic_core", "typing_extensions", "typing_inspection", "annotated_types"}
OTHERS = {"services", "deploy", *packages_distributions()} - NEEDED

REFUSE_OTHERS = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in OTHERS - {PACKAGE}:
            raise ModuleNotFoundError(f"{name} is not there", name=name)
        return None

sys.meta_path.insert(0, Refuse())
"""

USE = """
from importlib import import_module
modules = {module: import_module(f"{PACKAGE}.{module}") for module in MODULES}
found, envelope = modules["envelope"].from_structured(
    modules["released"].example_text("talka.registry.cluster.declared.v1"))
assert found.legal_id.value == "99990019", found
assert len(modules["catalogue"].EVENTS) > 60
print("read", found.names.en)
"""


def modules() -> list[str]:
    return sorted(file.stem for file in ROOT.glob("*.py") if file.stem != "__init__")


def run(package: str, folder: Path) -> subprocess.CompletedProcess[str]:
    given = f"PACKAGE, MODULES, OTHERS = {package!r}, {modules()!r}, {OTHERS!r}"
    program = f"{given}\n{REFUSE_OTHERS}\n{USE}"
    return subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


class TestContracts:
    def test_can_be_read_where_there_is_pydantic_alone(self) -> None:
        done = run("contracts", ROOT.parent)

        assert (done.returncode, done.stdout) == (0, "read Lviv IT Cluster\n"), done.stderr

    def test_work_under_the_name_of_their_own_wheel(self, tmp_path: Path) -> None:
        (tmp_path / "talka_contracts").symlink_to(ROOT, target_is_directory=True)

        done = run("talka_contracts", tmp_path)

        assert (done.returncode, done.stdout) == (0, "read Lviv IT Cluster\n"), done.stderr

    def test_import_each_other_relatively(self) -> None:
        for file in ROOT.rglob("*.py"):
            text = file.read_text()
            assert "from contracts" not in text, file
            assert "import contracts" not in text, file
