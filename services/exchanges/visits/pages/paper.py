"""The text of a commitment line by line, for reading it and for comparing two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from contracts.vocabulary import CommitmentPart, Mode, Party, Place, instant_of, text_in
from services.chassis.ui.i18n import Translator
from services.exchanges.visits.pages import words
from services.exchanges.visits.queries import VisitView

ORDER: Final = [party.value for party in Party]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is agreed; `key` finds the same thing in another text."""

    part: CommitmentPart
    key: str
    word: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the text with its digest."""

    word: str
    digest: str
    lines: Sequence[Line]


def parts_of(view: VisitView, t: Translator) -> list[Part]:
    """The text that stands, by part; nothing before it is drafted."""
    if view.commitment is None:
        return []
    lines = lines_of(view.commitment.text, view, t)
    return [
        Part(t.word(words.PARTS[part]), digest, [line for line in lines if line.part is part])
        for part, digest in view.commitment.digests.items()
    ]


def lines_of(text: Mapping[str, Any], view: VisitView, t: Translator) -> list[Line]:
    """Everything that a text says, in its order."""
    span = text["span"]
    days = [date.fromisoformat(span[day]) for day in ("first_day", "last_day")]
    modes = t.list([t.word(words.MODES[Mode(mode)]) for mode in span["modes"]])
    return [
        *(
            Line(CommitmentPart.GOALS, language, t.language_name(language), goals)
            for language, goals in text["goals"].items()
        ),
        *(
            Line(CommitmentPart.PARTIES, party, t.word(words.PARTIES[Party(party)]), value)
            for party, value in _parties(text["parties"], view, t).items()
        ),
        Line(CommitmentPart.SPAN, "days", t.gettext("Days"), t.interval(*days)),
        Line(CommitmentPart.SPAN, "modes", t.gettext("How it is held"), modes),
        *(_session(item, t) for item in text["agenda"]),
    ]


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[str, str, str]]:
    """What differs as triples of word, former and present value."""
    old = {(line.part, line.key): line for line in before}
    new = {(line.part, line.key): line for line in after}
    rows = []
    for place in dict.fromkeys((*old, *new)):
        was, now = old.get(place), new.get(place)
        if was and now and was.value == now.value and was.word == now.word:
            continue
        word = (now or was).word if (now or was) else ""  # type: ignore[union-attr]  # one is there
        rows.append((word, was.value if was else "–", now.value if now else "–"))
    return rows


def _parties(parties: Mapping[str, str], view: VisitView, t: Translator) -> dict[str, str]:
    names = {cluster.cluster_id: cluster.name for cluster in (view.visitor, view.host) if cluster}
    known = {str(cluster_id): name for cluster_id, name in names.items()}
    return {
        party: known.get(value) or (t.country(value) if len(value) == len("UA") else value)
        for party, value in sorted(parties.items(), key=lambda item: ORDER.index(item[0]))
    }


def _session(item: Mapping[str, Any], t: Translator) -> Line:
    zone = item["zone"]
    starts, ends = (instant_of(datetime.fromisoformat(item[at]), zone) for at in ("starts", "ends"))
    place = words.address(Place.model_validate(item["place"])) if item["place"] else ""
    said = [
        t.date(starts, "weekday", zone=zone),
        f"{t.clock(starts, zone=zone)}–{t.time(ends, zone=zone)}",
        t.word(words.MODES[Mode(item["mode"])]),
        place,
    ]
    title = text_in(item["title"], t.language)
    value = " · ".join(part for part in said if part)
    return Line(CommitmentPart.AGENDA, item["session"], title, value)
