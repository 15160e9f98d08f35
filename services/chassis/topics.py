"""The declared topics as far as documents and pages tell of them; `topics.yaml` says it once."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from contracts.asyncapi import Channel

FILE: Final = Path(__file__).parents[2] / "deploy" / "kafka" / "topics.yaml"


@lru_cache(maxsize=1)
def channels() -> dict[str, Channel]:
    """The topics by name, in the order of the file."""
    declared: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return {
        name: Channel(
            name,
            entry["classification"],
            entry.get("partitions", declared["partitions"]),
            tuple(entry["writers"]),
            tuple(entry["readers"]),
            per_association=entry.get("per_association", False),
        )
        for name, entry in declared["topics"].items()
    }
