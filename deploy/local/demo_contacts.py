"""Declarations of people whom the demo's clusters and centres work with; all are invented."""

from itertools import islice
from typing import Any, Final

from contracts.declared.people import PersonDeclared
from contracts.reference import clusters
from deploy.local.demo_clusters import SOURCE
from deploy.local.demo_holdings import CENTRES, DUAL_USE, NOTE
from deploy.local.demo_people import ASSOCIATIONS, PEOPLE

NAMES: Final = {
    "CZ": (
        "Jana Veselá",
        "Tomáš Růžička",
        "Lucie Šťastná",
        "Ondřej Král",
        "Eva Benešová",
        "Jiří Malý",
    ),
    "LT": (
        "Eglė Žukauskaitė",
        "Jonas Butkus",
        "Ieva Šimkutė",
        "Mantas Jonaitis",
        "Asta Račkauskienė",
        "Lukas Vaitkus",
    ),
    "PL": (
        "Ewa Lis",  # on the staff, so she keeps the profile
        "Piotr Wiśniewski",
        "Katarzyna Żak",
        "Paweł Śliwa",
        "Maria Król",
        "Jan Dąbek",
    ),
    "RO": ("Elena Ștefan", "Mihai Țurcanu", "Ana Rusu", "Radu Ionescu", "Oana Bălan", "Vlad Pop"),
    "SK": (
        "Lenka Žiaková",
        "Peter Ďurica",
        "Jana Ľuptáková",
        "Michal Šimko",
        "Eva Kráľová",
        "Ján Vrba",
    ),
    "UA": (
        "Олена Щербак",
        "Андрій Яценко",
        "Ганна Зіньківська",
        "Петро Ґудзь",
        "Юлія Їжакевич",
        "Ігор Швець",
    ),
}
CONSENT: Final = "demo"
MAILS: Final = {each.original: each.mail for each in PEOPLE}  # by which the register knows staff
# the columns of `NAMES` that answer for the same cluster: always two, as a profile needs
PAIRS: Final = ((0, 1), (2, 3), (4, 5))


def ref_of(country: str, number: int) -> str:
    """How the register of the demo calls its people."""
    return f"person/{country.lower()}/{number}"


def people_of(country: str) -> list[dict[str, Any]]:
    """The structured CloudEvents about people of one association."""
    home = next(each for each in ASSOCIATIONS if each.country == country)
    own = (each for each in clusters() if each.country == country and each.centre != DUAL_USE)
    served = list(islice(own, len(PAIRS)))
    codes = list(CENTRES.values()) if country == "UA" else []
    found = []
    for number, name in enumerate(NAMES[country]):
        [cluster] = [served[at] for at, pair in enumerate(PAIRS) if number in pair]
        functions = [{"function": "administrator", "cluster": {"ref": cluster.id}}]
        functions += [{"function": "rota", "centre": code} for code in codes[number : number + 1]]
        data = {
            "ref": ref_of(country, number),
            "names": {"original": name},
            "mail": MAILS.get(name, f"person{number + 1}@{country.lower()}.example"),
            "languages": [{"lang": home.language, "level": "C2"}, {"lang": "en", "level": "B2"}],
            "language": home.language,
            "zone": home.zone,
            "functions": functions,
            "consent": CONSENT,
            "note": NOTE,
        }
        found.append(_event(data))
    return found


def _event(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": data["ref"],
        "source": SOURCE,
        "type": PersonDeclared.type,
        "datacontenttype": "application/json",
        "data": data,
    }
