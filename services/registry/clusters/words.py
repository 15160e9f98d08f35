"""The words in which pages speak of clusters: states, criteria, fields, and what happened."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from contracts.reference import ecosystems
from contracts.registry import ClusterProfile
from contracts.vocabulary import (
    ClusterState,
    CriterionResult,
    FiguresRule,
    LegalId,
    LegalIdScheme,
    Names,
    Place,
    PlaceKind,
    Recognition,
    SuccessionKind,
    text_in,
)
from services.chassis.ui.i18n import Translator
from services.chassis.words import Word, spoken
from services.registry.clusters import names, regions
from services.registry.clusters.model import Cluster
from services.registry.clusters.names import STATE
from services.registry.story import Told

STATES: Final = {
    ClusterState.DRAFT: (STATE[ClusterState.DRAFT], "draft"),
    ClusterState.SUBMITTED: (STATE[ClusterState.SUBMITTED], "info"),
    ClusterState.IN_REVIEW: (STATE[ClusterState.IN_REVIEW], "half"),
    ClusterState.PUBLISHED: (STATE[ClusterState.PUBLISHED], "ok"),
    ClusterState.UNDER_REVISION: (STATE[ClusterState.UNDER_REVISION], "warn"),
    ClusterState.DORMANT: (STATE[ClusterState.DORMANT], "warn"),
    ClusterState.SUSPENDED: (STATE[ClusterState.SUSPENDED], "paused"),
    ClusterState.REJECTED: (STATE[ClusterState.REJECTED], "off"),
    ClusterState.ARCHIVED: (STATE[ClusterState.ARCHIVED], "done"),
    ClusterState.WITHDRAWN: (STATE[ClusterState.WITHDRAWN], "off"),
}

RETURNED: Final = (names.RETURNED, "warn")

CRITERIA: Final = {
    "V-1": Word("criterion", "Management team of at least half a full-time position"),
    "V-2": Word("criterion", "The web page opens and says in English what the cluster does"),
    "V-3": Word("criterion", "At least 15 members"),
    "V-4": Word("criterion", "Members of at least two kinds"),
    "V-5": Word("criterion", "Name, seat and sector agree with the web page"),
    "V-6": Word("criterion", "All fields that the country requires are filled"),
    "V-7": Word("criterion", "At least two administrators answer for the profile"),
    "V-8": Word("criterion", "The legal id has a right check digit and is nobody else's"),
}

RESULTS: Final = {
    CriterionResult.PASS: (Word("criterion result", "Passes"), "ok"),
    CriterionResult.WAIVED: (Word("criterion result", "Waived"), "info"),
    CriterionResult.FAIL: (Word("criterion result", "Fails"), "off"),
}

FIELDS: Final = names.FIELD

PLACE_KINDS: Final = spoken(
    {
        PlaceKind.SEAT: Word("place", "Seat"),
        PlaceKind.OPERATING: Word("place", "Operating place"),
    }
)

LABELS: Final = names.LABEL

SUCCESSIONS: Final = spoken(
    {
        SuccessionKind.MERGE: Word("succession", "Merged with others"),
        SuccessionKind.SPLIT: Word("succession", "Split up"),
        SuccessionKind.SUCCESSION: Word("succession", "Carried on by another"),
    }
)

FIGURES_RULES: Final = spoken(
    {
        FiguresRule.SUM: Word("figures rule", "To all successors"),
        FiguresRule.MAIN_SUCCESSOR: Word("figures rule", "To the first successor"),
        FiguresRule.STOP: Word("figures rule", "They stop"),
    }
)

HAPPENED: Final = {
    "talka.registry.cluster.drafted.v1": Word("happened", "Profile drafted"),
    "talka.registry.cluster.submitted.v1": Word("happened", "Submitted for review"),
    "talka.registry.cluster.review_started.v1": Word("happened", "Review started"),
    "talka.registry.cluster.returned.v1": Word("happened", "Returned to be mended: {reasons}"),
    "talka.registry.cluster.rejected.v1": Word("happened", "Rejected: {reasons}"),
    "talka.registry.cluster.withdrawn.v1": Word("happened", "Draft withdrawn"),
    "talka.registry.cluster.reopened.v1": Word("happened", "Opened again as a draft"),
    "talka.registry.cluster.published.v1": Word("happened", "Published"),
    "talka.registry.cluster.revised.v1": Word("happened", "Version {version} published: {changed}"),
    "talka.registry.cluster.revision_started.v1": Word("happened", "New version waits: {fields}"),
    "talka.registry.cluster.revision_returned.v1": Word(
        "happened", "New version returned to be mended: {reasons}"
    ),
    "talka.registry.cluster.revision_dropped.v1": Word(
        "happened", "New version taken back: {reason}"
    ),
    "talka.registry.cluster.confirmed.v1": Word("happened", "Confirmed as right"),
    "talka.registry.cluster.went_dormant.v1": Word("happened", "Left the catalogue: not confirmed"),
    "talka.registry.cluster.suspended.v1": Word("happened", "Suspended: {reason}"),
    "talka.registry.cluster.reinstated.v1": Word("happened", "Back in the catalogue"),
    "talka.registry.cluster.relocated.v1": Word("happened", "Moved: {place}, from {from_day}"),
    "talka.registry.cluster.succeeded.v1": Word("happened", "Carried on by others"),
    "talka.registry.cluster.administrators_named.v1": Word("happened", "Administrators named"),
    "talka.registry.cluster.waiver_granted.v1": Word(
        "happened", "{criterion} waived until {until_day}: {programme}, {document}"
    ),
    "talka.registry.cluster.waiver_lapsed.v1": Word("happened", "Waiver of {criterion} has lapsed"),
    "talka.registry.cluster.archived.v1": Word("happened", "Archived: {reason}"),
}

SOMEBODY: Final = Word("who", "Back office of {association}")
TALKA: Final = Word("who", "Talka")
ASKED: Final = Word("who", "Somebody with the link of a mail")


def state(cluster: Cluster, *, inside: bool) -> tuple[Word, str]:
    """The state of a cluster; that its new version was returned is told to its own people."""
    return RETURNED if inside and cluster.is_returned else STATES[cluster.state]


def happened(told: Told, t: Translator) -> str:
    """One fact of the history in a sentence."""
    values = dict(told.data)
    for of_fields in ("changed", "fields"):
        if of_fields in values:
            values[of_fields] = t.list([t.word(FIELDS[field]) for field in values[of_fields]])
    if "reasons" in values:
        named = [reason["criterion"] for reason in values["reasons"]]
        values["reasons"] = t.list([*named, *filter(None, [values["note"]])])
    for day in ("until_day", "from_day"):
        if day in values:
            values[day] = t.date(date.fromisoformat(values[day]))
    if "place" in values:
        values["place"] = values["place"]["settlement"]
    return t.word(HAPPENED[told.type]).format_map(values)


def who(told: Told, t: Translator) -> str:
    """Who did it: by name to those who may know it, else the association."""
    if told.name is not None:
        return told.name
    if (told.actor or "").startswith("system:"):
        return t.word(TALKA)
    if (told.actor or "").startswith("link:"):
        return t.word(ASKED)
    return t.word(SOMEBODY).format(association=told.association)


def country(code: str, t: Translator) -> str:
    return str(t.locale.territories.get(code, code))


def language(code: str, t: Translator) -> str:
    return str(t.locale.languages.get(code, code))


def ecosystem(slug: str, t: Translator) -> str:
    known = ecosystems().get(slug)
    return known.names[t.language] if known else slug


def register(scheme: str) -> str:
    """What people call a number of this kind."""
    return LegalIdScheme(scheme).label


def place(place: Place, t: Translator) -> str:
    """A place as people say it, with its region."""
    region = regions.name_of(regions.key_of(place.region), t.language)
    return ", ".join(filter(None, (place.settlement, place.street, region)))


def facts(profile: ClusterProfile, t: Translator) -> list[tuple[str, str]]:
    """The filled fields of a profile as pairs of word and value, in their order."""
    pairs: list[tuple[str, str]] = []
    for field, word in FIELDS.items():
        if field == "services" and profile.machine_translated:
            pairs += _translated(profile, t)
        elif field != "machine_translated":
            pairs.append((t.word(word), said(field, getattr(profile, field), t)))
    return [(word, value) for word, value in pairs if value]


def _translated(profile: ClusterProfile, t: Translator) -> list[tuple[str, str]]:
    """The services by language; sources come before what a machine made of them (D-10)."""
    marked = profile.machine_translated
    texts = sorted((profile.services or {}).items(), key=lambda text: text[0] in marked)
    kind = t.word(FIELDS["services"])
    machine = f" · {t.word(FIELDS['machine_translated'])}"
    return [
        (f"{kind} · {language(code, t)}{machine if code in marked else ''}", text)
        for code, text in texts
    ]


def said(field: str, value: Any, t: Translator) -> str:
    """A field's value for people; empty when there is nothing to say."""
    if not value:
        return ""
    if field in CODES:
        codes = value if isinstance(value, tuple) else (value,)
        return t.list([CODES[field](code, t) for code in codes])
    return next((tell(value, t) for kind, tell in KINDS if isinstance(value, kind)), str(value))


# fields that hold codes, and how one code is told
CODES: Final[dict[str, Callable[[Any, Translator], str]]] = {
    "languages": language,
    "machine_translated": language,
    "ecosystem": ecosystem,
    "further_ecosystems": ecosystem,
    "partner_regions": lambda region, _: str(region.code),
}

KINDS: Final[tuple[tuple[type, Callable[[Any, Translator], str]], ...]] = (
    (bool, lambda _, t: t.pgettext("field", "yes")),
    (float, lambda value, t: t.number(value)),
    (date, lambda value, t: t.date(value)),
    (tuple, lambda value, t: t.list([str(each) for each in value])),
    (dict, lambda value, t: text_in(value, t.language)),
    (LegalId, lambda value, _: f"{value.scheme.label} {value.value}"),
    (Names, lambda value, _: " / ".join(dict.fromkeys((value.original, value.en)))),
    (Place, place),
    (Recognition, lambda value, _: f"{value.programme}, {value.document}"),
)
