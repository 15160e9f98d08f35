"""What is in the bar, for whom, and where a person begins."""

import pytest

from services.chassis.ui.navigation import entries, home

ALL = ("registry", "exchanges", "notifications", "analytics")


def addresses(roles: set[str], *, running: tuple[str, ...] = ALL) -> list[str]:
    return [entry.item.address for entry in entries("registry", running, roles, "/")]


class TestBar:
    def test_leaves_out_what_a_role_cannot_use(self) -> None:
        assert "/notifications/deliveries" in addresses({"coordinator"})
        assert "/notifications/deliveries" not in addresses({"analyst"})

    def test_of_a_service_alone_shows_only_itself(self) -> None:
        assert addresses({"coordinator"}, running=("registry",)) == [
            "/registry/clusters",
            "/registry/status",
        ]

    @pytest.mark.parametrize(
        ("path", "current"),
        [
            ("/registry/clusters/CL-1091/history", "/registry/clusters"),
            ("/registry/status", "/registry/status"),
            ("/registry/parked/0192", "/registry/status"),
            ("/exchanges/visits/EX-2027-031", "/exchanges/schedule"),
            ("/notifications/today", "/notifications/today"),
            ("/notifications/deliveries", "/notifications/deliveries"),
            ("/analytics/", "/analytics/"),
        ],
    )
    def test_knows_where_the_reader_is(self, path: str, current: str) -> None:
        found = entries("registry", ALL, {"coordinator", "operator"}, path)

        assert [entry.item.address for entry in found if entry.current] == [current]

    def test_has_a_second_level_with_its_own_place(self) -> None:
        [operations] = [
            entry
            for entry in entries("registry", ALL, {"operator"}, "/registry/parked")
            if entry.current
        ]

        assert [(second.item.address, second.current) for second in operations.second] == [
            ("/registry/status", False),
            ("/registry/parked", True),
            ("/registry/catalogue", False),
        ]


class TestHome:
    @pytest.mark.parametrize(
        ("roles", "running", "address"),
        [
            ({"coordinator"}, ALL, "/notifications/today"),
            ({"analyst"}, ALL, "/analytics/"),
            ({"support_office"}, ALL, "/analytics/"),
            ({"operator"}, ALL, "/registry/status"),
            ({"coordinator"}, ("registry",), "/registry/clusters"),
            ({"analyst"}, ("registry",), "/registry/clusters"),
        ],
    )
    def test_is_where_the_work_is(
        self, roles: set[str], running: tuple[str, ...], address: str
    ) -> None:
        assert home("registry", running, roles) == address
