"""The mailbox of `talka up`: takes every mail, delivers none, keeps each as the file it came as.

For trying failures, addresses at `bounce.invalid` are refused for good and those at
`later.invalid` for now.
"""

import asyncio
import email.policy
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from contracts.event import uuid7
from deploy.local.ports import LOOPBACK

REFUSALS: Final = {
    "bounce.invalid": "550 5.1.1 there is no such mailbox",
    "later.invalid": "451 4.3.0 try again later",
}
SIZE_LIMIT_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail: what it is, and its text if it is text."""

    number: int
    content_type: str
    filename: str
    text: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came; `id` sorts by arrival."""

    id: str
    message: EmailMessage

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp((UUID(self.id).int >> 80) / 1000, UTC)

    @property
    def to(self) -> str:
        return self._people("to")

    @property
    def sender(self) -> str:
        return self._people("from")

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def language(self) -> str:
        return str(self.message["content-language"] or "")

    def parts(self) -> list[Part]:
        """The leaves in the order of the mail."""
        leaves = [part for part in self.message.walk() if not part.is_multipart()]
        return [_part(number, leaf) for number, leaf in enumerate(leaves)]

    def _people(self, name: str) -> str:
        """Names and addresses by RFC 2047: the policy's own parser parts folded words by spaces."""
        headers = self.message.raw_items()
        raw = next((str(value) for key, value in headers if key.lower() == name), "")
        try:
            return str(make_header(decode_header(raw)))
        except (HeaderParseError, LookupError, ValueError):
            return raw

    def text_of(self, content_type: str) -> str:
        """The text of the first part of that type; empty when there is none."""
        return next((p.text or "" for p in self.parts() if p.content_type == content_type), "")


class Mailbox:
    """All mails that came, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def mails(self) -> list[Mail]:
        """The mails, the newest first."""
        return list(self._read(sorted(self._folder.glob("*.eml"), reverse=True)))

    def mail(self, mail_id: str) -> Mail | None:
        """One mail, or None when there is none of that id."""
        try:
            file = self._folder / f"{UUID(mail_id)}.eml"
        except ValueError:
            return None
        return next(self._read([file]), None)

    def empty(self) -> None:
        """Remove all mails."""
        for file in self._folder.glob("*.eml"):
            file.unlink()

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Take mails by SMTP on the loopback while the block runs."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(
                self, loop=loop, hostname="mailbox.talka", data_size_limit=SIZE_LIMIT_BYTES
            ),
            LOOPBACK,
            port,
        )
        async with server:
            yield

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take every recipient but those made for trying failures."""
        refusal = REFUSALS.get(address.rpartition("@")[2].lower())
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail; the answer comes when it is on disk, whole."""
        content = envelope.original_content or b""
        mail_id = str(uuid7())
        unfinished = self._folder / f".{mail_id}"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / f"{mail_id}.eml")
        return f"250 kept as {mail_id}"

    def _read(self, files: list[Path]) -> Iterator[Mail]:
        parser = BytesParser(policy=email.policy.default)
        for file in files:
            if file.exists():
                # from bytes: from a stream it would turn the CRLF of calendars into LF
                message = parser.parsebytes(file.read_bytes())
                yield Mail(file.stem, message)


def _part(number: int, leaf: EmailMessage) -> Part:
    data = leaf.get_payload(decode=True)
    content = data if isinstance(data, bytes) else b""
    content_type = leaf.get_content_type()
    text = None
    if content_type.startswith("text/"):
        text = content.decode(leaf.get_content_charset("utf-8"), "replace")
    suffix = {"text/calendar": "ics", "text/html": "html", "text/plain": "txt"}
    filename = leaf.get_filename() or f"part-{number}.{suffix.get(content_type, 'bin')}"
    return Part(number, content_type, filename, text, content)


def plain(html: str) -> str:
    """What a reader of an HTML text sees, with the addresses of its links."""
    reader = _Reader()
    reader.feed(html)
    lines = "".join(reader.seen).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


class _Reader(HTMLParser):
    BLOCKS = frozenset({"p", "div", "tr", "br", "li", "h1", "h2", "h3", "table", "ul", "ol"})
    HIDDEN = frozenset({"style", "script", "title", "head"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._hidden = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.seen.append("\n")
        if tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.seen.append("\n")
        if tag == "a" and self._link:
            self.seen.append(f" <{self._link}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(" ".join(data.split()) + " " * data.endswith((" ", "\n")))
