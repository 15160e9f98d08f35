import base64
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import EVENTS
from contracts.envelope import (
    Envelope,
    MalformedEnvelope,
    from_batch,
    from_document,
    from_headers,
    from_http_headers,
    from_structured,
    schema_uri,
    split,
    to_headers,
    to_http_headers,
    to_structured,
)
from contracts.registry import ClusterSuspended, StaffErased
from tests.contracts.samples import example

SUSPENDED, ENVELOPE = example(ClusterSuspended.type)
HEADERS = to_headers(ENVELOPE)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
envelopes = st.builds(
    Envelope,
    id=texts,
    source=texts,
    type=st.sampled_from(sorted(EVENTS)),
    subject=texts,
    time=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)),  # noqa: DTZ001
    sequence=st.none() | st.integers(min_value=1, max_value=(1 << 63) - 1),
    association=st.none() | texts,
    actor=st.none() | texts,
    correlation_id=st.none() | texts,
    causation_id=st.none() | texts,
    dataschema=texts,
    traceparent=st.none() | texts,
)


def replaced(name: str, value: bytes | None) -> list[tuple[str, bytes | None]]:
    return [(header, value if header == name else old) for header, old in HEADERS]


class TestRoundTrips:
    @given(envelopes)
    def test_kafka_headers_lose_nothing(self, envelope: Envelope) -> None:
        assert from_headers(to_headers(envelope)) == envelope

    @given(envelopes)
    def test_http_headers_lose_nothing_and_are_plain_ascii(self, envelope: Envelope) -> None:
        headers = to_http_headers(envelope)

        assert all(value.isascii() and value.isprintable() for value in headers.values())
        assert from_http_headers(headers) == envelope

    @given(envelopes, texts)
    def test_structured_mode_loses_nothing(self, envelope: Envelope, reason: str) -> None:
        event = ClusterSuspended(subject=envelope.subject, time=envelope.time, reason=reason)
        ours = replace(envelope, type=ClusterSuspended.type)

        assert from_structured(to_structured(event, ours)) == (event, ours)


class TestToHeaders:
    def test_names_the_schema_by_itself(self) -> None:
        bare = Envelope("1", "/registry", ClusterSuspended.type, "s", ENVELOPE.time)

        assert dict(to_headers(bare))["ce_dataschema"] == schema_uri(bare.type).encode()

    def test_gives_the_trace_to_tools_that_know_no_cloudevents(self) -> None:
        headers = dict(HEADERS)

        assert headers["traceparent"] == headers["ce_traceparent"]

    def test_gives_a_tombstone_no_content_type(self) -> None:
        _, envelope = example(StaffErased.type)

        assert "content-type" not in dict(to_headers(envelope))
        assert "content-type" in dict(HEADERS)


class TestFromHeaders:
    @pytest.mark.parametrize(
        "foreign",
        [
            ("x-tool", None),
            ("x-tool", b"\xff\xfe"),
            ("traceparent", b"\xff"),
            ("content-type", None),
            ("", b""),
        ],
    )
    def test_reads_on_whatever_others_add(self, foreign: tuple[str, bytes | None]) -> None:
        assert from_headers([foreign, *HEADERS, foreign, foreign]) == ENVELOPE

    def test_reads_extensions_that_it_does_not_know(self) -> None:
        assert from_headers([*HEADERS, ("ce_partitionkey", b"x")]) == ENVELOPE

    def test_takes_the_same_value_twice(self) -> None:
        assert from_headers([*HEADERS, *HEADERS]) == ENVELOPE

    @pytest.mark.parametrize("attribute", ["id", "source", "type", "time", "specversion"])
    def test_names_the_attribute_that_is_missing(self, attribute: str) -> None:
        headers = [header for header in HEADERS if header[0] != f"ce_{attribute}"]

        with pytest.raises(MalformedEnvelope, match=f"^{attribute}: ") as refused:
            from_headers(headers)

        assert refused.value.attribute == attribute

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("ce_id", b"", "id: is missing or empty"),
            ("ce_id", None, "id: the header is null"),
            ("ce_source", b"\xff", "source: the header is not UTF-8"),
            ("ce_specversion", b"0.3", r"specversion: must be 1\.0, found '0\.3'"),
            ("ce_time", b"yesterday", "time: must be like"),
            ("ce_time", b"2027-03-29T08:00:00", "time: must be like"),
            ("ce_sequence", b"0", "sequence: must be a whole number from 1"),
            ("ce_sequence", b"-1", "sequence: must be"),
            ("ce_sequence", b"1.5", "sequence: must be"),
            ("ce_sequence", "\u0661".encode(), "sequence: must be"),
            ("ce_sequence", b"9" * 30, "sequence: must be"),
        ],
    )
    def test_names_the_attribute_that_is_bad(
        self, name: str, value: bytes | None, reason: str
    ) -> None:
        with pytest.raises(MalformedEnvelope, match=reason):
            from_headers(replaced(name, value))

    def test_refuses_two_answers_to_one_question(self) -> None:
        with pytest.raises(MalformedEnvelope, match="id: the header is given twice"):
            from_headers([*HEADERS, ("ce_id", b"another")])

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([name for name, _ in HEADERS]) | st.text(max_size=8),
                st.none() | st.binary(max_size=12),
            )
        )
    )
    def test_never_fails_in_another_way(self, noise: list[tuple[str, bytes | None]]) -> None:
        with suppress(MalformedEnvelope):
            assert from_headers([*noise, *HEADERS]).subject


class TestStructuredMode:
    def document(self) -> dict[str, object]:
        document: dict[str, object] = json.loads(to_structured(SUSPENDED, ENVELOPE))
        return document

    def test_takes_the_sequence_as_number_or_as_text(self) -> None:
        document = self.document()
        assert document["sequence"] == 8

        assert from_document(document | {"sequence": "8"}) == (SUSPENDED, ENVELOPE)

    def test_takes_null_for_absent(self) -> None:
        _, envelope = from_document(self.document() | {"causationid": None})

        assert envelope.causation_id is None

    def test_takes_data_as_base64(self) -> None:
        document = self.document()
        document["data_base64"] = base64.b64encode(
            json.dumps(document.pop("data")).encode()
        ).decode()

        assert from_document(document) == (SUSPENDED, ENVELOPE)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"id": {"a": 1}}, "id: must be a text"),
            ({"time": True}, "time: must be like"),
            ({"data_base64": "!"}, "data: give data or data_base64, not both"),
            ({"data": None, "data_base64": "!"}, "data_base64: is no base64"),
            ({"data": None, "data_base64": 7}, "data_base64: is no base64"),
        ],
    )
    def test_names_what_is_bad(self, change: dict[str, object], reason: str) -> None:
        with pytest.raises(MalformedEnvelope, match=reason):
            split(self.document() | change)

    @pytest.mark.parametrize("text", ["[]", "7", '"x"'])
    def test_wants_an_object(self, text: str) -> None:
        with pytest.raises(ValueError, match="no JSON object"):
            from_structured(text)

    def test_wants_an_array_for_a_batch(self) -> None:
        with pytest.raises(ValueError, match="no JSON array"):
            from_batch("{}")
