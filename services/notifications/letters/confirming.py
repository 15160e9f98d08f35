"""The letter that asks whether a dormant profile is still right (R-11)."""

from services.notifications.letters.about import ClusterDesk
from services.notifications.letters.facts import DormantProfile
from services.notifications.letters.letter import Button, Facts, Letter, Paragraph


def dormant_profile(facts: DormantProfile, desk: ClusterDesk) -> Letter:
    """Asks for one click; says what the silence has led to."""
    t, name = desk.t, desk.about.name
    return Letter(
        t.gettext("Is this profile still right? %(cluster)s") % {"cluster": name},
        (
            Paragraph(desk.greeting()),
            Paragraph(
                t.gettext("Nobody has confirmed this profile for twelve months.")
                + " "
                + t.gettext("So it has left the catalogue, and nobody finds the cluster there.")
            ),
            Facts(
                (
                    (t.gettext("Cluster"), name),
                    (t.gettext("Last confirmed"), t.date(facts.last_confirmed_on)),
                    (t.gettext("The link works until"), t.date(facts.answer_by_at)),
                )
            ),
            Button(
                t.gettext("Look at it and confirm it"),
                f"{desk.doors.profile(facts.link_id)}?lang={t.language}",
            ),
            Paragraph(
                t.gettext("One click brings it back for twelve months; you need no account.")
                + " "
                + t.gettext("The link is for you alone; please do not pass it on.")
            ),
        ),
        desk.footer(),
    )
