"""From a template and what a query found to an HTML answer, in the reader's language.

Templates are compiled at start; an unknown name in one raises. All values are escaped.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from fastapi import FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse, RedirectResponse

from services.chassis.errors import Fault
from services.chassis.identity import Actor
from services.chassis.settings import Settings
from services.chassis.ui import navigation
from services.chassis.ui.assets import Assets
from services.chassis.ui.i18n import NATIVE_NAMES, Catalogues, Translator, bind, once_stopped

HERE: Final = Path(__file__).parent
NOTE_COOKIE: Final = "talka_note"
THEME_COOKIE: Final = "talka_theme"


class Ui:
    """The templates, words and assets of one application; kept in `app.state.ui`.

    A `service.css` beside the folder of its catalogues is the service's own layer of styles.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        templates: Sequence[Path] = (),
        locales: Path | None = None,
    ) -> None:
        self.settings = settings
        own_layer = locales.parent / "service.css" if locales else None
        self.assets = Assets(settings.service, own_layer)
        self.catalogues = Catalogues([locales] if locales else [])
        self.environment = _environment((*templates, HERE / "templates", PAGES))

    def context(self, request: Request, given: dict[str, Any]) -> dict[str, Any]:
        """Everything that a template of this request sees; a page adds names, and takes none."""
        actor: Actor | None = getattr(request.state, "actor", None)
        context = {
            "request": request,
            "service": self.settings.service,
            "settings": self.settings,
            "asset": self.assets.url,
            "actor": actor,
            "t": _translator(request),
            "languages": {name: NATIVE_NAMES[name] for name in self.catalogues.languages},
            "theme": request.cookies.get(THEME_COOKIE),
            "navigation": self._navigation(request, actor),
            "success": unquote(request.cookies.get(NOTE_COOKIE, "")),
            "csrf_token": getattr(request.state, "csrf", ""),
            "faults": (),
            "nothing_leaves_since": nothing_leaves_since(request),
        }
        if taken := context.keys() & given.keys() - {"faults", "success"}:
            raise TypeError(f"every page has these names already: {', '.join(sorted(taken))}")
        context.update(given)
        context["faults"] = _each_once(given.get("faults", ()))
        context["field_labels"] = {}  # the fields tell theirs, and the summary of faults names them
        macros = self.environment.get_template("macros.html")
        context["ui"] = macros.make_module(context)
        return context

    def _navigation(self, request: Request, actor: Actor | None) -> Sequence[navigation.Entry]:
        if actor is None or not actor.roles:
            return ()
        return navigation.entries(
            self.settings.service, self.settings.services, actor.roles, request.url.path
        )


PAGES: Final = HERE.parent / "pages" / "templates"


def render(
    request: Request,
    template: str,
    *,
    fragment: str | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """Answer with a page, or with its block `fragment` alone when htmx asks for it."""
    ui: Ui = request.app.state.ui
    page = ui.environment.get_template(template)
    known = ui.context(request, context)
    partial = fragment is not None and _wants_fragment(request)
    text = _block(page, fragment, known) if partial and fragment else page.render(known)
    answer = HTMLResponse(text, status)
    if fragment is not None:
        answer.headers["Vary"] = "HX-Request"
    if known["success"] and not partial:
        answer.delete_cookie(NOTE_COOKIE)
    return answer


def block_of(request: Request, template: str, block: str, **context: Any) -> str:
    """The text of one block of a template, for streams."""
    ui: Ui = request.app.state.ui
    return _block(ui.environment.get_template(template), block, ui.context(request, context))


def see_other(address: str, *, note: str | None = None) -> RedirectResponse:
    """Lead on after a write; the next page shows `note`: what was done, and what comes next."""
    answer = RedirectResponse(address, 303)
    if note:
        answer.set_cookie(
            NOTE_COOKIE, quote(once_stopped(note)), max_age=60, httponly=True, samesite="lax"
        )
    return answer


def install(app: FastAPI, ui: Ui) -> None:
    """Make `render` and the assets available to an application."""
    app.state.ui = ui
    app.router.routes.append(ui.assets.route)


def _each_once(faults: Sequence[Fault]) -> list[Fault]:
    """The faults without those that say the same of the same field."""
    return list({(each.pointer, each.text): each for each in faults}.values())


def nothing_leaves_since(request: Request) -> datetime | None:
    """Since when events wait in the history because Kafka is away; None in ordinary life."""
    relay = getattr(request.app.state, "relay", None)
    return relay.failing_since if relay else None


def _translator(request: Request) -> Translator:
    translator: Translator | None = getattr(request.state, "t", None)
    return translator or bind(request, language=None, zone=None)


def _wants_fragment(request: Request) -> bool:
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _block(page: Template, name: str, known: dict[str, Any]) -> str:
    return "".join(page.blocks[name](page.new_context(known)))


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    """The templates of these folders, compiled once in a process."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
    )
    for name in ("gettext", "ngettext"):
        environment.globals[name] = _once_stopped(environment.globals[name])
    environment.globals["here"] = _here
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    return environment


def _once_stopped(say: Any) -> Callable[..., str]:
    @pass_context
    def stopped(context: Context, *texts: Any, **values: Any) -> str:
        return once_stopped(say(context, *texts, **values))

    return stopped


@pass_context
def _gettext(context: Context, text: str) -> str:
    return _of(context).gettext(text)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return _of(context).ngettext(one, many, count)


@pass_context
def _pgettext(context: Context, meaning: str, text: str) -> str:
    return _of(context).pgettext(meaning, text)


@pass_context
def _npgettext(context: Context, meaning: str, one: str, many: str, count: int) -> str:
    return _of(context).npgettext(meaning, one, many, count)


def _of(context: Context) -> Translator:
    translator: Translator = context["t"]
    return translator


@pass_context
def _here(context: Context, **changes: str | int | None) -> str:
    """This page's address with some parameters of its query changed; None removes one."""
    request: Request = context["request"]
    kept = [
        (name, value) for name, value in request.query_params.multi_items() if name not in changes
    ]
    query = urlencode(
        [*kept, *((name, value) for name, value in changes.items() if value is not None)]
    )
    return f"{request.url.path}?{query}" if query else request.url.path
