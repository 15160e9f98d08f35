"""Lifts what was stated under a type that is gone into the type that took its place (C-15).

A class of version 1 may go when nobody states it any more. What was stated stays in histories and
topics for ever, so its name moves to `LIFTS` with a function from its data to those of version 2.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from pydantic_core import from_json, to_json

from .attributes import Envelope, schema_uri


class Lift(NamedTuple):
    """What became of a type: the name of its successor, and how to write its data as those."""

    into: str
    change: Callable[[dict[str, Any]], dict[str, Any]]


LIFTS: Final[dict[str, Lift]] = {}


def lift(envelope: Envelope, data: bytes | None) -> tuple[Envelope, bytes | None]:
    """Envelope and data as they would be stated today; what is of today comes back as it is.

    Subject, sequence and time stay: it is the same fact.

    Raises:
        ValueError: the data are no JSON object.
    """
    while (found := LIFTS.get(envelope.type)) is not None:
        if data is not None:
            fields = from_json(data, allow_inf_nan=False)
            if not isinstance(fields, dict):
                raise ValueError("the data are no JSON object")
            data = to_json(found.change(fields))
        envelope = replace(envelope, type=found.into, dataschema=schema_uri(found.into))
    return envelope, data
