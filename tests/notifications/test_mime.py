"""Headers as they go over the wire, read by the rules of RFC 2047."""

from email import message_from_bytes
from email.header import decode_header, make_header

import pytest

from services.notifications.channels.mime import Mail, as_bytes
from tests.notifications.builders import NOON

LONG = "Чи правильний ще цей профіль кластера пластмас із Львова, про який давно ніхто не казав?"
MIXED = "Is this profile still right? Львівський кластер пластмас"


@pytest.mark.parametrize("text", ["Plain", "Žádost", MIXED, LONG])
def test_n02_no_space_is_lost_where_a_long_header_is_folded(text: str) -> None:
    written = as_bytes(
        Mail(
            message_id="<1@example.org>",
            sender=(text.rstrip("?"), "talka@example.org"),
            recipient=("Olena", "olena@example.org"),
            subject=text,
            text="x",
            html="x",
            language="uk",
            date=NOON,
        )
    )

    mail = message_from_bytes(written)
    assert str(make_header(decode_header(mail["Subject"]))) == text
    name, _, address = mail["From"].rpartition("<")
    assert str(make_header(decode_header(name))).strip(' "') == text.rstrip("?")
    assert address == "talka@example.org>"
    assert all(len(line) <= 78 for line in written.partition(b"\r\n\r\n")[0].split(b"\r\n"))
