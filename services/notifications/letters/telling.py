"""Letters that tell of a change: moved, withdrawn, cancelled, agreed."""

from contracts.vocabulary import ReasonClass
from services.notifications.letters.about import VisitDesk
from services.notifications.letters.asking import new_dates
from services.notifications.letters.facts import (
    DelegateWithdrawal,
    ProgrammeChange,
    VisitAgreed,
    VisitCancellation,
)
from services.notifications.letters.letter import Block, Button, Items, Letter, Paragraph
from services.notifications.letters.times import days_of
from services.notifications.letters.words import REASONS


def programme_change(facts: ProgrammeChange, desk: VisitDesk) -> Letter:
    """Shows what moved, came and went, with former and new times side by side."""
    if facts.signing is not None:
        return new_dates(facts.moved, facts.signing, desk)
    t, about = desk.t, desk.about
    count = len(facts.calendar_sessions)
    changed = t.ngettext("%(n)d session has changed.", "%(n)d sessions have changed.", count)
    lists = (
        (t.gettext("Moved"), [desk.move(move) for move in facts.moved]),
        (t.gettext("New"), [desk.session(session) for session in facts.added]),
        (t.gettext("Does not take place"), [desk.session(session) for session in facts.dropped]),
    )
    return Letter(
        t.gettext("Changed programme: %(title)s (%(number)s)")
        % {"title": about.title, "number": about.number},
        (
            Paragraph(desk.greeting()),
            Paragraph(
                t.gettext("The programme of your visit has changed.") + " " + changed % {"n": count}
            ),
            desk.visit_facts(),
            *(Items(heading, items) for heading, items in lists if items),
            Paragraph(
                t.gettext("The attached calendar entries take the place of the earlier ones.")
            ),
        ),
        desk.footer(),
    )


def delegate_withdrawal(facts: DelegateWithdrawal, desk: VisitDesk) -> Letter:
    """Tells one person that the place in the visit is given up; nobody else gets it."""
    t, about = desk.t, desk.about
    # "another reason" is none that a reader learns from
    why = None if facts.reason is ReasonClass.OTHER else facts.reason
    reason = [(t.gettext("Reason"), t.word(REASONS[why]))] if why is not None else []
    return Letter(
        t.gettext("You no longer take part: visit %(number)s") % {"number": about.number},
        (
            Paragraph(desk.greeting()),
            Paragraph(t.gettext("You are no longer on the list of delegates of this visit.")),
            desk.visit_facts(*reason),
            Paragraph(t.gettext("The attached messages take the sessions out of your calendar.")),
            Paragraph(t.gettext("If this is a mistake, please write to the association below.")),
        ),
        desk.footer(),
    )


def visit_cancellation(facts: VisitCancellation, desk: VisitDesk) -> Letter:
    """Tells everybody concerned that the visit will not take place, and why."""
    t, about = desk.t, desk.about
    blocks: list[Block] = [
        Paragraph(desk.greeting()),
        Paragraph(t.gettext("This visit will not take place.")),
        desk.visit_facts((t.gettext("Reason"), t.word(REASONS[facts.reason]))),
    ]
    if facts.note is not None:
        blocks.append(Paragraph(t.gettext("The coordinator writes:") + "\n" + facts.note))
    if facts.sessions:
        blocks.append(
            Paragraph(t.gettext("The attached messages take the sessions out of your calendar."))
        )
    return Letter(
        t.gettext("Cancelled: %(title)s (%(number)s)")
        % {"title": about.title, "number": about.number},
        tuple(blocks),
        desk.footer(),
    )


def visit_agreed(facts: VisitAgreed, desk: VisitDesk) -> Letter:
    """Tells both sides that the fourth signature is there."""
    t, about = desk.t, desk.about
    days = days_of(session.starts for session in facts.sessions)
    dates = t.interval(days[0], days[-1]) if days else "–"
    blocks: list[Block] = [
        Paragraph(desk.greeting()),
        Paragraph(t.gettext("All four parties have signed: the visit is agreed.")),
        desk.visit_facts((t.gettext("Dates"), dates)),
        Items(t.gettext("Programme"), [desk.session(session) for session in facts.sessions]),
    ]
    if facts.entries:
        blocks.append(Paragraph(t.gettext("The sessions are attached as calendar entries.")))
    if desk.has_account:
        blocks.append(Button(t.gettext("Open the visit"), desk.doors.visit(about.number)))
    return Letter(
        t.gettext("Agreed: %(title)s (%(number)s)")
        % {"title": about.title, "number": about.number},
        tuple(blocks),
        desk.footer(),
    )
