"""What the back office types about an appointment, and what is wrong with it."""

from datetime import date
from typing import Final

from pydantic import BaseModel, validate_email

from contracts.vocabulary import LANGUAGES, Mark, PersonNames, Role
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.registry.forms import day_of
from services.registry.staff.model import givable_roles

ROLE: Final = mark("Choose at least one of these roles; to take away all, end the appointment.")
MARK: Final = mark("Choose a mark that exists.")
NAME: Final = mark("Give the name as the person writes it.")
MAIL: Final = mark("Give a mail address, like name@example.org.")
LANGUAGE: Final = mark("Choose the language to write in.")
DAY: Final = mark("Give a day that exists, like 2027-03-16.")


class TypedRoles(BaseModel):
    """The boxes that were ticked, and the last day if there is one."""

    roles: list[str] = []
    marks: list[str] = []
    until_day: str = ""

    def faults(self, association: str) -> list[Fault]:
        """What keeps these roles from being given."""
        faults = []
        if not self.roles or not givable_roles(association).issuperset(self.roles):
            faults.append(Fault("/roles", "TLK-R051", ROLE))
        if not set(Mark).issuperset(self.marks):
            faults.append(Fault("/marks", "TLK-D006", MARK))
        if self.until_day and day_of(self.until_day) is None:
            faults.append(Fault("/until_day", "TLK-D009", DAY))
        return faults

    @property
    def given_roles(self) -> frozenset[Role]:
        return frozenset(map(Role, self.roles))

    @property
    def given_marks(self) -> frozenset[Mark]:
        return frozenset(map(Mark, self.marks))

    @property
    def last_day(self) -> date | None:
        return day_of(self.until_day)


class TypedAppointment(TypedRoles):
    """Somebody who is to act for the association."""

    original: str = ""
    latin: str = ""
    mail: str = ""
    language: str = ""
    login: str = ""
    from_day: str = ""

    def faults(self, association: str) -> list[Fault]:
        """What is missing or wrong before the person can be appointed."""
        needed = (
            ("/original", "TLK-D001", NAME, self.original.strip()),
            ("/mail", "TLK-D005", MAIL, is_mail(self.mail.strip())),
            ("/language", "TLK-D006", LANGUAGE, self.language in LANGUAGES),
            ("/from_day", "TLK-D009", DAY, day_of(self.from_day)),
        )
        faults = [Fault(pointer, code, text) for pointer, code, text, good in needed if not good]
        return faults + super().faults(association)

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.from_day)

    @property
    def names(self) -> PersonNames:
        return PersonNames(original=self.original.strip(), latin=self.latin.strip() or None)


def is_mail(text: str) -> bool:
    """Whether one could write to this address."""
    try:
        validate_email(text)
    except ValueError:
        return False
    return True
