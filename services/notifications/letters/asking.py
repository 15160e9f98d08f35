"""Letters that ask for something: an answer, a signature, a code typed in."""

from collections.abc import Sequence

from services.notifications.letters.about import VisitDesk
from services.notifications.letters.facts import (
    Invitation,
    Move,
    SignatureCode,
    SignatureRequest,
    Signing,
)
from services.notifications.letters.letter import Button, Code, Items, Letter, Paragraph
from services.notifications.letters.times import days_of, moment
from services.notifications.letters.words import PARTIES


def invitation(facts: Invitation, desk: VisitDesk) -> Letter:
    """Asks whether the reader will travel, with the whole programme and the deadline."""
    t, about = desk.t, desk.about
    days = days_of(session.starts for session in facts.sessions)
    sessions = t.ngettext(
        "The programme has %(n)d session.", "The programme has %(n)d sessions.", len(facts.sessions)
    ) % {"n": len(facts.sessions)}
    length = t.ngettext("It takes %(n)d day.", "It takes %(n)d days.", len(days)) % {"n": len(days)}
    deadline = moment(t, facts.reply_by_at, about.host_zone)
    return Letter(
        t.gettext("Invitation to a visit: %(title)s (%(number)s)")
        % {"title": about.title, "number": about.number},
        (
            Paragraph(desk.greeting()),
            Paragraph(t.gettext("You are invited to take part in an exchange visit.")),
            desk.visit_facts((t.gettext("Please answer by"), deadline)),
            Button(t.gettext("Answer the invitation"), desk.doors.link(facts.link_id)),
            Paragraph(f"{sessions} {length}"),
            Items(t.gettext("Programme"), [desk.session(session) for session in facts.sessions]),
            Paragraph(
                t.gettext("The sessions are attached as calendar entries.")
                + " "
                + t.gettext("The link is for you alone; please do not pass it on.")
            ),
        ),
        desk.footer(),
    )


def signature_request(facts: SignatureRequest, desk: VisitDesk) -> Letter:
    """Asks for a signature on the commitment of a visit."""
    if facts.moved:
        return new_dates(facts.moved, facts.signing, desk)
    t, about = desk.t, desk.about
    return Letter(
        t.gettext("Please sign: commitment of visit %(number)s") % {"number": about.number},
        (
            Paragraph(desk.greeting()),
            Paragraph(t.gettext("The commitment of this visit waits for your signature.")),
            desk.visit_facts((t.gettext("You sign as"), t.word(PARTIES[facts.party]))),
            Button(t.gettext("Read and sign"), desk.doors.link(facts.link_id)),
            Paragraph(
                t.gettext("Before you sign we will send a one-time code to this address.")
                + " "
                + t.gettext("The link is for you alone; please do not pass it on.")
            ),
        ),
        desk.footer(),
    )


def new_dates(moved: Sequence[Move], signing: Signing, desk: VisitDesk) -> Letter:
    """Asks for a signature on what moved, with former and new times side by side."""
    t, about = desk.t, desk.about
    return Letter(
        t.gettext("Please sign the new dates: %(title)s (%(number)s)")
        % {"title": about.title, "number": about.number},
        (
            Paragraph(desk.greeting()),
            Paragraph(
                t.gettext("The programme of your visit has changed.")
                + " "
                + t.gettext("The new dates wait for your signature.")
            ),
            desk.visit_facts((t.gettext("You sign as"), t.word(PARTIES[signing.party]))),
            Items(t.gettext("Moved"), [desk.move(move) for move in moved]),
            Button(t.gettext("Read and sign"), desk.doors.link(signing.link_id)),
            Paragraph(
                t.gettext("Before you sign we will send a one-time code to this address.")
                + " "
                + t.gettext("The link is for you alone; please do not pass it on.")
            ),
            Paragraph(
                t.gettext("The attached calendar entries take the place of the earlier ones.")
            ),
        ),
        desk.footer(),
    )


def signature_code(facts: SignatureCode, desk: VisitDesk) -> Letter:
    """Brings the one-time code; the subject does not show it, others may see subjects."""
    t, about = desk.t, desk.about
    until = t.time(facts.expires_at)
    return Letter(
        t.gettext("Your one-time code for visit %(number)s") % {"number": about.number},
        (
            Paragraph(desk.greeting()),
            Paragraph(t.gettext("This is your one-time code for signing:")),
            Code(desk.doors.code(facts.challenge_id)),
            Paragraph(t.gettext("It is valid until %(time)s.") % {"time": until}),
            Paragraph(t.gettext("If you did not ask for a code, you need not do anything.")),
        ),
        desk.footer(),
    )
