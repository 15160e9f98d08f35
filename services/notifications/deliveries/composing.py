"""Writes the mail of a delivery: its letter, its calendar messages, its headers."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from services.chassis import links
from services.chassis.settings import Settings
from services.chassis.ui.i18n import Catalogues, Translator
from services.notifications.calendar import messages as calendar
from services.notifications.channels.mime import CalendarPart, Mail, as_bytes
from services.notifications.copies.queries import Recipient
from services.notifications.deliveries.model import Delivery
from services.notifications.letters.about import (
    About,
    AboutCluster,
    ClusterDesk,
    Desk,
    Doors,
    VisitDesk,
)
from services.notifications.letters.letter import as_html, as_text
from services.notifications.letters.writing import entries, write


@dataclass(frozen=True, slots=True)
class Scribe:
    """What every mail is written with: languages, addresses of pages, the sender."""

    catalogues: Catalogues
    origin: str
    link_key: SecretStr
    sender: str

    @classmethod
    def of(cls, settings: Settings, catalogues: Catalogues) -> "Scribe":
        return cls(catalogues, settings.origin, settings.link_key, settings.mail_from)

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    def language_of(self, recipient: Recipient) -> str:
        """The language the recipient is written to in: the own one, if there is a catalogue."""
        return self.catalogues.translator(recipient.language).language

    @property
    def doors(self) -> Doors:
        return Doors(
            link=lambda link: f"{self.origin}/exchanges/i/{links.token(self.link_key, link)}",
            profile=lambda link: f"{self.origin}/registry/i/{links.token(self.link_key, link)}",
            visit=lambda number: f"{self.origin}/exchanges/visits/{number}",
            code=lambda challenge: links.code(self.link_key, challenge),
        )

    def mail(
        self,
        delivery: Delivery,
        recipient: Recipient,
        about: About | AboutCluster,
        *,
        at: datetime,
    ) -> bytes:
        """The whole mail for one recipient, in one language; `at` is its date."""
        t = self.catalogues.translator(recipient.language, recipient.zone)
        desk = self._desk(t, recipient, about)
        facts = delivery.told
        letter = write(facts, desk)
        organizer = calendar.Party(about.desk, self.sender)
        attendee = calendar.Party(recipient.name, recipient.mail)
        parts = [
            CalendarPart(
                method.value,
                calendar.message(
                    method,
                    entry,
                    organizer=organizer,
                    attendee=attendee,
                    at=facts.at,
                ),
            )
            for method, entry in entries(facts, desk)
        ]
        return as_bytes(
            Mail(
                message_id=message_id(delivery, self.domain),
                sender=(about.desk, self.sender),
                recipient=(recipient.name, recipient.mail),
                subject=letter.subject,
                text=as_text(letter),
                html=as_html(letter, language=t.language),
                language=t.language,
                date=at,
                calendar=parts,
            )
        )

    def _desk(self, t: Translator, recipient: Recipient, about: About | AboutCluster) -> Desk:
        reader = recipient.name, recipient.has_account
        if isinstance(about, AboutCluster):
            return ClusterDesk(t, *reader, self.doors, about)
        return VisitDesk(t, *reader, self.doors, about)


def message_id(delivery: Delivery, domain: str) -> str:
    """The same for every attempt at the same message, so that a repeat is recognised."""
    return f"<{delivery.cause_id}.{delivery.recipient_id}.{delivery.template}@{domain}>"
