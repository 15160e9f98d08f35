"""May one schema take the place of another? Rules of tolerant readers, each with a name.

A released type may gain optional fields, further words in a list, and wider limits. Everything
else would break somebody who reads or writes the older form, and needs a new version beside it.
The rules only ever forbid, so what may follow a version may also follow all versions before it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

Schema = Mapping[str, Any]


class Rule(StrEnum):
    FIELD_REMOVED = "field-removed"
    FIELD_RETYPED = "field-retyped"
    FIELD_NOW_REQUIRED = "field-now-required"
    FIELD_NO_LONGER_REQUIRED = "field-no-longer-required"
    LIST_NARROWED = "list-narrowed"
    LIMIT_NARROWED = "limit-narrowed"
    TOPIC_CHANGED = "topic-changed"
    CLASSIFICATION_CHANGED = "classification-changed"
    TYPE_REMOVED = "type-removed"


@dataclass(frozen=True, slots=True)
class Break:
    """One rule that is broken, at one field; `text` says how, for people."""

    field: str
    rule: Rule
    text: str

    def __str__(self) -> str:
        return f"{self.field or '(the type)'}: {self.rule}: {self.text}"


def breaks(old: Schema, new: Schema) -> list[Break]:
    """Everything in `new` that would break readers or writers of `old`; empty when compatible."""
    return [*_promises(old, new), *_compare(_Side(old, old), _Side(new, new), "")]


def broken_promises(
    old: Mapping[str, Schema], new: Mapping[str, Schema], *, lifted: Collection[str] = ()
) -> dict[str, list[Break]]:
    """What is broken of each type that was released; types in order, empty when nothing is.

    A type may be gone when what was stated under it is `lifted` into another.
    """
    found = {
        name: _of_type(schema, new.get(name))
        for name, schema in sorted(old.items())
        if name in new or name not in lifted
    }
    return {name: faults for name, faults in found.items() if faults}


def _of_type(old: Schema, new: Schema | None) -> list[Break]:
    if new is None:
        return [Break("", Rule.TYPE_REMOVED, "it is released, so somebody may read it")]
    return breaks(old, new)


@dataclass(frozen=True, slots=True)
class _Side:
    """A part of a schema, with the whole document that its references point into."""

    part: Schema
    document: Schema

    def resolved(self) -> "_Side":
        reference = self.part.get("$ref")
        if reference is None:
            return self
        name = reference.removeprefix("#/$defs/")
        return _Side(self.document["$defs"][name], self.document).resolved()

    def at(self, part: Schema) -> "_Side":
        return _Side(part, self.document).resolved()


def _promises(old: Schema, new: Schema) -> Iterator[Break]:
    for key, rule in (
        ("x-topic", Rule.TOPIC_CHANGED),
        ("x-classification", Rule.CLASSIFICATION_CHANGED),
    ):
        if old.get(key) != new.get(key):
            yield Break("", rule, f"was {old.get(key)}, would be {new.get(key)}")


def _compare(old: _Side, new: _Side, field: str) -> Iterator[Break]:
    if _kinds(old) != _kinds(new):
        was, would_be = " or ".join(_kinds(old)), " or ".join(_kinds(new))
        yield Break(field, Rule.FIELD_RETYPED, f"was {was}, would be {would_be}")
        return
    yield from _list(old, new, field)
    yield from _limits(old.part, new.part, field)
    yield from _fields(old, new, field)
    yield from _elements(old, new, f"{field}[]")
    for before, after in zip(_choices(old), _choices(new), strict=True):
        yield from _compare(before, after, field)


def _elements(old: _Side, new: _Side, field: str) -> Iterator[Break]:
    """What a list or a dictionary holds."""
    for keyword in ("items", "additionalProperties"):
        before, after = old.part.get(keyword), new.part.get(keyword)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _compare(old.at(before), new.at(after), field)
    before, after = old.part.get("patternProperties", {}), new.part.get("patternProperties", {})
    for pattern in after:
        if pattern not in before:
            yield Break(field, Rule.LIMIT_NARROWED, f"keys would have to match {pattern}")
        else:
            yield from _compare(old.at(before[pattern]), new.at(after[pattern]), field)


def _fields(old: _Side, new: _Side, field: str) -> Iterator[Break]:
    before, after = old.part.get("properties", {}), new.part.get("properties", {})
    required_before = set(old.part.get("required", ()))
    required_after = set(new.part.get("required", ()))
    for name, part in before.items():
        path = f"{field}.{name}" if field else name
        if name not in after:
            yield Break(path, Rule.FIELD_REMOVED, "readers rely on it")
            continue
        if name in required_before - required_after:
            yield Break(path, Rule.FIELD_NO_LONGER_REQUIRED, "readers rely on it being there")
        yield from _compare(old.at(part), new.at(after[name]), path)
    for name in sorted(required_after - required_before):
        path = f"{field}.{name}" if field else name
        yield Break(path, Rule.FIELD_NOW_REQUIRED, "older events and producers do not have it")


def _list(old: _Side, new: _Side, field: str) -> Iterator[Break]:
    before, after = _words(old.part), _words(new.part)
    if after is None:
        return
    lost = "any other word" if before is None else ", ".join(sorted(before - after))
    if lost:
        yield Break(field, Rule.LIST_NARROWED, f"would refuse {lost}")


def _limits(old: Schema, new: Schema, field: str) -> Iterator[Break]:
    for keyword, is_narrower in _LIMITS.items():
        before, after = old.get(keyword), new.get(keyword)
        if after is not None and (before is None or is_narrower(before, after)):
            was = "had none" if before is None else f"was {before}"
            yield Break(field, Rule.LIMIT_NARROWED, f"{keyword} {was}, would be {after}")


_LIMITS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "minimum": lambda before, after: after > before,
    "exclusiveMinimum": lambda before, after: after > before,
    "minLength": lambda before, after: after > before,
    "minItems": lambda before, after: after > before,
    "minProperties": lambda before, after: after > before,
    "maximum": lambda before, after: after < before,
    "exclusiveMaximum": lambda before, after: after < before,
    "maxLength": lambda before, after: after < before,
    "maxItems": lambda before, after: after < before,
    "maxProperties": lambda before, after: after < before,
    "multipleOf": lambda before, after: before % after != 0,
    "pattern": lambda before, after: before != after,
}


def _kinds(side: _Side) -> list[str]:
    """What a value may be, as words that are equal only for types that readers treat alike."""
    return sorted(kind for choice in _choices(side) or [side] for kind in _kind(choice))


def _kind(side: _Side) -> list[str]:
    kind = side.part.get("type", "anything")
    form = side.part.get("format")
    names = kind if isinstance(kind, list) else [kind]
    return [f"{name} ({form})" if form else name for name in names]


def _choices(side: _Side) -> list[_Side]:
    """The alternatives of an optional or mixed field, in an order that two versions share."""
    choices = [side.at(part) for part in side.part.get("anyOf", side.part.get("oneOf", ()))]
    return sorted(choices, key=_kind)


def _words(part: Schema) -> set[str] | None:
    if "const" in part:
        return {str(part["const"])}
    return set(map(str, part["enum"])) if "enum" in part else None
