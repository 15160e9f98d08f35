"""Hands mails to an SMTP server, one connection for many, and says honestly what became of each.

Until the content begins to flow a failure means "not sent". From then on only the server's answer
decides; without one the fate is `UNKNOWN`, and the mail is never repeated blindly.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import aiosmtplib

from services.chassis.errors import Unavailable
from services.notifications.plaintext import one_line

REASON_CHARACTERS: Final = 300
ADDRESS: Final = re.compile(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:]+")


class Fate(StrEnum):
    """What became of one mail: taken, to be tried again, refused for good, or not known."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one mail with the server's code and words; the words hold no address."""

    fate: Fate
    code: str
    reason: str


class MailServerAway(Unavailable):
    """No connection to the mail server came about; no mail was handed over."""

    code = "TLK-N001"
    title = "The mail server does not answer"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over, and how long each step may take.

    The answer to the content gets longer than a command, because servers look through a mail
    before they take it; giving up early would leave its fate unknown.
    """

    host: str
    port: int
    sender: str
    starttls: bool
    command_seconds: float = 20.0
    content_seconds: float = 120.0


class Connection:
    """An open connection; it can carry on after a refusal, not after a loss."""

    def __init__(self, smtp: aiosmtplib.SMTP, server: MailServer) -> None:
        self._smtp = smtp
        self._server = server

    @property
    def open(self) -> bool:
        """Whether another mail can go over it."""
        return self._smtp.is_connected

    async def send(
        self, content: bytes, recipient: str, *, before_content: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Hand one mail over.

        `before_content` is awaited at the last moment when it is sure that nothing was sent.
        """
        refusal = await self._address(recipient)
        if refusal is not None:
            return refusal
        await before_content()
        try:
            answer = await self._smtp.data(content, timeout=self._server.content_seconds)
        except aiosmtplib.SMTPDataError as refused:
            return _refusal(refused)
        except (aiosmtplib.SMTPException, OSError) as lost:
            return Outcome(
                Fate.UNKNOWN,
                "no answer",
                "the server took the content and gave no answer; it may or may not have arrived"
                f" ({type(lost).__name__})",
            )
        return Outcome(Fate.SENT, str(answer.code), _words(answer.message))

    async def _address(self, recipient: str) -> Outcome | None:
        """Name sender and recipient; None when the server wants the content."""
        options, encoding = ((), "ascii") if recipient.isascii() else (("SMTPUTF8",), "utf-8")
        try:
            await self._smtp.mail(self._server.sender, options=options, encoding=encoding)
            await self._smtp.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPResponseException as refused:
            await self._begin_anew()
            return _refusal(refused)
        except (aiosmtplib.SMTPException, OSError) as lost:
            self._smtp.close()
            return Outcome(
                Fate.RETRY, "no answer", f"the connection was lost ({type(lost).__name__})"
            )
        except ValueError:
            return Outcome(Fate.REFUSED, "address", "the address cannot be written in a command")
        return None

    async def _begin_anew(self) -> None:
        try:
            await self._smtp.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._smtp.close()


@asynccontextmanager
async def connect(server: MailServer) -> AsyncIterator[Connection]:
    """A connection to `server`, closed politely at the end.

    Raises:
        MailServerAway: it cannot be reached, or refuses to talk.
    """
    smtp = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        start_tls=server.starttls,
        timeout=server.command_seconds,
    )
    try:
        await smtp.connect()
    except (aiosmtplib.SMTPException, OSError) as fault:
        raise MailServerAway(
            f"no connection to the mail server {server.host}:{server.port}"
            f" ({type(fault).__name__}); check TALKA_SMTP_HOST and TALKA_SMTP_PORT"
        ) from fault
    try:
        yield Connection(smtp, server)
    finally:
        await _leave(smtp)


async def _leave(smtp: aiosmtplib.SMTP) -> None:
    try:
        await smtp.quit()
    except (aiosmtplib.SMTPException, OSError):
        smtp.close()


def _refusal(refused: aiosmtplib.SMTPResponseException) -> Outcome:
    """Codes from 500 up are final; the others, and nonsense, may pass."""
    fate = Fate.REFUSED if 500 <= refused.code <= 599 else Fate.RETRY  # noqa: PLR2004 - RFC 5321
    return Outcome(fate, str(refused.code), _words(refused.message))


def _words(text: str) -> str:
    """The server's words without addresses: they end up in events, which hold nothing personal."""
    return ADDRESS.sub("(address)", one_line(text))[:REASON_CHARACTERS]
