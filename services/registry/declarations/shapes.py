"""The form of a declaration, made from its class: fields by their place, and back into data.

A field is named by its place in the data: `seat/region/code`. What no form can say well, such as a
list of objects, is a field of JSON.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from contracts.declarations import Declaration
from contracts.values import LANGUAGES
from services.chassis.errors import Fault
from services.registry.forms import Form

COMMON: Final = ("ref", "corrects", "at", "note")  # of every declaration: they come last
BESIDE: Final = ("subject", "time")  # of the envelope
POINTERS: Final = ("number", "ref")  # the names by which a form points at a thing
NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
BOOLEANS: Final = {"true": True, "false": False}

LONGEST_LINE: Final = 255

Data = dict[str, Any]


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    AREA = "area"
    DAY = "date"
    NUMBER = "number"
    ONE = "one of"
    SOME = "some of"
    LINES = "one a line"
    JSON = "json"


PLAIN: Final[Mapping[str, tuple[Kind, tuple[str, ...]]]] = {
    "boolean": (Kind.ONE, tuple(BOOLEANS)),
    "integer": (Kind.NUMBER, ()),
    "number": (Kind.NUMBER, ()),
    "string": (Kind.TEXT, ()),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    kind: Kind
    required: bool
    options: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name as the catalogue of events writes it."""
        return self.name.replace("/", ".")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Its options, each the word for itself."""
        return [(option, option) for option in self.options]


def fields_of(kind: type[Declaration]) -> list[Field]:
    """The fields of a declaration, its own before those that all declarations have."""
    schema = kind.model_json_schema()
    found = list(_fields(schema, schema.get("$defs", {}), "", required=True))
    own = [each for each in found if each.name not in COMMON]
    return own + [each for name in COMMON for each in found if each.name == name]


def data_of(fields: Collection[Field], typed: Form) -> Data:
    """What was typed, as the data of a declaration; an empty field was not given."""
    data: Data = {}
    for field in fields:
        value = _value(field, typed)
        if value is not None:
            steps = field.name.split("/")
            inner = data
            for step in steps[:-1]:
                inner = inner.setdefault(step, {})
            inner[steps[-1]] = value
    return data


def filled_with(fields: Collection[Field], data: Mapping[str, Any]) -> Form:
    """The form in which these data are typed."""
    given = {field.name: _typed(field, data) for field in fields}
    return Form({name: words for name, words in given.items() if words})


def can_say(fields: Collection[Field], data: Mapping[str, Any]) -> bool:
    """Whether the form has a place for everything in these data."""
    given = _without_nothing(data)
    return given is None or data_of(fields, filled_with(fields, given)) == given


def _without_nothing(value: Any) -> Any:
    """The same without nulls, empty lists and empty objects: they say what leaving out says."""
    if not isinstance(value, Mapping):
        return value if value != [] else None
    kept = {name: _without_nothing(inner) for name, inner in value.items()}
    return {name: inner for name, inner in kept.items() if inner is not None} or None


def shown_at(faults: Collection[Fault], fields: Collection[Field]) -> list[Fault]:
    """The faults at the fields they are about: the nearest one where a place is none."""
    names = [field.name for field in fields]
    return [
        Fault(_nearest(each.pointer, names), each.code, each.text, each.rule, each.values)
        for each in faults
    ]


def _nearest(pointer: str, names: Collection[str]) -> str:
    place = pointer.removeprefix("/data").removeprefix("/")
    while place and place not in names:
        below = next((name for name in names if name.startswith(f"{place}/")), None)
        if below:
            return f"/{below}"
        place = place.rpartition("/")[0]
    return f"/{place}" if place else ""


def _fields(
    of: Mapping[str, Any], defs: Mapping[str, Any], below: str, *, required: bool
) -> Iterator[Field]:
    needed = of.get("required", ()) if required else ()
    for name, given in of.get("properties", {}).items():
        if not below and name in BESIDE:
            continue
        what = _resolved(given, defs)
        path = f"{below}{name}"
        if "properties" in what:
            yield from _fields(_cut(what), defs, f"{path}/", required=name in needed)
        elif "patternProperties" in what:
            for language in LANGUAGES:
                yield Field(f"{path}/{language}", Kind.AREA, required=False)
        else:
            kind, options = _kind_of(what, defs)
            yield Field(path, kind, name in needed, options)


def _kind_of(what: Mapping[str, Any], defs: Mapping[str, Any]) -> tuple[Kind, tuple[str, ...]]:
    """How a value is filled in, and what may be chosen."""
    options = tuple(map(str, what.get("enum", ())))
    if options:
        return Kind.ONE, options
    if what.get("type") == "array":
        kind, options = _kind_of(_resolved(what["items"], defs), defs)
        several = {Kind.ONE: Kind.SOME, Kind.TEXT: Kind.LINES}
        return several.get(kind, Kind.JSON), options
    if what.get("format") == "date":
        return Kind.DAY, ()
    if what.get("maxLength", 0) > LONGEST_LINE:
        return Kind.AREA, ()
    return PLAIN.get(what.get("type", ""), (Kind.JSON, ()))


def _resolved(given: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a field may be, when it is not null."""
    one = next((each for each in given.get("anyOf", ()) if each.get("type") != "null"), given)
    if "$ref" in one:
        found: Mapping[str, Any] = defs[one["$ref"].rsplit("/", 1)[1]]
        return found
    return one


def _cut(what: Mapping[str, Any]) -> Mapping[str, Any]:
    """A pointer by the names that people know things by; anything else as it is."""
    if what.get("title") != "Pointer":
        return what
    return {"properties": {name: what["properties"][name] for name in POINTERS}}


def _value(field: Field, typed: Form) -> Any:
    """What was typed into one field; text stays text where nothing else can be read."""
    if field.kind is Kind.SOME:
        return typed.many(field.name) or None
    text = typed.one(field.name).strip()
    read = BOOLEANS.get if field.options == tuple(BOOLEANS) else READ.get(field.kind)
    found = read(text) if text and read else None
    return text or None if found is None else found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str) -> Any:
    return _json(text) if NUMBER.fullmatch(text) else None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


READ: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.LINES: _lines,
    Kind.NUMBER: _number,
    Kind.JSON: _json,
}


def _typed(field: Field, data: Mapping[str, Any]) -> list[str]:
    value: Any = data
    for step in field.name.split("/"):
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None:
        return []
    if isinstance(value, list) and field.kind is Kind.SOME:
        return [str(each) for each in value]
    if isinstance(value, list) and field.kind is Kind.LINES:
        return ["\n".join(str(each) for each in value)]
    plain = isinstance(value, str) and field.kind is not Kind.JSON
    return [str(value) if plain else json.dumps(value, ensure_ascii=False)]
