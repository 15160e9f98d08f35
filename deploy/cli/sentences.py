"""Reads out of a module which sentences stand beside a text, through names and imports."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

MARKS: Final = frozenset({"mark", "gettext", "_"})
FILLED_IN: Final = "…"

Scopes = tuple[ast.AST, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: in the class of that name, or beside these sentences."""

    text: str
    owner: str | None
    sentences: tuple[str, ...]


class Module:
    """One file of sources under `root`."""

    def __init__(self, file: Path, root: Path) -> None:
        self.tree = ast.parse(file.read_text("utf-8"))
        self.name = ".".join(file.relative_to(root).with_suffix("").parts)
        self._root = root

    def places(self, wanted: Callable[[str], object]) -> Iterator[Place]:
        """Every place with a wanted text, as it stands in the file."""
        yield from self._places(self.tree, (), wanted)

    def _places(
        self, node: ast.AST, scopes: Scopes, wanted: Callable[[str], object]
    ) -> Iterator[Place]:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            scopes = (*scopes, node)
        yield from self._of_class(node, scopes, wanted)
        elements = _elements(node)
        for at, element in enumerate(elements):
            texts = [] if isinstance(element, ast.Attribute) else self._texts(element, scopes)
            for text in filter(wanted, texts):
                beside = [s for each in elements[at + 1 :] for s in self._texts(each, scopes)]
                yield Place(text, None, tuple(dict.fromkeys(beside)))
        for child in ast.iter_child_nodes(node):
            yield from self._places(child, scopes, wanted)

    def _of_class(
        self, node: ast.AST, scopes: Scopes, wanted: Callable[[str], object]
    ) -> Iterator[Place]:
        if isinstance(node, ast.ClassDef):
            for code in filter(wanted, self._assigned("code", node, scopes)):
                title = self._assigned("title", node, scopes)
                said = [*title, *filter(None, [ast.get_docstring(node)])]
                yield Place(code, node.name, tuple(said))

    def _texts(self, node: ast.AST, scopes: Scopes) -> list[str]:
        """The texts that an expression may be; what is filled in later is an ellipsis."""
        found: list[str] = []
        match node:
            case ast.Constant(value=str(text)):
                found = [text]
            case ast.JoinedStr(values=parts):
                found = ["".join(_part(part) for part in parts)]
            case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
                found = [*self._texts(one, scopes), *self._texts(other, scopes)]
            case ast.BinOp(left=beginning):
                found = self._texts(beginning, scopes)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[text, *_]):
                found = self._texts(text, scopes) if name in MARKS else []
            case ast.Name(id=name):
                found = self.named(name, scopes)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                found = self.of_owner(owner, name)
            case _:  # calls of others, numbers, …: no text that is known here
                pass
        return found

    def named(self, name: str, scopes: Scopes) -> list[str]:
        """The texts of a name, as the scopes around it set it, or another module."""
        for place, scope in reversed(list(enumerate(scopes))):
            if found := self._assigned(name, scope, scopes[:place]):
                return found
        return self._imported(name)

    def _assigned(self, name: str, scope: ast.AST, outer: Scopes) -> list[str]:
        """What a name is set to in a scope; of a function also what its branches set."""
        inside = isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)
        body = ast.walk(scope) if inside else ast.iter_child_nodes(scope)
        found: list[str] = []
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    found += self._texts(value, outer)
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                    found += self._texts(value, outer) if target == name else []
                case _:
                    pass
        return found

    def of_owner(self, owner: str, name: str) -> list[str]:
        """The texts of a name of a class or a module."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == owner:
                return self._assigned(name, node, (self.tree,))
        module, known = self._source(owner)
        if module is None:
            return []
        return module.of_owner(known, name) if known else module.named(name, (module.tree,))

    def _imported(self, name: str) -> list[str]:
        module, known = self._source(name)
        return module.named(known, (module.tree,)) if module and known else []

    def _source(self, name: str) -> tuple["Module | None", str]:
        """The module that a name is imported from, and its name there; none for a module."""
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    if name == (alias.asname or alias.name):
                        whole = self._file(f"{node.module}.{alias.name}")
                        file = whole or self._file(node.module)
                        known = "" if whole else alias.name
                        return (read(file, self._root) if file else None), known
        return None, ""

    def _file(self, module: str) -> Path | None:
        path = self._root.joinpath(*module.split("."))
        files = (path.with_suffix(".py"), path / "__init__.py")
        return next((file for file in files if file.is_file()), None)


@cache
def read(file: Path, root: Path) -> Module:
    """The module in a file; each file is read once."""
    return Module(file, root)


def _elements(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(args=args, keywords=keywords):
            return [*args, *(each.value for each in keywords if each.arg in {"code", "text"})]
        case ast.Tuple(elts=elements):
            return elements
        case _:
            return []


def _part(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else FILLED_IN
