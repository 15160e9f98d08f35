"""A history as lines for auditors, to be verified apart: all that the chain covers, nobody's data.

Each group of rows is followed by the seal over it. A row that has data shows them as they were
written; of a personal one only the salted digest of its data is told, so that who, what and when
can be verified all the same. Rows that no seal covers yet are not exported.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.chain import Verdict
from services.chassis.history import digest_beside, digest_of_data, history
from services.chassis.relay import seal_of

SEALS: Final = text("select positions, hash from seals order by number")
TOLD: Final = (
    *("position", "event_id", "subject", "sequence", "topic", "type", "time"),
    *("association", "readers", "actor", "correlation_id", "causation_id", "recorded_at"),
)


async def lines(session: AsyncSession) -> AsyncIterator[str]:
    """The whole sealed history, oldest first: a JSON object for each row and each seal."""
    async for positions, seal in await session.stream(SEALS):
        found = await session.execute(select(history).where(history.c.position.in_(positions)))
        rows = {row["position"]: row for row in found.mappings()}
        for position in positions:
            if position in rows:
                yield _line(rows[position])
        yield json.dumps({"seal": seal.hex(), "positions": positions})


def verify(exported: Iterable[str]) -> Verdict:
    """Recompute every seal from lines that were exported, without any database."""
    former, checked = b"", 0
    rows: dict[int, dict[str, Any]] = {}
    for line in exported:
        told = json.loads(line)
        if "seal" not in told:
            rows[told["position"]] = told
            continue
        for position in told["positions"]:
            fault = _fault_of(rows.get(position))
            if fault:
                return Verdict(checked, position, fault)
        former = seal_of(former, [_sealed(rows[position]) for position in told["positions"]])
        if former.hex() != told["seal"]:
            return Verdict(checked, told["positions"][0], "the rows or their order were changed")
        checked += len(rows)
        rows.clear()
    return Verdict(checked)


def _line(row: RowMapping) -> str:
    told = {name: row[name] for name in TOLD} | {"digest": row["digest"].hex()}
    if row["emptied_at"]:
        told["emptied_at"] = row["emptied_at"]
    elif row["salt"]:
        told["digest_of_data"] = digest_of_data(row)
    else:
        told["data"] = row["data"] and row["data"].decode()
    return json.dumps(told, default=_as_text, ensure_ascii=False)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _fault_of(row: dict[str, Any] | None) -> str | None:
    if row is None:
        return "the row is gone"
    if "emptied_at" in row:
        return None
    data = hashlib.sha256((row.get("data") or "").encode()).hexdigest()
    when = datetime.fromisoformat(row["time"])
    digest = digest_beside(row | {"time": when}, row.get("digest_of_data", data))
    return None if digest.hex() == row["digest"] else "the row was changed"


def _sealed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"digest": bytes.fromhex(row["digest"])}
