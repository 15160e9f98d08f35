"""C-15: what was stated in year one is read in year three, when its class is gone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts import upcasting
from contracts.catalogue import UnknownType, read
from contracts.envelope import Envelope, split, to_headers
from contracts.registry import ClusterSuspended
from contracts.upcasting import Lift, lift
from services.chassis.received import Received, Record, receive

GOLDEN = Path(__file__).parent / "golden"
PAUSED = "talka.registry.cluster.paused.v1"
HALTED = "talka.registry.cluster.halted.v1"


def of_year_one() -> tuple[Envelope, bytes | None]:
    return split(json.loads((GOLDEN / f"{PAUSED}.json").read_text()))


def to_halted(data: dict[str, Any]) -> dict[str, Any]:
    return {"reason": data["why"], "until": data["again_on"]}


def to_suspended(data: dict[str, Any]) -> dict[str, Any]:
    return {"reason": data["reason"], "review_day": data["until"]}


@pytest.fixture
def lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two releases later: version one became another type, which became the one of today."""
    monkeypatch.setitem(upcasting.LIFTS, PAUSED, Lift(HALTED, to_halted))
    monkeypatch.setitem(upcasting.LIFTS, HALTED, Lift(ClusterSuspended.type, to_suspended))


def a_record(envelope: Envelope, data: bytes | None) -> Record:
    headers = tuple(to_headers(envelope))
    return Record("registry.clusters", 0, 0, envelope.subject.encode(), data, headers, 0)


@pytest.mark.usefixtures("lifted")
class TestLifted:
    def test_c15_reads_as_the_type_of_today(self) -> None:
        envelope, data = of_year_one()

        event = read(envelope, data)

        assert event == ClusterSuspended(
            subject=envelope.subject,
            time=envelope.time,
            reason="The office moves.",
            review_day=date(2027, 3, 1),
        )

    def test_c15_stays_the_same_fact(self) -> None:
        envelope, data = of_year_one()

        today, _ = lift(envelope, data)

        assert (today.id, today.subject, today.sequence) == (envelope.id, envelope.subject, 7)
        assert today.dataschema == f"urn:talka:schema:{ClusterSuspended.type}"

    def test_c15_comes_to_the_handler_of_today(self) -> None:
        known = {ClusterSuspended.type: ClusterSuspended}

        received = receive(a_record(*of_year_one()), known)

        assert isinstance(received, Received)
        assert isinstance(received.event, ClusterSuspended)
        assert received.envelope.type == ClusterSuspended.type

    def test_c15_is_parked_when_it_cannot_be_lifted(self) -> None:
        envelope, _ = of_year_one()

        found = receive(a_record(envelope, b"[]"), {ClusterSuspended.type: ClusterSuspended})

        assert not isinstance(found, Received)
        assert "no JSON object" in found.reason


def test_c15_a_type_that_nobody_lifts_is_unknown() -> None:
    with pytest.raises(UnknownType, match=PAUSED):
        read(*of_year_one())
