"""The people of the demo, who are invented, and the six associations, which are real."""

from dataclasses import dataclass
from typing import Final

from contracts.vocabulary import SUPPORT_OFFICE, Mark, Role


@dataclass(frozen=True, slots=True)
class DemoAssociation:
    """What the reference data do not say of an association."""

    country: str
    short_name: str
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to act as; the login is the person's name in the sign-in provider."""

    association: str
    original: str
    latin: str
    login: str
    roles: frozenset[Role]
    language: str
    zone: str
    marks: frozenset[Mark] = frozenset()

    @property
    def mail(self) -> str:
        return f"{self.login}@{self.association.lower()}.example"


ASSOCIATIONS: Final = (
    DemoAssociation("CZ", "NCA", "cs", "Europe/Prague"),
    DemoAssociation("LT", "KlasterLT", "lt", "Europe/Vilnius"),
    DemoAssociation("SK", "UKS", "sk", "Europe/Bratislava"),
    DemoAssociation("PL", "Klastry Polskie", "pl", "Europe/Warsaw"),
    DemoAssociation("RO", "CLUSTERO", "ro", "Europe/Bucharest"),
    DemoAssociation("UA", "UCA", "uk", "Europe/Kyiv"),
)

HOME: Final = "UA"  # whose centres they are, and whose clusters show each state

_ADMIN, _DESK, _TRIPS = Role.CLUSTER_ADMIN, Role.BACK_OFFICE, Role.COORDINATOR
_VETTED: Final = frozenset({Mark.DUAL_USE_VETTED})
_HOMES: Final = {each.country: (each.language, each.zone) for each in ASSOCIATIONS} | {
    SUPPORT_OFFICE: ("en", "Europe/Brussels")
}


def _person(
    association: str,
    original: str,
    login: str,
    *roles: Role,
    latin: str = "",
    marks: frozenset[Mark] = frozenset(),
) -> DemoPerson:
    language, zone = _HOMES[association]
    return DemoPerson(
        association, original, latin or original, login, frozenset(roles), language, zone, marks
    )


# Of each back office the first declares (the key is theirs), the last reviews: four eyes. Reviewers
# are vetted, because some of what they review is dual use.
PEOPLE: Final = (
    _person("CZ", "Ivana Horáková", "ivana.horakova", _TRIPS),
    _person("CZ", "Petr Dvořák", "petr.dvorak", _DESK),
    _person("CZ", "Alena Kučerová", "alena.kucerova", _DESK, marks=_VETTED),
    _person("LT", "Rūta Kazlauskaitė", "ruta.kazlauskaite", _TRIPS, _DESK),
    _person("LT", "Tomas Petrauskas", "tomas.petrauskas", _DESK, marks=_VETTED),
    _person("PL", "Agnieszka Wójcik", "agnieszka.wojcik", _TRIPS, _DESK),
    _person("PL", "Marek Zieliński", "marek.zielinski", _DESK, marks=_VETTED),
    _person("PL", "Ewa Lis", "ewa.lis", _ADMIN),
    _person("RO", "Ioana Munteanu", "ioana.munteanu", _TRIPS, _DESK),
    _person("RO", "Andrei Șerban", "andrei.serban", _DESK, marks=_VETTED),
    _person("SK", "Zuzana Kováčová", "zuzana.kovacova", _TRIPS, _DESK, marks=_VETTED),
    _person("SK", "Martin Hudák", "martin.hudak", _DESK, marks=_VETTED),
    _person("UA", "Оксана Мельник", "oksana.melnyk", _TRIPS, latin="Oksana Melnyk"),
    _person("UA", "Тарас Бондаренко", "taras.bondarenko", _DESK, latin="Taras Bondarenko"),
    _person("UA", "Леся Гончар", "lesia.honchar", _DESK, latin="Lesia Honchar", marks=_VETTED),
    _person("UA", "Ірина Ткач", "iryna.tkach", Role.LOGISTICS, latin="Iryna Tkach"),
    _person(SUPPORT_OFFICE, "Claire Dumont", "claire.dumont", Role.SUPPORT_OFFICE),
    _person(SUPPORT_OFFICE, "Jonas Weber", "jonas.weber", Role.ANALYST),
    _person(SUPPORT_OFFICE, "Olena Kravets", "olena.kravets", Role.OPERATOR),
)
