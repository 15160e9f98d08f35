"""The facets of a search as fields of a form: each choice with its word and its count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.vocabulary import ClusterState, LabelLevel
from services.chassis.ui.i18n import Translator
from services.registry.clusters import regions, words
from services.registry.clusters.facets import Counts, Facets
from services.registry.clusters.searching import RETURNED, Basis, Wanted

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields offer; what is chosen stays on offer even when nothing fits."""

    countries: Options
    regions: list[tuple[str, Options]]
    bases: Options
    ecosystems: Options
    technologies: Options
    labels: Options
    centres: Options
    states: Options


def choices_of(facets: Facets, wanted: Wanted, t: Translator) -> Choices:
    """All choices in the reader's words, sorted by them."""

    def offered(
        counts: Counts, chosen: object, say: Callable[[str], str] = str, *, ordered: bool = False
    ) -> Options:
        known = {str(chosen): 0, **counts} if chosen else dict(counts)
        said = [(key, f"{say(key)} ({t.number(number)})") for key, number in known.items()]
        return said if ordered else sorted(said, key=lambda pair: pair[1])

    def state(key: str) -> str:
        if key == RETURNED:
            return t.word(words.RETURNED[0])
        return t.word(words.STATES[ClusterState(key)][0]) if key in set(ClusterState) else key

    return Choices(
        countries=offered(facets.countries, wanted.country, lambda key: words.country(key, t)),
        regions=_by_country(facets.regions, wanted, t),
        bases=[
            (Basis.SEAT.value, t.pgettext("place", "Seat")),
            (Basis.OPERATING.value, t.pgettext("place", "Operating place")),
        ],
        ecosystems=offered(
            facets.ecosystems, wanted.ecosystem, lambda key: words.ecosystem(key, t)
        ),
        technologies=offered(facets.technologies, wanted.technology, ordered=True),
        labels=offered(
            {level.value: facets.labels.get(level.value, 0) for level in LabelLevel},
            wanted.label,
            lambda key: t.word(words.LABELS[LabelLevel(key)]),
            ordered=True,
        ),
        centres=offered(facets.centres, wanted.centre),
        states=offered(facets.states, wanted.state, state),
    )


def _by_country(
    counts: Mapping[str, int], wanted: Wanted, t: Translator
) -> list[tuple[str, Options]]:
    known = {wanted.region: 0, **counts} if wanted.region else dict(counts)
    groups: dict[str, Options] = {}
    for key, number in known.items():
        inner = "\u2003" if len(regions.within(key)) > 1 else ""
        word = f"{inner}{regions.name_of(key, t.language)} ({t.number(number)})"
        groups.setdefault(words.country(regions.country_of(key), t), []).append((key, word))
    return sorted(groups.items())
