"""What registry promises about an association's staff and keys: personal, compacted, erasable."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .event import Classification, Event, Personal
from .vocabulary import Language, Mark, PersonNames, Role, Zone


class StaffEvent(Event):
    """What happens to one person of an association's staff."""

    topic: ClassVar[str] = "registry.staff"
    classification: ClassVar[Classification] = Classification.PERSONAL


class StaffRecord(StaffEvent):
    """The whole present state of one person's appointment; the envelope names the association.

    `login` is the subject of the sign-in provider. The appointment holds from `from_day` to
    `until_day`, both included, at the association's seat.
    """

    login: Annotated[str | None, Personal()] = None
    names: PersonNames
    mail: Annotated[str, Personal()]
    language: Language
    zone: Zone
    roles: tuple[Role, ...]
    marks: tuple[Mark, ...] = ()
    from_day: date
    until_day: date | None = None


class StaffAppointed(StaffRecord):
    """A person may act for the association."""

    type: ClassVar[str] = "talka.registry.staff.appointed.v1"


class StaffRolesSet(StaffRecord):
    """The person's roles, or another field of the appointment, are now these."""

    type: ClassVar[str] = "talka.registry.staff.roles_set.v1"


class StaffDismissed(StaffRecord):
    """The person acts for the association no longer; sessions end everywhere."""

    type: ClassVar[str] = "talka.registry.staff.dismissed.v1"


class StaffErased(StaffEvent):
    """Everything about the person is to be forgotten."""

    type: ClassVar[str] = "talka.registry.staff.erased.v1"
    tombstone: ClassVar[bool] = True


class ApiKeyEvent(Event):
    """What happens to one key with which a system acts for an association."""

    topic: ClassVar[str] = "registry.staff"
    classification: ClassVar[Classification] = Classification.PERSONAL


class ApiKeyRecord(ApiKeyEvent):
    """The whole present state of a key: never the key itself, only its hash.

    `prefix` is shown to people, `owner_id` the person of the staff who answers for it.
    """

    prefix: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: str
    owner_id: UUID
    scopes: tuple[str, ...]
    services: tuple[str, ...]
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None = None


class ApiKeyIssued(ApiKeyRecord):
    """The key opens the doors of `services` until it expires."""

    type: ClassVar[str] = "talka.registry.api_key.issued.v1"


class ApiKeyRevoked(ApiKeyRecord):
    """The key opens nothing any more."""

    type: ClassVar[str] = "talka.registry.api_key.revoked.v1"
