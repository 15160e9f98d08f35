"""A mail as bytes: plain text, HTML and calendar parts, built without any random part.

The first calendar message stands inside `multipart/alternative`, where calendar programs look
for it; further ones follow in the outer `multipart/mixed`, because an iTIP object holds one UID.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from services.notifications.plaintext import one_line

POLICY: Final = SMTP.clone(cte_type="7bit")  # every server takes it, signatures survive


class AddressUnwritable(ValueError):
    """What stands as an address is none that a mail can be sent to."""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """One iTIP message and the method that its content type repeats."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail says, to whom, and the id by which a repeat is recognised."""

    message_id: str
    sender: tuple[str, str]  # name, address
    recipient: tuple[str, str]
    subject: str
    text: str
    html: str
    language: str
    date: datetime
    calendar: Sequence[CalendarPart] = ()


def as_bytes(mail: Mail) -> bytes:
    """The message as it goes over the wire; the same mail gives the same bytes.

    Raises:
        AddressUnwritable: the sender or the recipient has no usable address.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(*mail.sender)
    message["To"] = _address(*mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = mail.date
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.calendar:
        first, *further = mail.calendar
        message.add_alternative(
            first.content.decode(),
            subtype="calendar",
            cte="base64",
            params={"method": first.method},
        )
        for number, part in enumerate(further, start=2):
            message.add_attachment(
                part.content.decode(),
                subtype="calendar",
                cte="base64",
                params={"method": part.method},
                disposition="inline",
                filename=f"session-{number}.ics",
            )
    message["Content-Language"] = mail.language  # last: parts take such headers with them
    _settle_boundaries(message, mail.message_id)
    return message.as_bytes()


def _address(name: str, mail: str) -> Address:
    try:
        return Address(display_name=one_line(name), addr_spec=one_line(mail))
    except (ValueError, HeaderParseError) as fault:
        raise AddressUnwritable(type(fault).__name__) from fault


def _settle_boundaries(message: EmailMessage, seed: str) -> None:
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            digest = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()
            part.set_boundary(f"talka-{digest[:32]}")
