"""A person as a form: the fields of the declaration, functions and languages in short form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.declared.people import PersonDeclared
from contracts.people import Absence
from contracts.vocabulary import LANGUAGES, PersonFunctionKind
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.registry.forms import Form, day_of
from services.registry.people.model import Person

LEVELS: Final = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
CONSENT: Final = "2027-01"  # the version of the text that is shown beside the form
BEFORE: Final = mark("The absence ends before it begins. Correct one of them.")
WHO: Final = mark("Choose somebody else who stands in.")
DAY: Final = mark("Give a day that exists, like 2027-03-16.")

# Where a fault of a list is shown: its entries are typed into one field.
NEAR: Final = {
    PersonFunctionKind.ADMINISTRATOR: "/administers",
    PersonFunctionKind.CONTACT: "/contact_of",
    PersonFunctionKind.ROTA: "/rota_of",
}


def declared_by(form: Form, kept: Person | None) -> PersonDeclared:
    """The declaration that the form stands for.

    Raises:
        Invalid: with every fault, its pointer being the field's name behind a slash.
    """
    more: dict[str, Any] = {
        "languages": [
            {"lang": lang, "level": level}
            for lang in LANGUAGES
            if (level := form.one(f"speaks-{lang}"))
        ],
        "functions": functions_typed(form),
        "absences": [_stated(each) for each in kept.absences] if kept else [],
        "consent": (kept.consent if kept else None) or CONSENT,
        "ref": kept.ref if kept else None,
    }
    return form.declared(PersonDeclared, more=more)


def functions_typed(form: Form) -> list[dict[str, Any]]:
    """What the person does, in the order of the declaration."""
    of_clusters = [
        {"function": kind.value, "cluster": {"number": number}}
        for kind in (PersonFunctionKind.ADMINISTRATOR, PersonFunctionKind.CONTACT)
        for number in form.many(NEAR[kind][1:])
    ]
    rota = [{"function": "rota", "centre": code} for code in form.many("rota_of")]
    return of_clusters + rota


def near(form: Form) -> dict[str, str]:
    """At which field a fault that has none is shown, by its pointer into the declaration."""
    shown = {"/names": "/names/original"}
    for at, each in enumerate(functions_typed(form)):
        field = NEAR[PersonFunctionKind(each["function"])]
        shown |= dict.fromkeys(
            (f"/functions/{at}", f"/functions/{at}/cluster", f"/functions/{at}/centre"), field
        )
    return shown


def filled(person: Person, numbers: Mapping[UUID, str]) -> Form:
    """The form of a person who is kept; `numbers` of the clusters that the person serves."""
    names = {name: value or "" for name, value in person.names.model_dump().items()}
    held: dict[PersonFunctionKind, list[str]] = {kind: [] for kind in PersonFunctionKind}
    for each in person.functions:
        known = numbers.get(each.cluster_id, "") if each.cluster_id else each.centre
        held[each.function].append(known or "")
    given = {f"names/{name}": [value] for name, value in names.items()}
    given |= {f"speaks-{skill.lang}": [skill.level.value] for skill in person.languages}
    given |= {NEAR[kind][1:]: [", ".join(of)] for kind, of in held.items()}
    plain = {
        "mail": person.mail,
        "phone": person.phone or "",
        "language": person.language,
        "zone": person.zone,
    }
    return Form(given | {name: [value] for name, value in plain.items()})


@dataclass(frozen=True, slots=True)
class TypedAbsence:
    """Days on which somebody is away, both included, and who stands in."""

    from_day: str = ""
    until_day: str = ""
    substitute: str = ""

    def read(self, person: Person, known: frozenset[UUID]) -> Absence | list[Fault]:
        """The absence in the person's zone, or what is wrong with it."""
        first, last, who = day_of(self.from_day), day_of(self.until_day), _id(self.substitute)
        faults = [
            Fault(f"/{name}", "TLK-D009", DAY)
            for name, day in (("from_day", first), ("until_day", last))
            if day is None
        ]
        if first and last and last < first:
            faults.append(Fault("/until_day", "TLK-D065", BEFORE))
        if who is None or who not in known or who == person.id:
            faults.append(Fault("/substitute", "TLK-D073", WHO))
        if faults or first is None or last is None or who is None:
            return faults
        zone = ZoneInfo(person.zone)
        begin, end = (
            datetime.combine(day, time(), zone).astimezone(UTC)
            for day in (first, last + timedelta(days=1))
        )
        return Absence(from_at=begin, until_at=end, substitute_id=who)


def _stated(absence: Absence) -> dict[str, Any]:
    return {
        "from_at": absence.from_at,
        "until_at": absence.until_at,
        "substitute": {"id": str(absence.substitute_id)},
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
