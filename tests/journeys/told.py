"""What analytics tells: its figures by interface, and its public stream."""

import json
from typing import Any

import httpx

from tests.journeys.people import Person
from tests.stage import Stage


def figures(person: Person, period: str) -> dict[str, list[dict[str, Any]]]:
    answer = person.ask("/analytics/v1/figures", period=period)
    return {figure["code"]: figure["cells"] for figure in answer["figures"]}


def answered(person: Person, month: str) -> tuple[float, float]:
    """K-18 of the Ukrainian association: how many invitations were accepted, of how many."""
    found = [c for c in figures(person, month)["K-18"] if c["cell"] == {"association": "UA"}]
    return (found[0]["numerator"], found[0]["denominator"]) if found else (0, 0)


def value(cells: list[dict[str, Any]], **cell: str) -> Any:
    return next((each["value"] for each in cells if each["cell"] == cell), None)


def counted_visits(stage: Stage, start: str, *, most: int) -> list[tuple[str, dict[str, Any]]]:
    """What the public stream tells from `start` on, at most so many, with the resume points."""
    told: list[tuple[str, dict[str, Any]]] = []
    address = f"{stage.talka.address}/analytics/v1/streams/visits"
    try:
        with httpx.stream("GET", address, params={"from": start}, timeout=10) as answer:
            resume = ""
            for line in answer.iter_lines():
                if line.startswith("id:"):
                    resume = line[3:].strip()
                if line.startswith("data:"):
                    told.append((resume, json.loads(line[5:])))
                if len(told) == most:
                    break
    except httpx.ReadTimeout:  # nothing more was told
        pass
    return told
