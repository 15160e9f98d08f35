"""The one client for addresses that others gave us: it cannot be led inwards, or held up.

https and a list of ports; every address that the name resolves to must be global, and the
connection goes to the address that was checked. No redirects, no proxies; size and time have ends.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

PORTS: Final = frozenset({443, 8443})
SECONDS: Final = 8.0
BYTES: Final = 256 * 1024
NAT64: Final = (
    ipaddress.IPv6Network("64:ff9b::/96"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class NotFetched(Exception):
    """Nothing was fetched; the text says why, without an address of the inside."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: at most `BYTES` of the body."""

    status: int
    headers: httpx.Headers
    body: bytes


def is_global(address: Address) -> bool:
    """Whether an address lies outside: also the one that is wrapped in it does."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_global(inner)
        if address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, as the system finds them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """How addresses are looked at; the defaults are the rule, others are for servers of tests."""

    ports: frozenset[int] = PORTS
    resolve: Resolve = system_resolve
    allows: Callable[[Address], bool] = is_global
    trust: ssl.SSLContext | None = None


async def fetch(url: str, guard: Guard | None = None) -> Fetched:
    """Get what stands at an address that somebody else gave us.

    Raises:
        NotFetched: the address is refused, does not resolve, or does not answer in time.
    """
    guard = guard or Guard()
    try:
        async with asyncio.timeout(SECONDS):
            target = _checked(url, guard)
            address = await _address_of(target, guard)
            return await _get(target, address, guard)
    except TimeoutError:
        raise NotFetched(f"no answer within {SECONDS:g} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as fault:
        raise NotFetched(type(fault).__name__) from None


def _checked(url: str, guard: Guard) -> SplitResult:
    try:
        target = urlsplit(url)
        port = target.port or 443
    except ValueError:
        raise NotFetched("this is no web address") from None
    if target.scheme != "https":
        raise NotFetched("the address does not begin with https://")
    if not target.hostname or target.username or target.password:
        raise NotFetched("this is no web address")
    if port not in guard.ports:
        raise NotFetched(f"port {port} is not asked")
    return target


async def _address_of(target: SplitResult, guard: Guard) -> Address:
    """The first address of the name, once all of them are allowed."""
    try:
        found = await guard.resolve(target.hostname or "", target.port or 443)
    except (OSError, UnicodeError):
        raise NotFetched("there is no such host") from None
    addresses = [ipaddress.ip_address(each.partition("%")[0]) for each in found]
    if not addresses or not all(guard.allows(each) for each in addresses):
        raise NotFetched("the host has an address that is not asked")
    return addresses[0]


async def _get(target: SplitResult, address: Address, guard: Guard) -> Fetched:
    host = target.hostname or ""
    at = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    async with (
        httpx.AsyncClient(
            verify=guard.trust or ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=SECONDS,
        ) as client,
        client.stream(
            "GET",
            f"https://{at}:{target.port or 443}{path}",
            headers={"Host": target.netloc, "Accept-Encoding": "identity", "User-Agent": "Talka"},
            extensions={"sni_hostname": host},
        ) as answer,
    ):
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) >= BYTES:
                break
        return Fetched(answer.status_code, answer.headers, bytes(body[:BYTES]))


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is mapped into an IPv6 one, also by NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if any(address in network for network in NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
