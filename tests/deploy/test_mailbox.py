"""The mailbox keeps every mail as it came and shows what its reader would see."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path

import aiosmtplib
import pytest
from httpx import ASGITransport, AsyncClient

from contracts.event import uuid7
from deploy.local.mailbox import Mailbox, plain
from deploy.local.mailbox_pages import mailbox_app
from deploy.local.ports import LOOPBACK
from services.notifications.channels.mime import Mail as NotifiedMail
from services.notifications.channels.mime import as_bytes
from tests.ports import own_port


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


@pytest.fixture
async def smtp_port(mailbox: Mailbox) -> AsyncIterator[int]:
    port = own_port()
    async with mailbox.listening(port):
        yield port


@pytest.fixture
async def client(mailbox: Mailbox) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(mailbox_app(mailbox))
    async with AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


def a_mail(*, to: str = "olena@example.org") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "talka@localhost", to, "Запрошення до Кошиць"
    mail["Content-Language"] = "uk"
    mail.set_content("Відповісти: http://localhost:8800/exchanges/l/secret\n")
    mail.add_alternative("<p>Ласкаво <b>просимо</b></p>", subtype="html")
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    mail.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    return mail


async def send(mail: EmailMessage | Message, port: int) -> None:
    await aiosmtplib.send(mail, hostname=LOOPBACK, port=port, start_tls=False)


class TestMailbox:
    async def test_keeps_a_mail_with_all_its_parts(self, mailbox: Mailbox, smtp_port: int) -> None:
        await send(a_mail(), smtp_port)

        [mail] = mailbox.mails()
        assert (mail.to, mail.subject) == ("olena@example.org", "Запрошення до Кошиць")
        types = [part.content_type for part in mail.parts()]
        assert types == ["text/plain", "text/html", "text/calendar"]
        assert "METHOD:REQUEST" in mail.text_of("text/calendar")

    async def test_shows_the_newest_first(self, mailbox: Mailbox, smtp_port: int) -> None:
        for name in ("first", "second"):
            await send(a_mail(to=f"{name}@example.org"), smtp_port)

        assert [mail.to for mail in mailbox.mails()] == ["second@example.org", "first@example.org"]

    async def test_n02_shows_long_names_as_they_were_written(
        self, mailbox: Mailbox, smtp_port: int, client: AsyncClient
    ) -> None:
        name = "Міністерство розвитку громад та територій України, кластерний офіс"
        mail = NotifiedMail(
            message_id="<1@example.org>",
            sender=(name, "talka@example.org"),
            recipient=(name, "olena@example.org"),
            subject=name,
            text="x",
            html="x",
            language="uk",
            date=datetime(2027, 2, 1, 12, tzinfo=UTC),
        )
        await send(message_from_bytes(as_bytes(mail)), smtp_port)

        [kept] = mailbox.mails()

        assert (kept.sender, kept.to) == (
            f"{name} <talka@example.org>",
            f"{name} <olena@example.org>",
        )
        page = await client.get(f"/mailbox/{kept.id}")
        assert page.text.count(name) >= 3

    @pytest.mark.parametrize("broken", ["=?nonsense?b?0Jw=?= <a@b.c>", "=?utf-8?b?0?= <a@b.c>"])
    def test_shows_a_name_that_cannot_be_read_as_it_came(
        self, mailbox: Mailbox, tmp_path: Path, broken: str
    ) -> None:
        (tmp_path / f"{uuid7()}.eml").write_text(f"To: {broken}\n\nx")

        assert [mail.to for mail in mailbox.mails()] == [broken]

    @pytest.mark.parametrize(("host", "code"), [("bounce.invalid", 550), ("later.invalid", 451)])
    async def test_refuses_addresses_made_for_trying_it(
        self, mailbox: Mailbox, smtp_port: int, host: str, code: int
    ) -> None:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await send(a_mail(to=f"x@{host}"), smtp_port)

        assert refused.value.recipients[0].code == code
        assert mailbox.mails() == []

    def test_knows_no_mail_of_a_strange_id(self, mailbox: Mailbox) -> None:
        assert mailbox.mail("../../etc/passwd") is None


class TestPages:
    async def test_list_all_mails_or_those_to_somebody(
        self, client: AsyncClient, smtp_port: int
    ) -> None:
        await send(a_mail(), smtp_port)
        await send(a_mail(to="jan@example.org"), smtp_port)

        assert "2 mails" in (await client.get("/mailbox")).text
        assert "1 mail," in (await client.get("/mailbox", params={"to": "jan"})).text

    async def test_show_a_mail_with_links_one_can_follow(
        self, client: AsyncClient, mailbox: Mailbox, smtp_port: int
    ) -> None:
        await send(a_mail(), smtp_port)
        [mail] = mailbox.mails()

        page = (await client.get(f"/mailbox/{mail.id}")).text

        assert 'href="http://localhost:8800/exchanges/l/secret"' in page
        assert "Ласкаво просимо" in page
        assert "METHOD:REQUEST" in page

    async def test_give_a_calendar_as_a_file(
        self, client: AsyncClient, mailbox: Mailbox, smtp_port: int
    ) -> None:
        await send(a_mail(), smtp_port)
        [mail] = mailbox.mails()

        answer = await client.get(f"/mailbox/{mail.id}/2")

        assert answer.headers["content-type"].startswith("text/calendar")
        assert answer.headers["content-disposition"] == 'attachment; filename="part-2.ics"'
        assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")

    async def test_run_nothing_that_a_mail_brings(
        self, client: AsyncClient, smtp_port: int
    ) -> None:
        mail = a_mail()
        mail.replace_header("Subject", "<script>alert(1)</script>")
        await send(mail, smtp_port)

        answer = await client.get("/mailbox")

        assert "<script>" not in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")

    @pytest.mark.parametrize("path", ["/mailbox/x", "/mailbox/x/raw", "/mailbox/x/0"])
    async def test_know_no_other_mail(self, client: AsyncClient, path: str) -> None:
        assert (await client.get(path)).status_code == 404


class TestPlain:
    def test_reads_as_a_person_would(self) -> None:
        html = "<style>p{}</style><p>Dear <b>Olena</b>,</p><p>come to <a href='/x'>us</a>.</p>"

        assert plain(html) == "Dear Olena,\ncome to us </x>."
