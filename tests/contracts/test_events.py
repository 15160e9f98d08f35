import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from contracts import catalogue
from contracts.catalogue import DECLARATIONS, EVENTS, UnknownType, class_of, read
from contracts.compatibility import breaks
from contracts.envelope import Envelope, to_document, to_structured
from contracts.event import Classification, Event, event_classes
from contracts.personal import personal_fields
from contracts.registry import ClusterSuspended, StaffAppointed, StaffErased
from contracts.released import as_text, example_text, released_schema, schema_of
from tests.contracts.samples import TYPES, example

ROOT = Path(catalogue.__file__).parent
TOPICS = yaml.safe_load((ROOT.parent / "deploy/kafka/topics.yaml").read_text())["topics"]

# Aggregates whose topic is not named after them.
ELSEWHERE = {
    "api_key": "staff",
    "declaration": "outcome",
    "person": "people",
    "source": "watermark",
}


@pytest.mark.parametrize("event_type", TYPES)
class TestEveryType:
    def test_reads_its_example_and_writes_it_back(self, event_type: str) -> None:
        text = example_text(event_type)

        event, envelope = example(event_type)

        assert type(event) is class_of(event_type)
        assert json.loads(to_structured(event, envelope)) == json.loads(text)

    def test_has_an_example_that_its_released_schema_accepts(self, event_type: str) -> None:
        schema = released_schema(event_type)
        assert schema is not None
        validator = Draft202012Validator(schema, format_checker=FormatChecker())

        assert (
            list(validator.iter_errors(json.loads(example_text(event_type)).get("data", {}))) == []
        )

    def test_is_released_as_it_is_now(self, event_type: str) -> None:
        text = (ROOT / "schemas" / f"{event_type}.json").read_text()

        assert text == as_text(schema_of(class_of(event_type))), "run: talka contracts release"

    def test_keeps_personal_fields_in_personal_topics(self, event_type: str) -> None:
        event_class = class_of(event_type)

        assert (
            event_class.classification is Classification.PERSONAL
            or personal_fields(event_class) == ()
        )

    def test_is_named_by_service_aggregate_fact_and_version(self, event_type: str) -> None:
        event_class = class_of(event_type)
        words = re.match(r"talka\.([a-z]+)\.([a-z_]+)\.([a-z_]+)\.v\d+$", event_type)
        assert words is not None
        service, aggregate, fact = words.groups()

        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", event_class.__name__).lower()

        assert fact == snake.removeprefix(f"{aggregate}_")
        assert event_class.topic.startswith((f"{service}.", f"intake.{service}"))

    def test_ignores_fields_added_later_unless_somebody_posts_it(self, event_type: str) -> None:
        event, envelope = example(event_type)
        if event.tombstone:
            return
        data = json.loads(example_text(event_type))["data"] | {"added_in_2031": [1, {"x": None}]}

        if event_type in DECLARATIONS:
            with pytest.raises(ValueError, match="added_in_2031"):
                read(envelope, json.dumps(data).encode())
        else:
            assert read(envelope, json.dumps(data).encode()) == event

    def test_says_in_a_sentence_what_became_true(self, event_type: str) -> None:
        description = class_of(event_type).__doc__ or ""

        assert description.partition("\n")[0].endswith(".")


@pytest.mark.parametrize("event_type", sorted(EVENTS))
class TestEveryEvent:
    def test_stands_in_a_declared_topic_of_the_same_classification(self, event_type: str) -> None:
        event_class = EVENTS[event_type]

        assert TOPICS[event_class.topic]["classification"] == event_class.classification

    def test_stands_in_the_topic_of_its_aggregate(self, event_type: str) -> None:
        aggregate = event_type.split(".")[2]
        stem = ELSEWHERE.get(aggregate, aggregate).removesuffix("y")

        assert EVENTS[event_type].topic.partition(".")[2].startswith(stem)

    def test_cannot_be_changed(self, event_type: str) -> None:
        event, _ = example(event_type)

        with pytest.raises(ValueError, match="frozen"):
            setattr(event, "subject", "another")  # noqa: B010 - mypy refuses it, and so must pydantic


class TestCatalogue:
    def test_knows_every_class_once(self) -> None:
        ours = [found for found in event_classes() if found.__module__.startswith("contracts.")]

        assert len(ours) == len(EVENTS) + len(DECLARATIONS)

    def test_has_an_example_and_a_schema_for_every_type_and_for_nothing_else(self) -> None:
        for folder in ("examples", "schemas"):
            assert sorted(file.stem for file in (ROOT / folder).glob("*.json")) == TYPES

    def test_names_the_type_that_nobody_promised(self) -> None:
        with pytest.raises(UnknownType, match=r"talka\.registry\.cluster\.vanished\.v1"):
            class_of("talka.registry.cluster.vanished.v1")

    def test_follows_the_released_schemas(self) -> None:
        for event_type in TYPES:
            schema = released_schema(event_type)
            assert schema is not None
            assert breaks(schema, schema_of(class_of(event_type))) == []


class TestRead:
    def test_refuses_data_for_a_tombstone(self) -> None:
        _, envelope = example(StaffErased.type)

        with pytest.raises(ValueError, match="tombstone"):
            read(envelope, b"{}")

    def test_reads_a_tombstone_from_nothing(self) -> None:
        event, envelope = example(StaffErased.type)

        assert read(envelope, None) == event

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (None, "no data"),
            (b"[]", "no JSON object"),
            (b'{"reason":', "EOF"),
            (b'{"reason": NaN}', "NaN|expected value"),
        ],
    )
    def test_says_what_is_wrong_with_the_data(self, data: bytes | None, reason: str) -> None:
        _, envelope = example(ClusterSuspended.type)

        with pytest.raises(ValueError, match=reason):
            read(envelope, data)

    def test_takes_subject_and_time_from_the_envelope_only(self) -> None:
        event, envelope = example(ClusterSuspended.type)

        found = read(envelope, b'{"reason": "x", "subject": "other", "time": "never"}')

        assert (found.subject, found.time) == (event.subject, event.time)


class TestPersonalFields:
    def test_are_found_in_values_and_optional_fields_too(self) -> None:
        assert set(personal_fields(StaffAppointed)) >= {"login", "mail", "names.original"}

    def test_are_found_in_lists_and_dictionaries(self) -> None:
        class Person(Event):
            named: dict[str, tuple[StaffAppointed, ...]]

        assert "named.mail" in personal_fields(Person)


class TestSharing:
    def test_shows_a_visit_to_both_sides(self) -> None:
        event, _ = example("talka.exchanges.visit.opened.v1")

        assert event.shared_with() == {"UA", "SK"}


def test_an_example_names_nobody_real() -> None:
    for event_type in TYPES:
        text = example_text(event_type)
        assert not re.search(r"@(?!([\w.-]+\.)?example(\.org)?\b)", text)


def test_an_event_has_the_size_of_a_record() -> None:
    for event_type in TYPES:
        event, envelope = example(event_type)
        assert isinstance(envelope, Envelope)
        assert len(json.dumps(to_document(event, envelope))) < 100_000
