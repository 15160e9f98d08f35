"""Topics: as the file says, never made on the fly, never with another number of partitions."""

import pytest
from confluent_kafka.admin import NewTopic

from contracts.catalogue import DECLARATIONS, EVENTS
from contracts.event import Event
from contracts.vocabulary import COUNTRIES
from deploy.kafka import topics
from deploy.local.databases import SERVICES
from deploy.local.faults import Fault
from services.chassis.intake_kafka import topic_of
from tests import kafka_topics
from tests.settings import NOBODY_LISTENS


class TestFile:
    @pytest.mark.parametrize("event_class", EVENTS.values(), ids=EVENTS)
    def test_has_each_event_s_topic_with_the_same_classification(
        self, event_class: type[Event]
    ) -> None:
        declared = topics.load()

        for association in COUNTRIES:
            topic = declared[event_class.topic_of(association)]
            assert topic.classification == event_class.classification.value

    def test_names_no_topic_without_events_or_declarations_but_the_sandbox(self) -> None:
        used = {found.topic_of(each) for found in EVENTS.values() for each in COUNTRIES}
        posted = {
            topic_of(found.service, each) for found in DECLARATIONS.values() for each in COUNTRIES
        }

        assert set(topics.load()) - used - posted == {"sandbox"}

    def test_lets_the_service_write_whose_name_begins_the_topic(self) -> None:
        others = {
            name: topic.writers
            for name, topic in topics.load().items()
            if topic.writers != (name.partition(".")[0],) and not name.startswith("intake.")
        }

        assert others == {
            "chassis.sessions": SERVICES,
            "streams.visits": ("analytics",),
            "sandbox": ("operators",),
        }

    def test_r17_lets_an_association_write_into_its_own_topic_alone(self) -> None:
        declared = topics.load()

        for association in COUNTRIES:
            assert declared[topic_of("registry", association)].writers == (association.lower(),)

    def test_compacts_what_is_personal_within_28_days(self) -> None:
        days = 24 * 3600 * 1000
        for topic in topics.load().values():
            if topic.classification == "personal":
                assert topic.settings["cleanup.policy"] == "compact"
                waits = ("max.compaction.lag.ms", "segment.ms", "delete.retention.ms")
                assert sum(int(topic.settings[wait]) for wait in waits) <= 28 * days

    def test_keeps_domain_topics_for_ever(self) -> None:
        passing = ("sandbox", "intake.registry.", "intake.exchanges.")
        kept = {
            topic.settings["retention.ms"]
            for name, topic in topics.load().items()
            if not name.startswith(passing)
        }

        assert kept == {"-1"}


class TestAway:
    def test_says_who_does_not_answer_and_what_to_look_at(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(topics, "ANSWER_SECONDS", 1)

        with pytest.raises(Fault, match=r"TLK-E052  Kafka at 127\.0\.0\.1:9 does not answer"):
            topics.plan(NOBODY_LISTENS)


@pytest.mark.journey
class TestOnKafka:
    def test_apply_makes_what_is_missing_and_then_has_nothing_to_do(
        self, fresh_topics: str
    ) -> None:
        assert topics.plan(fresh_topics) == []
        topics.check(fresh_topics)

    def test_a_missing_topic_stops_the_start_and_is_not_created(self, fresh_topics: str) -> None:
        kafka_topics.delete(fresh_topics, ["registry.clusters"])

        with pytest.raises(Fault, match=r"TLK-E051  The topic registry\.clusters is missing") as it:
            topics.check(fresh_topics)

        assert it.value.commands == ("talka topics apply",)
        assert "registry.clusters" not in kafka_topics.there(fresh_topics)

    def test_another_number_of_partitions_stops_the_start_and_is_not_changed(
        self, fresh_topics: str
    ) -> None:
        kafka_topics.delete(fresh_topics, ["registry.clusters"])
        kafka_topics.create(fresh_topics, NewTopic("registry.clusters", num_partitions=3))

        for start in (topics.check, topics.apply):
            with pytest.raises(Fault, match="has 3 partitions, not 12"):
                start(fresh_topics)

        assert kafka_topics.there(fresh_topics)["registry.clusters"] == 3

    def test_apply_sets_settings_that_somebody_changed(self, fresh_topics: str) -> None:
        kafka_topics.delete(fresh_topics, ["streams.visits"])
        changed = NewTopic("streams.visits", num_partitions=12, config={"retention.ms": "60000"})
        kafka_topics.create(fresh_topics, changed)

        [change] = topics.apply(fresh_topics)

        assert "retention.ms 60000 → -1" in change.what
        assert topics.plan(fresh_topics) == []
