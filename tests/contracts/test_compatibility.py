"""One pair of schemas per rule: what passes, and what is refused with field and rule."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from contracts.compatibility import Rule, breaks, broken_promises
from contracts.event import Classification
from contracts.registry import AssociationRegistered, ClusterEvent, ClusterSuspended
from contracts.released import schema_of


class Three(StrEnum):
    A = "a"
    B = "b"
    C = "c"


class Two(StrEnum):
    A = "a"
    B = "b"


class Inner(BaseModel):
    name: str


class InnerGrown(BaseModel):
    name: str
    note: str | None = None


class InnerShrunk(BaseModel):
    note: str | None = None


def schema(**fields: Any) -> dict[str, Any]:
    model: type[BaseModel] = create_model("Fact", **fields)
    return model.model_json_schema()


PASSES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an optional field more": ({"a": str}, {"a": str, "b": (str | None, None)}),
    "a field with a default more": ({"a": str}, {"a": str, "b": (list[int], [])}),
    "a longer list of words": ({"a": Two}, {"a": Three}),
    "any word instead of a list": ({"a": Two}, {"a": str}),
    "a wider limit": (
        {"a": Annotated[int, Field(ge=1, le=5)]},
        {"a": Annotated[int, Field(ge=0, le=9)]},
    ),
    "no limit instead of one": ({"a": Annotated[str, Field(max_length=5)]}, {"a": str}),
    "an optional field more inside": ({"a": list[Inner]}, {"a": list[InnerGrown]}),
    "other words in the description": (
        {"a": Annotated[str, Field(description="x")]},
        {"a": Annotated[str, Field(description="y")]},
    ),
}

REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str, Rule]] = {
    "a field less": ({"a": str, "b": str}, {"a": str}, "b", Rule.FIELD_REMOVED),
    "an optional field less": (
        {"a": str, "b": (str | None, None)},
        {"a": str},
        "b",
        Rule.FIELD_REMOVED,
    ),
    "another type": ({"a": str}, {"a": int}, "a", Rule.FIELD_RETYPED),
    "a wider type": ({"a": int}, {"a": float}, "a", Rule.FIELD_RETYPED),
    "null where there was none": ({"a": str}, {"a": str | None}, "a", Rule.FIELD_RETYPED),
    "one where there were many": ({"a": list[str]}, {"a": str}, "a", Rule.FIELD_RETYPED),
    "a required field more": ({"a": str}, {"a": str, "b": str}, "b", Rule.FIELD_NOW_REQUIRED),
    "an optional field that is required now": (
        {"a": (str, "x")},
        {"a": str},
        "a",
        Rule.FIELD_NOW_REQUIRED,
    ),
    "a required field that may be absent now": (
        {"a": str},
        {"a": (str, "x")},
        "a",
        Rule.FIELD_NO_LONGER_REQUIRED,
    ),
    "a shorter list of words": ({"a": Three}, {"a": Two}, "a", Rule.LIST_NARROWED),
    "a list instead of any word": ({"a": str}, {"a": Two}, "a", Rule.LIST_NARROWED),
    "a narrower limit": (
        {"a": Annotated[int, Field(le=9)]},
        {"a": Annotated[int, Field(le=5)]},
        "a",
        Rule.LIMIT_NARROWED,
    ),
    "a limit where there was none": (
        {"a": str},
        {"a": Annotated[str, Field(max_length=5)]},
        "a",
        Rule.LIMIT_NARROWED,
    ),
    "another pattern": (
        {"a": Annotated[str, Field(pattern="^a")]},
        {"a": Annotated[str, Field(pattern="^b")]},
        "a",
        Rule.LIMIT_NARROWED,
    ),
    "a pattern for keys": (
        {"a": dict[str, int]},
        {"a": dict[Annotated[str, Field(pattern="^b")], int]},
        "a[]",
        Rule.LIMIT_NARROWED,
    ),
    "a field less inside a list": (
        {"a": list[Inner]},
        {"a": list[InnerShrunk]},
        "a[].name",
        Rule.FIELD_REMOVED,
    ),
    "a field less inside an optional value": (
        {"a": (Inner | None, None)},
        {"a": (InnerShrunk | None, None)},
        "a.name",
        Rule.FIELD_REMOVED,
    ),
    "another type inside a dictionary": (
        {"a": dict[str, int]},
        {"a": dict[str, str]},
        "a[]",
        Rule.FIELD_RETYPED,
    ),
}


class TestBreaks:
    @pytest.mark.parametrize("change", PASSES)
    def test_passes(self, change: str) -> None:
        old, new = PASSES[change]

        assert breaks(schema(**old), schema(**new)) == []

    @pytest.mark.parametrize("change", REFUSED)
    def test_refuses(self, change: str) -> None:
        old, new, field, rule = REFUSED[change]

        found = breaks(schema(**old), schema(**new))

        assert (field, rule) in [(fault.field, fault.rule) for fault in found]
        assert all(str(fault).startswith(fault.field) for fault in found)

    def test_refuses_another_topic_or_classification(self) -> None:
        suspended = schema_of(ClusterSuspended)
        moved = suspended | {"x-topic": "registry.other", "x-classification": "public"}

        found = [fault.rule for fault in breaks(suspended, moved)]

        assert found == [Rule.TOPIC_CHANGED, Rule.CLASSIFICATION_CHANGED]

    def test_tells_every_rule_that_is_broken(self) -> None:
        old = schema(a=str, b=int, c=Three)
        new = schema(b=str, c=Two, d=str)

        assert {(fault.field, fault.rule) for fault in breaks(old, new)} == {
            ("a", Rule.FIELD_REMOVED),
            ("b", Rule.FIELD_RETYPED),
            ("c", Rule.LIST_NARROWED),
            ("d", Rule.FIELD_NOW_REQUIRED),
        }


class TestBrokenPromises:
    def test_names_a_type_that_is_gone(self) -> None:
        found = broken_promises({"a.v1": schema(a=str)}, {})

        assert [fault.rule for fault in found["a.v1"]] == [Rule.TYPE_REMOVED]

    def test_lets_new_types_in(self) -> None:
        assert broken_promises({}, {"a.v1": schema(a=str)}) == {}

    def test_names_the_types_that_changed_badly(self) -> None:
        old = {"a.v1": schema(a=str), "b.v1": schema(b=str)}

        found = broken_promises(old, {"a.v1": schema(a=str), "b.v1": schema(c=str)})

        assert list(found) == ["b.v1"]


def test_h08_a_new_required_field_is_refused_with_the_field_named() -> None:
    class ClusterSuspendedAgain(ClusterEvent):
        """The same fact with one more field that every producer would have to give."""

        type: ClassVar[str] = ClusterSuspended.type
        classification: ClassVar[Classification] = Classification.INTERNAL

        reason: str
        review_day: str | None = None
        decided_by: str

    found = breaks(schema_of(ClusterSuspended), schema_of(ClusterSuspendedAgain))

    assert "decided_by: field-now-required: older events and producers do not have it" in map(
        str, found
    )


def test_every_rule_has_a_pair() -> None:
    elsewhere = {Rule.TOPIC_CHANGED, Rule.CLASSIFICATION_CHANGED, Rule.TYPE_REMOVED}

    assert {rule for _, _, _, rule in REFUSED.values()} == set(Rule) - elsewhere


FIELDS = st.dictionaries(
    st.sampled_from("abc"),
    st.sampled_from(
        [
            str,
            int,
            Two,
            Three,
            Annotated[int, Field(le=5)],
            Annotated[int, Field(le=9)],
            (str | None, None),
            (int, 1),
            list[Inner],
            list[InnerGrown],
        ]
    ),
)


@given(FIELDS, FIELDS, FIELDS)
def test_what_may_follow_a_version_may_follow_all_before_it(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    one, two, three = schema(**first), schema(**second), schema(**third)

    if not breaks(one, two) and not breaks(two, three):
        assert breaks(one, three) == []


def test_a_type_is_compatible_with_itself() -> None:
    assert breaks(schema_of(AssociationRegistered), schema_of(AssociationRegistered)) == []
