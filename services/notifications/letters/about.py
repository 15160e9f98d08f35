"""What a letter may say beside its facts: names, the reader, addresses to go to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from contracts.vocabulary import text_in
from services.chassis.ui.i18n import Translator
from services.notifications.letters.facts import Move, SessionFacts
from services.notifications.letters.letter import Facts, Item
from services.notifications.letters.times import span
from services.notifications.letters.words import MODES, SESSION_KINDS


@dataclass(frozen=True, slots=True)
class About:
    """The visit, in the reader's language; `desk` is the association that writes to the reader."""

    number: str
    title: str
    visitor: str
    host: str
    host_zone: str
    desk: str


@dataclass(frozen=True, slots=True)
class AboutCluster:
    """The cluster, in the reader's language; `desk` is its association, which writes.

    `others` are the names of further clusters that the letter is about, by id.
    """

    name: str
    desk: str
    others: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doors:
    """Where a letter leads: pages behind a secret link, the visit's page, a one-time code."""

    link: Callable[[UUID], str]
    profile: Callable[[UUID], str]
    visit: Callable[[str], str]
    code: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer of letters has in hand: the reader, in which language, and where to lead to.

    `has_account` says whether the reader can sign in, or has only links.
    """

    t: Translator
    reader: str
    has_account: bool
    doors: Doors

    def greeting(self) -> str:
        return self.t.gettext("Hello %(name)s,") % {"name": self.reader}


@dataclass(frozen=True, slots=True)
class ClusterDesk(Desk):
    """For letters about a cluster."""

    about: AboutCluster

    def footer(self) -> str:
        told = self.t.gettext("Talka writes to you for: %(association)s.")
        why = self.t.gettext("You get this message because you answer for %(cluster)s.")
        if self.about.others:
            why = self.t.gettext("You get this message because you answer for these clusters.")
        return "\n".join(
            (told % {"association": self.about.desk}, why % {"cluster": self.about.name})
        )


@dataclass(frozen=True, slots=True)
class VisitDesk(Desk):
    """For letters about a visit."""

    about: About

    def footer(self) -> str:
        told = self.t.gettext("Talka writes to you for: %(association)s.")
        why = self.t.gettext("You get this message because you are part of visit %(number)s.")
        return "\n".join(
            (told % {"association": self.about.desk}, why % {"number": self.about.number})
        )

    def visit_facts(self, *further: tuple[str, str]) -> Facts:
        """The lines by which every letter says which visit it means."""
        return Facts(
            (
                (self.t.gettext("Visit"), f"{self.about.title} ({self.about.number})"),
                (self.t.gettext("Guests"), self.about.visitor),
                (self.t.gettext("Host"), self.about.host),
                *further,
            )
        )

    def session(self, session: SessionFacts) -> Item:
        """One session: its title and kind, when, and where."""
        when = span(self.t, session.starts, session.ends)
        return Item(self.title(session), (when, self.where(session)))

    def move(self, move: Move) -> Item:
        """One session that moved: when it was to be, when it is now, and where."""
        before = span(self.t, move.former_starts, move.former_ends)
        now = span(self.t, move.session.starts, move.session.ends)
        return Item(
            self.title(move.session),
            (
                self.t.gettext("Before: %(time)s") % {"time": before},
                self.t.gettext("Now: %(time)s") % {"time": now},
                self.where(move.session),
            ),
        )

    def title(self, session: SessionFacts) -> str:
        kind = self.t.word(SESSION_KINDS[session.kind])
        title = text_in(session.title, self.t.language)
        return title if title == kind else f"{title} ({kind})"

    def where(self, session: SessionFacts) -> str:
        """The mode, and the place of a session that has one."""
        mode = self.t.word(MODES[session.mode])
        place = session.place
        if place is None:
            return mode
        parts = (place.name, place.street, place.settlement)
        return f"{mode}: {', '.join(part for part in parts if part)}"
