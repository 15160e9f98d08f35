"""Programmes, calls and schemes of the European Union in which clusters take part."""

from dataclasses import dataclass
from functools import cache

from . import _rows


@dataclass(frozen=True, slots=True)
class KnownProgramme:
    """One programme, call or scheme; `start` and `end` as its source writes them."""

    code: str
    name: str
    kind: str
    start: str
    end: str
    source: str


@cache
def programmes() -> dict[str, KnownProgramme]:
    """The programmes by code, in the order of the file."""
    fields = ("code", "name", "kind", "start", "end", "source")
    return {
        row["code"]: KnownProgramme(*(row[field] for field in fields))
        for row in _rows("programmes")
    }
