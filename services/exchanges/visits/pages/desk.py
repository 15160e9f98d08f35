"""What every page about one visit begins with: who asks, for which visit, in which words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import SecretStr
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import DomainError, Fault, Invalid
from services.chassis.http import PageActor, Transaction
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.exchanges.visits.access import COORDINATOR, must_coordinate, sides_of
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.programme import span_of
from services.exchanges.visits.queries import VisitView, view_of


@dataclass(frozen=True, slots=True)
class Desk:
    """A page about one visit, as a route is asked for it."""

    request: Request
    key: str
    session: Transaction
    actor: PageActor

    @property
    def t(self) -> Translator:
        """The reader's language."""
        translator: Translator = self.request.state.t
        return translator

    @property
    def link_key(self) -> SecretStr:
        """With which the tokens of links are worked out."""
        key: SecretStr = self.request.app.state.settings.link_key
        return key

    @property
    def address(self) -> str:
        """The page of the visit."""
        return f"/exchanges/visits/{self.key}"

    async def view(self) -> VisitView:
        """The visit, for whoever may know of it."""
        return await view_of(self.session, self.actor, self.key)

    async def view_to_change(self) -> VisitView:
        """The visit, for a coordinator of one of its sides."""
        view = await self.view()
        must_coordinate(self.actor, sides_of(view.visit))
        return view

    async def attempt(self, command: Callable[..., Awaitable[Any]], **given: Any) -> Any:
        """Do it whole, or leave no trace of it: the page is shown again in the same transaction."""
        async with self.session.begin_nested():
            done = await command(self.session, self.actor, key=self.key, at=clock.now(), **given)
            await self.session.flush()
        return done

    def page(
        self, template: str, view: VisitView, *, refusal: DomainError | None = None, **more: Any
    ) -> Response:
        """A page about the visit; after a refusal with what is wrong, and the words typed."""
        t = self.t
        return render(
            self.request,
            f"visits/{template}.html",
            status=refusal.status if refusal else 200,
            view=view,
            visit=view.visit,
            span=span_of(view.visit.programme, t),
            words=words,
            coordinates=coordinates(self, view),
            **{"faults": faults_of(refusal, t) if refusal else (), **more},
        )

    def done(self, note: str, *, onward: str = "", **values: object) -> Response:
        """Lead on to the visit, which says what was done."""
        text = self.t.gettext(note)
        return see_other(self.address + onward, note=text.format_map(values) if values else text)


Asked = Annotated[Desk, Depends()]


def coordinates(desk: Desk, view: VisitView) -> bool:
    """Whether this person decides for one of the two sides."""
    return desk.actor.is_(COORDINATOR) and desk.actor.association in sides_of(view.visit)


def faults_of(refusal: DomainError, t: Translator, *, fields: Sequence[str] = ()) -> list[Fault]:
    """What is wrong in the reader's language, each fault at the nearest of `fields`."""
    faults = refusal.faults if isinstance(refusal, Invalid) else []
    if not faults:
        return [Fault("", refusal.code, refusal.said(t.gettext))]
    return [
        Fault(nearest(each.pointer, fields), each.code, each.on_a_page().said(t.gettext))
        for each in faults
    ]


def nearest(pointer: str, fields: Sequence[str]) -> str:
    """The field that holds what `pointer` names; the pointer itself where there is none."""
    known = pointer
    while known and known[1:] not in fields:
        known = known.rpartition("/")[0]
    return known or pointer
