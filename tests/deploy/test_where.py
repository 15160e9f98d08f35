import pytest

from deploy.cli.where import condition
from deploy.local.faults import Fault

READY = {
    "type": "talka.exchanges.visit.ready.v1",
    "association": "UA",
    "sequence": 21,
    "data": {
        "state": "ready",
        "number": "EX-2027-031",
        "share": 1.0,
        "starts": {"zone": "Europe/Kyiv"},
        "dual_use": False,
        "place": None,
    },
}


class TestCondition:
    @pytest.mark.parametrize(
        "text",
        [
            'state == "ready"',
            'state != "ended"',
            'state in ("ready", "ended")',
            'state not in ["ended"]',
            '"2027" in number',
            "share >= 1 and share < 2",
            "0 < share <= 1",
            'starts.zone == "Europe/Kyiv"',
            "sequence > 20",
            'type == "talka.exchanges.visit.ready.v1"',
            "not dual_use",
            "dual_use == false",
            "place == null",
            "place.region.code == null",
            "absent == null",
            'state == "ended" or association == "UA"',
            "share > -1",
        ],
    )
    def test_holds(self, text: str) -> None:
        assert condition(text)(READY)

    @pytest.mark.parametrize(
        "text",
        [
            'state == "ended"',
            "absent > 3",
            "state > 3",
            'state == "ready" and association == "SK"',
            "not share",
            "place.region.code",
        ],
    )
    def test_does_not_hold(self, text: str) -> None:
        assert not condition(text)(READY)

    def test_reads_an_event_without_data(self) -> None:
        assert not condition("state")({"type": "talka.registry.staff.erased.v1"})

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "state =",
            "__import__('os').system('true')",
            "[each for each in state]",
            "state + 1",
            "lambda: 1",
            "state is None",
            "data['state']",
            "f'{state}'",
        ],
    )
    def test_refuses_what_is_no_comparison(self, text: str) -> None:
        with pytest.raises(Fault, match="TLK-E083"):
            condition(text)
