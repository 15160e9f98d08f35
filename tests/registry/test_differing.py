"""Two versions of a profile side by side: per language, whole values, and no phantoms (R-18)."""

from typing import Any

import pytest

from contracts.registry import ClusterProfile
from contracts.vocabulary import Names
from services.chassis.ui.i18n import Catalogues
from services.registry.clusters import profiles
from services.registry.clusters.differing import differences
from services.registry.clusters.merging import merged_with
from services.registry.clusters.refusals import ProfileChanged
from tests.registry.builders import LVIV, a_profile

T = Catalogues().translator("en")

THREE = {"en": "Training", "uk": "Навчання", "pl": "Szkolenia"}


def between(old: ClusterProfile, **now: Any) -> list[tuple[str, str, str]]:
    return differences(old, ClusterProfile.model_validate(dict(old) | now), T)


def test_r18_a_text_is_compared_in_every_language() -> None:
    old = a_profile(services=THREE)

    found = between(old, services={"en": "Training", "uk": "Курси", "cs": "Školení"})

    assert found == [
        ("Services · Ukrainian", "Навчання", "Курси"),
        ("Services · Polish", "Szkolenia", ""),
        ("Services · Czech", "", "Školení"),
    ]


def test_r18_another_order_of_a_list_is_no_difference() -> None:
    old = a_profile(languages=("uk", "en"), technologies=("ai", "software"))
    new = a_profile(languages=("en", "uk"), technologies=("software", "ai"))

    assert differences(old, new, T) == []
    assert profiles.changed(old, new) == ()


def test_r18_both_names_are_compared_each_for_itself() -> None:
    old = a_profile(names=Names(original="A", en="A"))

    assert between(old, names=Names(original="A", en="B")) == [("Name in English", "A", "B")]


@pytest.mark.parametrize(
    ("was", "now"), [({"postcode": "79000"}, {"postcode": "79001"}), ({}, {"lat": 49, "lon": 24})]
)
def test_r18_a_place_that_differs_in_a_detail_shows_it(
    was: dict[str, Any], now: dict[str, Any]
) -> None:
    old = a_profile(seat=LVIV.model_copy(update=was))

    [(word, before, after)] = between(old, seat=LVIV.model_copy(update=now))

    assert (word, before == after) == ("Seat", False)


def test_r18_systems_get_a_fault_for_each_language_that_differs() -> None:
    now, mine = a_profile(services=THREE), a_profile(services={**THREE, "uk": "Курси"})

    [fault] = ProfileChanged(now, mine).faults

    assert fault.pointer == "/services/uk"
    assert fault.values == {"now": '"Навчання"', "sent": '"Курси"'}


def test_r18_texts_and_names_of_two_people_go_together_by_their_parts() -> None:
    began = a_profile(names=Names(original="A", en="A"), services={"en": "one", "uk": "один"})
    latest = began.model_copy(
        update={"names": Names(original="B", en="A"), "services": {"en": "two", "uk": "один"}}
    )
    mine = began.model_copy(
        update={"names": Names(original="A", en="C"), "services": {"en": "three", "pl": "jeden"}}
    )

    merged = merged_with(latest, mine, began=began)

    assert merged.profile.names == Names(original="B", en="C")
    assert merged.profile.services == {"en": "three", "pl": "jeden"}
    assert differences(latest, merged.disputed, T) == [("Services · English", "two", "three")]
