"""What the back office types about a request, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, validate_email

from contracts.data_requests import DataRequestKind, ExtensionReason, RefusalReason
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.registry.forms import CORRECT, day_of

R = TypeVar("R", ExtensionReason, RefusalReason)

NEEDED: Final = mark("Fill this in.")
DAY: Final = mark("Give a day that exists, like 2027-03-16.")
MAIL: Final = mark("Give a mail address, like name@example.org.")
CHOOSE: Final = mark("Choose one of these.")
NOBODY: Final = "nobody"


class TypedRequest(BaseModel):
    """Somebody who asked."""

    kind: str = ""
    name: str = ""
    mail: str = ""
    words: str = ""
    received_day: str = ""

    def read(self) -> "Received":
        """What was typed.

        Raises:
            Invalid: with every fault.
        """
        kind = DataRequestKind(self.kind) if self.kind in set(DataRequestKind) else None
        day, name = day_of(self.received_day), self.name.strip()
        checks = (
            ("kind", kind, "TLK-D006", CHOOSE),
            ("name", name, "TLK-D001", NEEDED),
            ("mail", _is_mail(self.mail), "TLK-D005", MAIL),
            ("received_day", day, "TLK-D009", DAY),
        )
        faults = [Fault(f"/{at}", code, text) for at, good, code, text in checks if not good]
        if faults or kind is None or day is None:
            raise Invalid(CORRECT, faults)
        return Received(kind, name[:200], self.mail.strip(), self.words.strip()[:2000], day)


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the command is asked for it."""

    kind: DataRequestKind
    name: str
    mail: str
    words: str
    received_day: date


class TypedReason(BaseModel):
    """Why, and what who asked was told."""

    reason: str = ""
    told: str = ""

    def read(self, reasons: type[R]) -> tuple[R, str]:
        """The reason and what was told.

        Raises:
            Invalid: with every fault.
        """
        told = self.told.strip()
        known = self.reason in {each.value for each in reasons}
        checks = (("reason", known, "TLK-D006", CHOOSE), ("told", told, "TLK-D001", NEEDED))
        faults = [Fault(f"/{at}", code, text) for at, good, code, text in checks if not good]
        if faults:
            raise Invalid(CORRECT, faults)
        return reasons(self.reason), told[:2000]


class TypedAnswer(BaseModel):
    """Whom the request is about."""

    person_id: str = ""

    def read(self) -> UUID | None:
        """The person; None where nobody of that name is kept.

        Raises:
            Invalid: nothing was chosen.
        """
        if self.person_id == NOBODY:
            return None
        try:
            return UUID(self.person_id)
        except ValueError:
            raise Invalid(CORRECT, [Fault("/person_id", "TLK-D006", CHOOSE)]) from None


def _is_mail(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValueError:
        return False
    return True
