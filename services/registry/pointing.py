"""Faults found in a declaration point into its data, wherever the rule that found them stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from services.chassis.errors import Invalid

T = TypeVar("T")


@contextmanager
def in_data() -> Iterator[None]:
    """Let the faults of a refusal point into `/data` of the posted event."""
    try:
        yield
    except Invalid as refusal:
        raise pointing_into_data(refusal) from None


def pointing_into_data(outcome: T) -> T:
    """The same outcome; if it is a refusal, its faults point into `/data` of the posted event."""
    if not isinstance(outcome, Invalid):
        return outcome
    outcome.faults = [replace(fault, pointer=f"/data{fault.pointer}") for fault in outcome.faults]
    return outcome
