"""Somebody who came through a link of a mail: no account, no script, one thing to answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import Response

from contracts import exchanges as facts
from contracts.event import Event
from contracts.vocabulary import ParticipantRole, text_in
from services.chassis import clock, tenancy
from services.chassis.faults import mark
from services.chassis.http import ThroughLink
from services.chassis.identity import Actor
from services.chassis.links import SECRET, Link, LinkEnded, LinkUnknown
from services.chassis.ui.i18n import Translator, Word, bind
from services.chassis.ui.render import render
from services.exchanges.participants.commands import let_in
from services.exchanges.participants.model import Participant
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.programme import cities_of, days_of, own_time, span_of
from services.exchanges.visits.queries import Told, VisitView, told_of, view_of

ROLES: Final = frozenset(role.value for role in ParticipantRole)
ENDED: Final = Word("link", "This link is not valid any more")


@dataclass(frozen=True, slots=True)
class Guest:
    """Who came, through which link, to which visit, and by whose invitation."""

    request: Request
    through: ThroughLink
    participant: Participant
    actor: Actor
    view: VisitView
    invited_by: Told

    @property
    def t(self) -> Translator:
        """The person's own language, as the coordinator recorded it."""
        translator: Translator = self.request.state.t
        return translator

    @property
    def link(self) -> Link:
        """The link in hand."""
        return self.through.link

    @property
    def address(self) -> str:
        """The page of the link."""
        return f"/exchanges/i/{self.request.path_params['token']}"

    @property
    def refusal(self) -> LinkEnded | None:
        """Why the link does not hold any more; None while it does."""
        try:
            self.link.must_be_open(at=clock.now())
        except LinkEnded as refusal:
            return refusal
        return None

    async def page(self, template: str, *, status: int = 200, **more: Any) -> Response:
        """A page for the guest: the visit in his or her words and times."""
        visit, t = self.view.visit, self.t
        answer = render(
            self.request,
            f"visits/{template}.html",
            status=status,
            guest=self,
            view=self.view,
            visit=visit,
            title=text_in(visit.title, t.language),
            span=span_of(visit.programme, t),
            cities=cities_of(visit.programme),
            days=days_of(visit.programme, t),
            words=words,
            write_to=self.invited_by.name or t.gettext("the association that invited you"),
            write_to_mail=self.invited_by.mail,
            **more,
        )
        answer.headers.update(SECRET)
        return answer

    async def said(
        self, title: Word, text: str = "", *, status: int = 200, **more: Any
    ) -> Response:
        """A page that tells how things stand, and whom to write to."""
        heading = self.t.word(title)
        return await self.page("link_said", status=status, heading=heading, text=text, **more)

    async def ended(self, refusal: LinkEnded) -> Response:
        """A page that says that the link was withdrawn, or that its time is over."""
        return await self.said(ENDED, refusal.said(self.t.gettext), status=refusal.status)

    def when(self, at: datetime) -> str:
        """Day and time of day by the clocks of the host, for sentences that name the city."""
        zone = self.view.visit.host_zone
        return f"{self.t.date(at, 'weekday', zone=zone)}, {self.t.clock(at, zone=zone)}"

    def own(self, at: datetime) -> str:
        """The same by the clocks of the reader, with the zone; empty when clocks show the same."""
        return own_time(at, self.view.visit.host_zone, self.t)


async def _guest(request: Request, through: ThroughLink) -> Guest:
    if through.link.kind not in ROLES:
        raise LinkUnknown(mark("this address is for something else; copy it from the mail again"))
    participant, actor = await let_in(through.session, through.link)
    bind(request, language=actor.language, zone=actor.zone)
    view = await view_of(through.session, actor, str(participant.visit_id))
    invited_by = await _who_invited(through, view, participant)
    await tenancy.enter(through.session, actor)
    return Guest(request, through, participant, actor, view, invited_by)


async def _who_invited(through: ThroughLink, view: VisitView, participant: Participant) -> Told:
    """Who invited the person, or planned the visit; only the inviting side knows its people."""

    def is_about_me(event: Event) -> bool:
        if isinstance(event, facts.DelegateInvited):
            return event.participant_id == participant.id
        return isinstance(event, facts.VisitOpened)

    inviting = through.link.actor
    await tenancy.enter(through.session, inviting)
    told = await told_of(through.session, inviting, view)
    return next(each for each in told if is_about_me(each.event))


Invited = Annotated[Guest, Depends(_guest)]
