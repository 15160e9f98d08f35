"""The outside world: a mail server that answers as a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 taken"


@dataclass
class Inbox:
    """Takes mails and answers each step as told; `arrived` holds what it took."""

    on_recipient: Callable[[str], str] = lambda _: OK
    on_content: Callable[[int], str] = lambda _: OK
    hang_seconds: float = 0
    drop_after_content: bool = False
    arrived: list[EmailMessage] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)  # the mailboxes, in the same order
    connections: int = 0
    tries: int = 0
    port: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        del server
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self.on_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.tries += 1
        answer = self.on_content(self.tries)
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.arrived.append(message_from_bytes(content, policy=policy.default))
            self.reached += envelope.rcpt_tos
        if self.hang_seconds:
            await asyncio.sleep(self.hang_seconds)
        if self.drop_after_content:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


@asynccontextmanager
async def listening(inbox: Inbox) -> AsyncIterator[Inbox]:
    """The server on a free port, while the block runs."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0)
    inbox.port = server.sockets[0].getsockname()[1]
    try:
        yield inbox
    finally:
        server.close()
