"""What all our calendar messages agree on, whichever service writes them (RFC 5545)."""

from uuid import UUID


def calendar_uid(session_id: UUID) -> str:
    """The name under which calendars know a session, for its whole life.

    Made from the session's id, never from title or time: a mail, a download and a subscription
    mean the same entry.
    """
    return f"session-{session_id}@talka"
