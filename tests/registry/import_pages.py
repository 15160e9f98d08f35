"""The pages of an import as somebody goes through them."""

import re

from httpx import AsyncClient, Response

from services.registry.imports.work import Workshop, work_once
from tests.registry.test_pages import CSRF, get, send

IMPORTS = "/registry/imports"
SELECTS = re.compile(r'<select name="(column/\d+)".*?>(.*?)</select>', re.DOTALL)
SELECTED = re.compile(r'value="(\w+)" selected')


def chosen(page: Response) -> dict[str, str]:
    """The field that is chosen for each column."""
    found = {}
    for name, options in SELECTS.findall(page.text):
        selected = SELECTED.search(options)
        found[name] = selected[1] if selected else ""
    return found


async def upload(
    client: AsyncClient, body: bytes, name: str = "lista.csv", kind: str = "members"
) -> Response:
    token = CSRF.search((await get(client, f"{IMPORTS}/new")).text)
    assert token is not None
    return await client.post(
        f"{IMPORTS}/new",
        data={"csrf": token[1], "kind": kind},
        files={"file": (name, body)},
        headers={"Accept": "text/html"},
    )


async def checked(client: AsyncClient, workshop: Workshop, body: bytes) -> str:
    """The address of an import that was uploaded and matched as it was guessed."""
    address = (await upload(client, body)).headers["location"]
    await work_once(workshop)
    page = await get(client, address)
    await send(client, f"{address}/columns", address, **chosen(page))
    await work_once(workshop)
    return address
