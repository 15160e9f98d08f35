"""What analytics tells: its figures by interface, and its public stream."""

import json
import time
from typing import Any

import httpx

from tests.journeys.people import SECONDS, Person
from tests.stage import Stage
from tests.waiting import PATIENCE_SECONDS


def figures(person: Person, period: str) -> dict[str, list[dict[str, Any]]]:
    answer = person.ask("/analytics/v1/figures", period=period)
    return {figure["code"]: figure["cells"] for figure in answer["figures"]}


def answered(person: Person, month: str) -> tuple[float, float]:
    """K-18 of the Ukrainian association: how many invitations were accepted, of how many."""
    found = [c for c in figures(person, month)["K-18"] if c["cell"] == {"association": "UA"}]
    return (found[0]["numerator"], found[0]["denominator"]) if found else (0, 0)


def value(cells: list[dict[str, Any]], **cell: str) -> Any:
    return next((each["value"] for each in cells if each["cell"] == cell), None)


def counted_visits(
    stage: Stage, start: str, *, most: int, seconds: float = SECONDS
) -> list[tuple[str, dict[str, Any]]]:
    """What the public stream tells from `start` on, at most so many, with the resume points.

    It ends when nothing more was told for some seconds.
    """
    told: list[tuple[str, dict[str, Any]]] = []
    address = f"{stage.talka.address}/analytics/v1/streams/visits"
    ends = time.monotonic() + PATIENCE_SECONDS  # its beats would keep us for ever
    try:
        with httpx.stream("GET", address, params={"from": start}, timeout=seconds) as answer:
            resume = ""
            for line in answer.iter_lines():
                if line.startswith("id:"):
                    resume = line[3:].strip()
                if line.startswith("data:"):
                    told.append((resume, json.loads(line[5:])))
                if len(told) == most or time.monotonic() > ends:
                    break
    except httpx.ReadTimeout:  # nothing more was told
        pass
    return told
