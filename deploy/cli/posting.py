"""The work behind `talka declare`: files into items, items into requests, answers back to items."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import httpx

from contracts.catalogue import DECLARATIONS
from deploy.local.faults import Exit, Fault
from deploy.local.instance import Instance

AS_SAID: Final = "What the code means:"
AGAIN: Final = (
    "Nothing of it was taken. Accepted items are not taken twice, so send the file again."
    f" {AS_SAID}"
)
A_KEY: Final = (
    "Have one issued for your association, and put it into TALKA_API_KEY:",
    "talka keys issue --help",
    "export TALKA_API_KEY=tlk_…",
)
MAX_TOGETHER: Final = 200
MAX_BYTES: Final = 200_000  # of one request, which is so answered within a second or two


@dataclass(frozen=True, slots=True)
class Item:
    """One declaration as text, with the place in its file and the service to post it to."""

    place: str
    text: str
    service: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said of one item."""

    item: Item
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return bool(self.said.get("status") == "refused")

    def told(self) -> dict[str, Any]:
        """The answer as data, with the place in the file."""
        return {"place": self.item.place, "service": self.item.service} | {
            name: value for name, value in self.said.items() if name not in {"index", "line"}
        }

    def lines(self) -> list[str]:
        """Every fault in a line: where in the file, where in the declaration, code, sentence."""
        faults = self.said.get("errors") or [
            {"pointer": "", "code": self.said.get("code", ""), "text": self.said.get("detail", "")}
        ]
        return [
            "  ".join(filter(None, (self.item.place, each["pointer"], each["code"], each["text"])))
            for each in faults
        ]


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody's desk at a running Talka: the address and the key."""

    url: str
    key: str
    timeout: float = 30.0
    check: bool = False

    def post(self, items: Iterable[Item]) -> Iterator[Answer]:
        """Post items in their order and give the answer to each.

        Raises:
            Fault: nobody answers, the key is not taken, or a whole request is refused.
        """
        with httpx.Client(base_url=self.url, timeout=self.timeout, headers=self._headers) as client:
            for service, own in groupby(items, key=lambda item: item.service):
                for chunk in chunks(own):
                    yield from self._answers(client, service, chunk)

    @property
    def _headers(self) -> dict[str, str]:
        return headers(self.key) | {"content-type": "application/x-ndjson"}

    def _answers(
        self, client: httpx.Client, service: str, items: Sequence[Item]
    ) -> Iterator[Answer]:
        body = "\n".join(item.text for item in items).encode()
        parameters = {"check": "only"} if self.check else {}
        try:
            answer = client.post(f"/{service}/v1/events", content=body, params=parameters)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise unreachable(self.url, fault) from None
        if not answer.is_success:
            raise refusal(answer, service, AGAIN)
        for said in document_of(answer, self.url, "items")["items"]:
            yield Answer(items[said["index"]], said)


def of_running() -> str:
    """The address of the Talka that runs here."""
    return Instance.here().must_run().address


def headers(key: str) -> dict[str, str]:
    """Who asks, and in which language faults are told."""
    return {
        "authorization": f"Bearer {key}",
        "accept": "application/json",
        "accept-language": os.environ.get("LANG", "en").partition("_")[0] or "en",
    }


def unreachable(url: str, fault: Exception) -> Fault:
    """That nobody answers at the address."""
    return Fault(
        "TLK-E092",
        f"{url} does not answer: {str(fault) or type(fault).__name__}",
        "See whether Talka runs there, then send the file again:",
        "talka status",
        exit_code=Exit.CANNOT_CONNECT,
    )


def key() -> str:
    """The API key from the environment; never an argument, which everybody on a machine can see.

    Raises:
        Fault: there is none, or it is no key.
    """
    found = os.environ.get("TALKA_API_KEY", "").strip()
    if not found:
        raise Fault(
            "TLK-E091",
            "There is no API key in TALKA_API_KEY.",
            *A_KEY,
            exit_code=Exit.WRONG_USE,
        )
    if not found.isascii() or not found.isprintable():
        raise Fault(
            "TLK-E097",
            "TALKA_API_KEY holds signs that no key has.",
            *A_KEY,
            exit_code=Exit.WRONG_USE,
        )
    return found


