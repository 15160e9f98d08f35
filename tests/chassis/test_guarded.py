"""The guarded client: where it does not go, and what it does when somebody leads it there."""

import asyncio
import ipaddress
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from services.chassis import guarded
from services.chassis.guarded import Guard, NotFetched, fetch, is_global
from tests.waiting import PATIENCE_SECONDS

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1",
    "fc00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "ff02::1",
]
OUTSIDE = ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


def resolving(*addresses: str) -> Guard:
    async def resolve(host: str, port: int) -> Sequence[str]:  # noqa: ARG001 - what it is given
        return addresses

    return Guard(resolve=resolve)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Key and certificate of a server for these tests."""
    room = tmp_path_factory.mktemp("papers")
    key, certificate = room / "key.pem", room / "certificate.pem"
    subprocess.run(  # noqa: S603 - fixed words
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate), "-subj", "/CN=site.example"),
            *("-addext", "subjectAltName=DNS:site.example"),
        ],
        check=True,
        capture_output=True,
    )
    return key, certificate


@pytest.fixture
async def site(papers: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Guard]:
    """A guard that finds a server of this test under every name, and trusts its certificate."""
    monkeypatch.setattr(guarded, "SECONDS", PATIENCE_SECONDS)
    key, certificate = papers
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context)
    port: int = server.sockets[0].getsockname()[1]

    async def resolve(host: str, port: int) -> Sequence[str]:  # noqa: ARG001 - what it is given
        return ["127.0.0.1"]

    trust = ssl.create_default_context(cafile=str(certificate))
    yield Guard(frozenset({port}), resolve, lambda address: address.is_loopback, trust)
    server.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    body = b'<html lang="en">'
    if asked == b"/elsewhere":
        head = b"HTTP/1.1 302 Found\r\nLocation: https://10.0.0.1/\r\nConnection: close\r\n\r\n"
    elif asked == b"/large":
        body = b"x" * (guarded.BYTES * 3)
    elif asked == b"/slow":
        await asyncio.sleep(PATIENCE_SECONDS)
    writer.write(head + body)
    try:
        await writer.drain()
        writer.close()
    except OSError:
        pass  # the client has seen enough


def _at(site: Guard, path: str = "/", host: str = "site.example") -> str:
    return f"https://{host}:{next(iter(site.ports))}{path}"


class TestOnTheWire:
    async def test_a_page_is_read_under_its_own_name(self, site: Guard) -> None:
        page = await fetch(_at(site), site)

        assert (page.status, page.body) == (200, b'<html lang="en">')

    async def test_a_certificate_of_another_name_is_not_accepted(self, site: Guard) -> None:
        with pytest.raises(NotFetched):
            await fetch(_at(site, host="other.example"), site)

    async def test_a_redirect_is_an_answer_and_not_followed(self, site: Guard) -> None:
        assert (await fetch(_at(site, "/elsewhere"), site)).status == 302

    async def test_a_large_page_is_cut(self, site: Guard) -> None:
        assert len((await fetch(_at(site, "/large"), site)).body) == guarded.BYTES

    async def test_a_slow_one_is_given_up(
        self, site: Guard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guarded, "SECONDS", 0.3)

        with pytest.raises(NotFetched, match="no answer within"):
            await fetch(_at(site, "/slow"), site)


class TestAddresses:
    @pytest.mark.parametrize("address", INSIDE)
    def test_of_the_inside_are_refused_in_every_wrapping(self, address: str) -> None:
        assert not is_global(ipaddress.ip_address(address))

    @pytest.mark.parametrize("address", OUTSIDE)
    def test_of_the_outside_are_asked(self, address: str) -> None:
        assert is_global(ipaddress.ip_address(address))


class TestRefusals:
    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("http://example.org/", "https://"),
            ("ftp://example.org/", "https://"),
            ("https://example.org:22/", "port 22"),
            ("https://user:secret@example.org/", "no web address"),
            ("https:///path", "no web address"),
            ("https://example.org:port/", "no web address"),
        ],
    )
    async def test_name_what_is_wrong_with_the_address(self, url: str, why: str) -> None:
        with pytest.raises(NotFetched, match=why):
            await fetch(url, resolving("8.8.8.8"))

    @pytest.mark.parametrize("address", INSIDE)
    async def test_a_name_that_leads_inwards_is_not_followed(self, address: str) -> None:
        with pytest.raises(NotFetched, match="not asked"):
            await fetch("https://example.org/", resolving("8.8.8.8", address))

    async def test_a_literal_of_the_inside_is_not_asked(self) -> None:
        with pytest.raises(NotFetched, match="not asked"):
            await fetch("https://127.0.0.1/")

    async def test_a_name_that_does_not_resolve_is_said_so(self) -> None:
        async def resolve(host: str, port: int) -> Sequence[str]:  # noqa: ARG001 - its shape
            raise OSError

        with pytest.raises(NotFetched, match="no such host"):
            await fetch("https://example.org/", Guard(resolve=resolve))
