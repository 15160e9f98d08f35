"""Every component in every state, in demo mode only: the test bed for looks and accessibility."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.chassis.errors import Fault
from services.chassis.ui.calendar import Entry, Month, month_of
from services.chassis.ui.render import render

MARCH: Final = date(2027, 3, 16)
AT: Final = datetime(2027, 3, 16, 8, 15, tzinfo=UTC)
KINDS: Final = ("draft", "warn", "ok", "live", "paused", "info", "half", "late", "done", "off", "")


def gallery(service: str) -> APIRouter:
    """The gallery of one service."""
    router = APIRouter(prefix=f"/{service}/gallery", include_in_schema=False)

    @router.get("")
    async def show(request: Request, *, wrong: bool = False) -> Response:
        faults = [
            Fault("/name", "TLK-D001", "Enter the name of the cluster"),
            Fault(
                "/first_day", "TLK-D066", "The last day is before the first. Correct one of them."
            ),
            Fault("/mode", "TLK-D006", "Choose how the session is held"),
        ]
        return render(
            request,
            "gallery.html",
            faults=faults if wrong else [],
            kinds=KINDS,
            at=AT,
            month=_month(),
            rows=_rows(),
        )

    return router


def _month() -> Month:
    def entry(day: int, days: int, kind: str, word: str, title: str) -> Entry:
        first = MARCH.replace(day=day)
        last = first + timedelta(days=days - 1)
        return Entry(first, last, title, "#calendar", "UA→SK", kind, word)

    entries = [
        entry(1, 1, "done", "Closed", "Cold-chain traceability"),
        entry(3, 2, "done", "Paid", "Digital twin demo"),
        entry(9, 2, "off", "Cancelled", "Lean line walk-through"),
        entry(10, 2, "half", "Ended early", "Export readiness clinic"),
        entry(15, 3, "live", "Under way", "Furniture CNC and finishing"),
        entry(16, 1, "paused", "Paused", "Battery pack assembly"),
        entry(16, 2, "info", "Report due", "Injection-mould tooling"),
        entry(16, 3, "late", "Report overdue", "Port energy storage"),
        entry(16, 1, "ok", "Ready", "Laser micro-machining"),
        entry(16, 1, "warn", "Agreed", "Reusable textiles lab"),
        entry(25, 9, "draft", "Planning", "CNC apprentice scheme"),
    ]
    return month_of(MARCH, entries, today=MARCH, holidays={date(2027, 3, 29): "Easter Monday"})


def _rows() -> list[dict[str, object]]:
    return [
        {"number": "CL-1021", "name": "Brno Precision Optics", "country": "CZ", "members": 28},
        {"number": "CL-1091", "name": "Podkarpacie Metal Works", "country": "PL", "members": 1240},
        {"number": "CL-1217", "name": "Дніпро Метал і Космос", "country": "UA", "members": 111},
    ]
