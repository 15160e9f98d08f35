"""Finds what is told with a code by reading the sources, so that no list can fall behind them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from deploy.cli import sentences

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("contracts", "services", "deploy")
FRONT_DOOR: Final = "talka"
CODE: Final = re.compile(r"TLK-[A-Z]\d{3}")
FAILS: Final = re.compile(r"fail ['\"](?P<code>TLK-E\d{3})  (?P<rest>.*?)['\"](?: \\)?$")


@dataclass(frozen=True, slots=True)
class Told:
    """One place that tells a code: the class or the module, and its sentences."""

    code: str
    where: str
    sentences: tuple[str, ...]


def all_codes() -> dict[str, list[Told]]:
    """Every code that the product can give, with the places that tell it."""
    found: dict[str, list[Told]] = {}
    for told in dict.fromkeys(_everywhere()):
        found.setdefault(told.code, []).append(told)
    return dict(sorted(found.items()))


@cache
def _everywhere() -> tuple[Told, ...]:
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return (*(told for file in files for told in _in_module(file)), *_at_the_front_door())


def _in_module(file: Path) -> Iterator[Told]:
    if not CODE.search(file.read_text("utf-8")):
        return
    module = sentences.read(file, ROOT)
    for place in module.places(CODE.fullmatch):
        where = f"{place.owner} ({module.name})" if place.owner else module.name
        yield Told(place.text, where, place.sentences)


def _at_the_front_door() -> Iterator[Told]:
    door = ROOT / FRONT_DOOR
    for line in door.read_text("utf-8").splitlines() if door.is_file() else ():
        if found := FAILS.search(line.strip()):
            yield Told(found["code"], f"./{FRONT_DOOR}", (found["rest"],))
