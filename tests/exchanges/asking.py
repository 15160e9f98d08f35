"""What programs send to the interface of visits, and the refusals they get."""

from typing import Any

from httpx import Response

from tests.exchanges.builders import LVIV_CLUSTER, NITRA, NITRA_CLUSTER

VISITS = "/exchanges/v1/visits"


def person(mail: str) -> dict[str, Any]:
    return {
        "names": {"original": "Олена Бондар"},
        "mail": mail,
        "language": "uk",
        "zone": "Europe/Kyiv",
    }


def a_session(day: int, starts: str = "09:00", ends: str = "12:00", **more: Any) -> dict[str, Any]:
    return {
        "title": {"en": "Workshop"},
        "kind": "workshop",
        "mode": "on_site",
        "starts": f"2027-03-{day}T{starts}:00",
        "ends": f"2027-03-{day}T{ends}:00",
        "zone": "Europe/Bratislava",
        "place": NITRA.model_dump(mode="json", exclude_none=True),
    } | more


def a_visit(**more: Any) -> dict[str, Any]:
    return {
        "title": {"en": "Plastics for the field"},
        "visiting_organisation_id": str(LVIV_CLUSTER),
        "host_organisation_id": str(NITRA_CLUSTER),
        "visitor_contact": person("andrii@example.org"),
        "host_contact": person("martin@example.org"),
        "sessions": [
            a_session(16),
            a_session(17),
            a_session(18, mode="online", place=None),
        ],
    } | more


def problem_of(answer: Response, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    problem: dict[str, Any] = answer.json()
    assert problem["detail"]
    return problem
