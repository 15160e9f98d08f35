import json
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.catalogue import read
from contracts.declarations import AttendanceDeclared, ClusterDeclared
from contracts.event import Event
from contracts.registry import ClusterProfile
from contracts.released import example_text
from contracts.rules import BrokenRule
from tests.contracts.samples import example

Data = dict[str, Any]


def posted(event_type: str, **changes: object) -> Event:
    data = json.loads(example_text(event_type))["data"] | changes
    _, envelope = example(event_type)
    return read(envelope, json.dumps(data).encode())


def faults(**changes: object) -> dict[str, str]:
    """Where the faults are, and the code of each."""
    with pytest.raises(ValidationError) as refused:
        posted(ClusterDeclared.type, **changes)
    return {"/".join(map(str, fault["loc"])): code_of(fault) for fault in refused.value.errors()}


def code_of(fault: ErrorDetails) -> str:
    broken = fault.get("ctx", {}).get("error")
    return broken.code if isinstance(broken, BrokenRule) else fault["type"]


def a_place(**changes: object) -> Data:
    place = json.loads(example_text(ClusterDeclared.type))["data"]["seat"]
    return {**place, **changes}


class TestClusterDeclared:
    def test_gives_the_profile_without_what_belongs_to_the_posting(self) -> None:
        declared = posted(ClusterDeclared.type)
        assert isinstance(declared, ClusterDeclared)

        profile = declared.profile()

        assert type(profile) is ClusterProfile
        assert set(declared.model_dump()) - set(profile.model_dump()) == {
            "ref",
            "corrects",
            "note",
            "at",
        }

    def test_stores_the_bare_number(self) -> None:
        declared = posted(
            ClusterDeclared.type, legal_id={"scheme": "ua_edrpou", "value": " 9999-0019 "}
        )

        assert isinstance(declared, ClusterDeclared)
        assert declared.legal_id.value == "99990019"

    def test_refuses_a_wrong_check_digit(self) -> None:
        wrong = {"scheme": "ua_edrpou", "value": "99990010"}

        assert faults(legal_id=wrong) == {"legal_id": "TLK-D010"}

    def test_refuses_a_cluster_founded_after_the_posting(self) -> None:
        assert faults(established="2025-10-14") == {"established": "TLK-D011"}

    def test_refuses_a_region_that_there_is_not(self) -> None:
        unknown = {"scheme": "nuts", "code": "SK099"}

        assert faults(seat=a_place(region=unknown), partner_regions=[unknown]) == {
            "seat": "TLK-D012",
            "partner_regions": "TLK-D012",
        }

    def test_refuses_a_region_of_another_country(self) -> None:
        slovak = {"scheme": "nuts", "code": "SK042"}

        assert faults(operating_place=a_place(region=slovak)) == {"operating_place": "TLK-D013"}

    def test_refuses_an_identifier_of_another_country(self) -> None:
        slovak = {"scheme": "sk_ico", "value": "31333532"}

        assert faults(legal_id=slovak) == {"seat": "TLK-D014"}

    def test_refuses_ecosystems_that_there_are_not(self) -> None:
        assert faults(ecosystem="space", further_ecosystems=["health", "moon"]) == {
            "ecosystem": "TLK-D015",
            "further_ecosystems": "TLK-D015",
        }

    def test_names_every_fault_at_once_with_its_place(self) -> None:
        found = faults(
            seat=a_place(lat="north", altitude=280),
            further_ecosystems=["health"] * 4,
            staff_fte=-1,
            ref="a b",
            colour="blue",
        )

        assert found == {
            "seat/lat": "float_parsing",
            "seat/altitude": "extra_forbidden",
            "further_ecosystems": "too_long",
            "staff_fte": "greater_than_equal",
            "ref": "string_pattern_mismatch",
            "colour": "extra_forbidden",
        }

    def test_says_what_to_do_in_words(self) -> None:
        with pytest.raises(ValidationError, match=r"no such ecosystem\. Choose one of: aerospace"):
            posted(ClusterDeclared.type, ecosystem="space")


class TestAttendanceDeclared:
    def test_points_at_things_by_the_names_the_poster_knows(self) -> None:
        declared = posted(AttendanceDeclared.type, visit={"ref": "košice"})

        assert isinstance(declared, AttendanceDeclared)
        assert declared.visit.ref == "košice"

    def test_refuses_less_than_no_time(self) -> None:
        with pytest.raises(ValidationError, match=r"attended\.0\.minutes"):
            posted(AttendanceDeclared.type, attended=[{"delegate": {"id": "1"}, "minutes": -5}])