def items_of(file: Path, service: str | None = None) -> list[Item]:
    """The declarations of a file: one JSON document, a list of them, or one a line.

    Raises:
        Fault: the file cannot be read, or an item is no declaration of a service.
    """
    try:
        text = file.read_text("utf-8-sig")
    except OSError as fault:
        raise _unreadable(f"{file} cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise _unreadable(f"{file} is no text in UTF-8.") from None
    found = [
        Item(
            place, json.dumps(document, ensure_ascii=False), service or _service_of(place, document)
        )
        for place, document in list(_documents(file, text))
    ]
    if not found:
        raise _unreadable(f"There is nothing in {file}.")
    return found


def _documents(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    try:
        whole = json.loads(text)
    except ValueError as fault:
        if not _is_json(text.lstrip().partition("\n")[0]):
            raise _unreadable(f"{file} is no JSON: {fault}") from None
        yield from _lines(file, text)
        return
    if isinstance(whole, list):
        yield from ((f"{file} item {at}", each) for at, each in enumerate(whole, start=1))
    else:
        yield f"{file}", whole


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _lines(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{file} line {number}"
        try:
            yield place, json.loads(line)
        except ValueError as fault:
            raise _unreadable(f"{place} is no JSON: {fault}") from None


def _service_of(place: str, document: Any) -> str:
    given = document.get("type") if isinstance(document, dict) else None
    declaration_class = DECLARATIONS.get(given) if isinstance(given, str) else None
    if declaration_class is None:
        raise Fault(
            "TLK-E094",
            f"{place} is no declaration: its type is {given!r}.",
            "See which there are, and how one looks:",
            "talka contracts list",
            "talka contracts show talka.registry.cluster.declared.v1 --example",
            exit_code=Exit.WRONG_USE,
        )
    return declaration_class.service


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in groups that one request may hold, order kept."""
    chunk: list[Item] = []
    size = 0
    for item in items:
        length = len(item.text.encode()) + 1
        if chunk and (len(chunk) == MAX_TOGETHER or size + length > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += length
    if chunk:
        yield chunk


def refusal(answer: httpx.Response, service: str, advice: str = AS_SAID) -> Fault:
    """Why nothing of a request was looked at, in the service's own words."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    said = [problem.get("detail") or problem.get("title") or answer.reason_phrase]
    said += [f"{each['pointer']}  {each['text']}" for each in problem.get("errors") or ()]
    code = problem.get("code") or "TLK-E093"
    told = f"{service} refused the request ({answer.status_code}): " + "\n  ".join(said)
    unknown = answer.status_code == httpx.codes.UNAUTHORIZED
    return Fault(
        code,
        told,
        *(A_KEY if unknown else (advice, f"talka explain {code}")),
        exit_code=Exit.REFUSED if answer.is_client_error else Exit.FAILED,
    )


def document_of(answer: httpx.Response, url: str, member: str) -> dict[str, Any]:
    """What a service of Talka answered; it has this member.

    Raises:
        Fault: somebody else answered.
    """
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict) or member not in found:
        raise Fault(
            "TLK-E098",
            f"What answers at {url} is not Talka.",
            "Look at TALKA_URL and --url; this shows the address of the one that runs here:",
            "talka status",
            exit_code=Exit.CANNOT_CONNECT,
        )
    return found


def _unreadable(what: str) -> Fault:
    return Fault(
        "TLK-E095",
        what,
        "Give JSON in UTF-8: one CloudEvent, a list of them, or one a line. One looks like this:",
        "talka contracts show talka.registry.cluster.declared.v1 --example",
        exit_code=Exit.WRONG_USE,
    )
