"""What every service promises about people's sessions: the end of one counts everywhere."""

from typing import ClassVar
from uuid import UUID

from .event import Classification, Event


class SessionEnded(Event):
    """A person signed out, or signed in anew: the session opens no service from this instant.

    The subject is the SHA-256 of the session's id, in hexadecimal digits.
    """

    type: ClassVar[str] = "talka.chassis.session.ended.v1"
    topic: ClassVar[str] = "chassis.sessions"
    classification: ClassVar[Classification] = Classification.INTERNAL

    staff_id: UUID
