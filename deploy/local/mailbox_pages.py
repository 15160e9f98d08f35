"""The page `/mailbox`: every mail that Talka sent on this machine, its texts and its calendars."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.local.mailbox import Mail, Mailbox, Part, plain

TEMPLATES: Final = Path(__file__).with_name("templates")
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}

environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
environment.filters["plain"] = plain


def mailbox_app(mailbox: Mailbox) -> Starlette:
    """The pages of one mailbox under `/mailbox`; they show, and change nothing."""
    app = Starlette(
        routes=[
            Route("/mailbox", _list),
            Route("/mailbox.json", _as_json),
            Route("/mailbox/mailbox.css", _style),
            Route("/mailbox/{mail}", _mail),
            Route("/mailbox/{mail}/raw", _raw),
            Route("/mailbox/{mail}/{part:int}", _download),
        ]
    )
    app.state.mailbox = mailbox
    return app


async def _list(request: Request) -> Response:
    wanted = request.query_params.get("to", "")
    mails = [mail for mail in _of(request).mails() if wanted.lower() in mail.to.lower()]
    return _page("mailbox.html", mails=mails, wanted=wanted)


async def _as_json(request: Request) -> Response:
    return JSONResponse([_summary(mail) for mail in _of(request).mails()])


async def _style(_request: Request) -> Response:
    return FileResponse(TEMPLATES / "mailbox.css", media_type="text/css")


async def _mail(request: Request) -> Response:
    mail = _found(request)
    return _page("mail.html", mail=mail, parts=mail.parts())


async def _raw(request: Request) -> Response:
    mail = _found(request)
    return _attached(mail.message.as_bytes(), "message/rfc822", f"{mail.id}.eml")


async def _download(request: Request) -> Response:
    parts = _found(request).parts()
    number = request.path_params["part"]
    if number >= len(parts):
        raise HTTPException(404, "The mail has no such part.")
    part: Part = parts[number]
    return _attached(part.data, part.content_type, part.filename)


def _summary(mail: Mail) -> dict[str, object]:
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text_of("text/plain"),
        "calendars": [p.text for p in mail.parts() if p.content_type == "text/calendar"],
    }


def _of(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


def _found(request: Request) -> Mail:
    mail = _of(request).mail(request.path_params["mail"])
    if mail is None:
        raise HTTPException(404, "There is no such mail. Begin at /mailbox")
    return mail


def _page(template: str, **context: object) -> Response:
    return HTMLResponse(environment.get_template(template).render(context), headers=HEADERS)


def _attached(data: bytes, content_type: str, filename: str) -> Response:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    disposition = {"content-disposition": f'attachment; filename="{safe}"'}
    return Response(data, headers=HEADERS | disposition, media_type=content_type)
