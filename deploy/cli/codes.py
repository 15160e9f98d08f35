"""Finds what is told with a code by reading the sources, so that no list can fall behind them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("contracts", "services", "deploy")
FRONT_DOOR: Final = "talka"
FAILS: Final = re.compile(r"fail ['\"](?P<code>TLK-E\d{3})  (?P<rest>.*?)['\"](?: \\)?$")


@dataclass(frozen=True, slots=True)
class Told:
    """One place that tells a code: the class or the module, and its sentences."""

    where: str
    sentences: tuple[str, ...]


def told_with(code: str) -> list[Told]:
    """Every place that tells the code, each once, refusals with a name of their own first."""
    found: dict[Told, None] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            text = file.read_text("utf-8")
            if code in text:
                found.update(dict.fromkeys(_in_module(ast.parse(text), file, code)))
    found.update(dict.fromkeys(_at_the_front_door(code)))
    return sorted(found, key=lambda each: not each.where.partition(" ")[0][:1].isupper())


def _in_module(tree: ast.Module, file: Path, code: str) -> Iterator[Told]:
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) if _constant(node, "code") == code:
                title = _constant(node, "title")
                said = (title, ast.get_docstring(node))
                yield Told(f"{name} ({module})", tuple(filter(None, said)))
            case ast.Call(args=[ast.Constant(value=first), *rest]) if first == code:
                yield Told(module, tuple(filter(None, map(_sentence, rest))))
            case ast.Call(args=[_, ast.Constant(value=second), *rest]) if second == code:
                yield Told(module, tuple(filter(None, map(_sentence, rest))))


def _constant(node: ast.ClassDef, name: str) -> str | None:
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id == name:
            return _sentence(statement.value) if isinstance(statement, ast.Assign) else None
    return None


def _sentence(node: ast.expr) -> str | None:
    """A text as it is written: what is filled in later is an ellipsis."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_sentence(part) or "…" for part in parts)
        case ast.Call(func=ast.Name(id="mark"), args=[text, *_]):
            return _sentence(text)
        case _:
            return None


def _at_the_front_door(code: str) -> Iterator[Told]:
    door = ROOT / FRONT_DOOR
    for line in door.read_text("utf-8").splitlines() if door.is_file() else ():
        found = FAILS.search(line.strip())
        if found and found["code"] == code:
            yield Told(f"./{FRONT_DOOR}", (found["rest"],))
