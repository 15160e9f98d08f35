"""Pages and forms as a browser without JavaScript reads and sends them."""

import re
from typing import Any

from httpx import AsyncClient, Response

from services.exchanges.visits.model import Visit

CSRF = re.compile(r'name="csrf" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


async def get(client: AsyncClient, address: str) -> Response:
    return await client.get(address, headers={"Accept": "text/html"})


async def post(client: AsyncClient, address: str, **form: Any) -> Response:
    """Send a form that has no page before it: a link's, whose token stands in the address."""
    return await client.post(address, data=form, headers={"Accept": "text/html"})


async def send(
    client: AsyncClient, address: str, form: dict[str, Any], *, page: str | None = None
) -> Response:
    """Fill in the form of `page`, by default of the address itself, and send it."""
    token = CSRF.search((await get(client, page or address)).text)
    assert token is not None
    return await client.post(
        address, data={"csrf": token[1], **form}, headers={"Accept": "text/html"}
    )


def hidden(page: Response) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    return {name: value.replace("&#34;", '"') for name, value in HIDDEN.findall(page.text)}


def of(visit: Visit, part: str = "") -> str:
    return f"/exchanges/visits/{visit.number}{part}"


def a_row(number: int, **more: str) -> dict[str, str]:
    usual = {
        "title": "Workshop",
        "kind": "workshop",
        "mode": "on_site",
        "on": "2027-03-16",
        "starts": "09:00",
        "ends": "12:00",
        "zone": "Europe/Bratislava",
        "settlement": "Nitra",
        "street": "",
    }
    return {f"sessions/{number}/{name}": text for name, text in (usual | more).items()}


def a_person(prefix: str, mail: str) -> dict[str, str]:
    return {
        f"{prefix}names": "Олена Бондар",
        f"{prefix}mail": mail,
        f"{prefix}language": "uk",
        f"{prefix}zone": "Europe/Kyiv",
    }
