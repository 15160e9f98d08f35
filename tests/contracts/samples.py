"""All promised classes and their golden examples."""

from typing import Final

from contracts.catalogue import DECLARATIONS, EVENTS
from contracts.envelope import Envelope, from_structured
from contracts.event import Event
from contracts.released import example_text

TYPES: Final = sorted({**EVENTS, **DECLARATIONS})


def example(event_type: str) -> tuple[Event, Envelope]:
    return from_structured(example_text(event_type))
