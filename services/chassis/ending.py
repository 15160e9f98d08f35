"""What HTTP answers say of types on their way out: `Deprecation` (RFC 9745), `Sunset` (RFC 8594).

A link leads to the type in the event catalogue, another to the one that takes its place.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from email.utils import format_datetime

from contracts.event import Event


def headers_of(classes: Iterable[type[Event]], *, service: str) -> dict[str, str]:
    """The headers of an answer about these types; none while none of them is deprecated.

    Of several the one with the earliest sunset is told, all have their links.
    """
    ending = {found: found.deprecated for found in classes if found.deprecated is not None}
    if not ending:
        return {}
    first = min(ending.values(), key=lambda deprecation: deprecation.sunset)
    since, sunset = (
        datetime.combine(day, time(), tzinfo=UTC) for day in (first.since, first.sunset)
    )
    links = [
        f'</{service}/catalogue/{name}>; rel="{relation}"'
        for found, deprecation in sorted(ending.items(), key=lambda each: each[0].type)
        for name, relation in (
            (found.type, "deprecation"),
            (deprecation.instead, "successor-version"),
        )
    ]
    return {
        "Deprecation": f"@{int(since.timestamp())}",
        "Sunset": format_datetime(sunset, usegmt=True),
        "Link": ", ".join(links),
    }
