"""A JSON Schema as rows for people: each field with its kind and the rules it keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

RULES: Final = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minLength": "length ≥ {}",
    "maxLength": "length ≤ {}",
    "minItems": "entries ≥ {}",
    "maxItems": "entries ≤ {}",
    "pattern": "{}",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field; `name` is a path with dots, `personal` says that it tells of a person."""

    name: str
    kind: str
    required: bool
    rules: str
    personal: bool


def field_rows(schema: Mapping[str, Any]) -> list[FieldRow]:
    """Every field of an event's data, those of its values indented by their path."""
    return list(_rows(schema, schema.get("$defs", {}), schema.get("x-personal", ()), ""))


def _rows(
    of: Mapping[str, Any], defs: Mapping[str, Any], personal: Any, below: str
) -> Iterator[FieldRow]:
    required = of.get("required", ())
    for name, field in of.get("properties", {}).items():
        path = below + name
        yield FieldRow(
            path, _kind(field), name in required, _rules(field), path.split(".")[0] in personal
        )
        inner = _definition(field)
        if inner in defs and below.count(".") == 0:  # two levels say enough
            yield from _rows(defs[inner], defs, personal, f"{path}.")


def _variants(field: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a value may be, null left out: an optional field is told by `required`."""
    return [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]


def _kind(field: Mapping[str, Any]) -> str:
    return " | ".join(_one_kind(one) for one in _variants(field))


def _one_kind(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[1]
    if field.get("type") == "array":
        return f"[{_kind(field['items'])}]" if "items" in field else "[…]"
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    return str(field.get("format") or field.get("type") or field.get("const") or "any")


def _definition(field: Mapping[str, Any]) -> str:
    """The name of the definition that a field, or each of its entries, is made by."""
    for one in _variants(field):
        ref = one.get("$ref") or one.get("items", {}).get("$ref")
        if ref:
            return str(ref).rsplit("/", 1)[1]
    return ""


def _rules(field: Mapping[str, Any]) -> str:
    found = [
        text.format(one[rule])
        for one in _variants(field)
        for rule, text in RULES.items()
        if rule in one
    ]
    return ", ".join(found)
