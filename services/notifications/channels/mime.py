"""A mail as bytes: plain text, HTML and calendar parts, built without any random part.

The first calendar message stands inside `multipart/alternative`, where calendar programs look
for it; further ones follow in the outer `multipart/mixed`, because an iTIP object holds one UID.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any, Final

from services.notifications.plaintext import one_line


class _KeepsSpaces(EmailPolicy):
    """Folds words that are not ASCII so that no space between two of them is lost.

    The library's own folding puts the space where two encoded words meet, and readers drop it
    there (RFC 2047, 6.2).
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        text = str(value)
        if name.lower() == "subject" and not text.isascii():
            return _folded(name, text)
        for address in getattr(value, "addresses", ())[:1]:  # never more than one, in our mails
            if not address.display_name.isascii() and address.addr_spec.isascii():
                return _folded(name, address.display_name, f"<{address.addr_spec}>")
        return super().fold_binary(name, value)


def _folded(name: str, text: str, *plain: str) -> bytes:
    words = Header(text, "utf-8", header_name=name).encode(linesep="\r\n")
    return "".join((f"{name}: ", words, *(f"\r\n {each}" for each in plain), "\r\n")).encode()


# 7bit: every server takes it, signatures survive
POLICY: Final = _KeepsSpaces(linesep=SMTP.linesep, cte_type="7bit")


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
