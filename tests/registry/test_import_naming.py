"""Names of clusters that are nearly those of the register."""

import pytest

from services.registry.imports.naming import nearest

NAMES = {
    "lviv it cluster": ("CL-1", "Lviv IT Cluster"),
    "lvivskyi it klaster": ("CL-1", "Львівський ІТ Кластер"),
    "kovo": ("CL-2", "KOVO"),
    "nitra plastics cluster": ("CL-3", "Nitra Plastics Cluster"),
}


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("Lviv IT Clustr", ["CL-1"]),
        ("Cluster Plastics Nitra", ["CL-3"]),
        ("KOWO", ["CL-2"]),
        ("something else", []),
        ("", []),
    ],
)
def test_r19_the_nearest_ones_are_offered_and_nothing_far(said: str, numbers: list[str]) -> None:
    assert [number for number, _ in nearest(said, NAMES)] == numbers
