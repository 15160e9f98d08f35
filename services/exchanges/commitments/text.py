"""The text of a commitment in four parts, and whom each part binds.

A part is plain JSON; its digest is the SHA-256 of its canonical form, and the hash of the whole
is that of the digests, so that whoever holds the parts can work out both.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from contracts.vocabulary import CommitmentPart, Party

Text = Mapping[CommitmentPart, Any]
Digests = dict[CommitmentPart, str]

_EVERYBODY: Final = frozenset(Party)

BINDS: Final[dict[CommitmentPart, frozenset[Party]]] = {
    CommitmentPart.GOALS: _EVERYBODY,
    CommitmentPart.PARTIES: _EVERYBODY,
    CommitmentPart.SPAN: _EVERYBODY,
    CommitmentPart.AGENDA: frozenset({Party.VO, Party.HO}),
}


def digests_of(text: Text) -> Digests:
    """The digest of each part."""
    return {part: _sha256(text[part]) for part in CommitmentPart}


def hash_of(digests: Digests) -> str:
    """The hash over all parts: what a signature is given for."""
    return _sha256({part.value: digests[part] for part in CommitmentPart})


def changed(before: Digests, after: Digests) -> frozenset[CommitmentPart]:
    """The parts that differ."""
    return frozenset(part for part in CommitmentPart if before[part] != after[part])


def bound_by(parts: Collection[CommitmentPart]) -> frozenset[Party]:
    """Everybody whose signature covers at least one of these parts."""
    return frozenset[Party]().union(*(BINDS[part] for part in parts))


def _sha256(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
