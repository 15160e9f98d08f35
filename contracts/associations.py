"""What registry promises about the national cluster associations and their rule packs."""

from datetime import date
from typing import ClassVar

from .event import Classification, Event
from .vocabulary import Country, Language, Names, Zone


class AssociationEvent(Event):
    """What happens to one national cluster association."""

    topic: ClassVar[str] = "registry.associations"
    classification: ClassVar[Classification] = Classification.PUBLIC


class AssociationRegistered(AssociationEvent):
    """The association takes part from this instant: it has clusters, staff and a say."""

    type: ClassVar[str] = "talka.registry.association.registered.v1"

    country: Country
    names: Names
    short_name: str | None = None
    languages: tuple[Language, ...]
    zone: Zone
    web: str | None = None


class RulePackAdopted(AssociationEvent):
    """From `from_day` the country's clusters are reviewed by this version of its rules."""

    type: ClassVar[str] = "talka.registry.association.rule_pack_adopted.v1"

    country: Country
    pack_version: str
    from_day: date
