"""The letter that asks whether dormant profiles are still right (R-11)."""

from collections.abc import Sequence

from services.notifications.letters.about import ClusterDesk
from services.notifications.letters.facts import AskedProfile, DormantProfile
from services.notifications.letters.letter import Block, Button, Facts, Letter, Paragraph


def dormant_profile(facts: DormantProfile, desk: ClusterDesk) -> Letter:
    """Asks for one click; says what the silence has led to."""
    if facts.also:
        return _several([facts.asked, *facts.also], desk)
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


def _several(profiles: Sequence[AskedProfile], desk: ClusterDesk) -> Letter:
    """Asks for one click for each profile."""
    t, count = desk.t, len(profiles)
    subject = t.ngettext("Is %(n)d profile still right?", "Are %(n)d profiles still right?", count)
    return Letter(
        subject % {"n": count},
        (
            Paragraph(desk.greeting()),
            Paragraph(
                t.gettext("Nobody has confirmed these profiles for twelve months.")
                + " "
                + t.gettext("So they have left the catalogue, and nobody finds the clusters there.")
            ),
            *(block for profile in profiles for block in _profile(profile, desk)),
            Paragraph(
                t.gettext("One click brings a profile back for twelve months; you need no account.")
                + " "
                + t.gettext("The links are for you alone; please do not pass them on.")
            ),
        ),
        desk.footer(),
    )


def _profile(profile: AskedProfile, desk: ClusterDesk) -> tuple[Block, Block]:
    t = desk.t
    rows = (
        (t.gettext("Cluster"), desk.about.others.get(profile.cluster_id, desk.about.name)),
        (t.gettext("Last confirmed"), t.date(profile.last_confirmed_on)),
        (t.gettext("The link works until"), t.date(profile.answer_by_at)),
    )
    address = f"{desk.doors.profile(profile.link_id)}?lang={t.language}"
    return Facts(rows), Button(t.gettext("Look at it and confirm it"), address)
