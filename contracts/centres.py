"""What registry promises of the Common Resource Centres: scope, links, services, rota."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from .event import Classification, Event
from .vocabulary import CentreRole, Ecosystem, Language, Texts, Value

Quarter = Annotated[str, Field(pattern=r"^20\d\d-Q[1-4]$")]  # such as 2027-Q2


class CentreEvent(Event):
    """What happens to one centre."""

    topic: ClassVar[str] = "registry.centres"
    classification: ClassVar[Classification] = Classification.INTERNAL


class CentreFacts(CentreEvent):
    """What a centre is for; the first of `ecosystems` is its main one."""

    code: str
    industry: str
    scope: Texts
    ecosystems: tuple[Ecosystem, ...]


class CentreOpened(CentreFacts):
    """The centre serves clusters from now on."""

    type: ClassVar[str] = "talka.registry.centre.opened.v1"


class CentreRevised(CentreFacts):
    """This is what the centre is for now."""

    type: ClassVar[str] = "talka.registry.centre.revised.v1"


class CentreLink(CentreEvent):
    """How a cluster belongs to a centre, from `from_day`."""

    cluster_id: UUID
    role: CentreRole
    from_day: date


class CentreClusterLinked(CentreLink):
    """The centre serves the cluster, or has it as a twin, from that day."""

    type: ClassVar[str] = "talka.registry.centre.cluster_linked.v1"


class CentreClusterUnlinked(CentreLink):
    """From that day the cluster belongs to the centre in this role no more."""

    type: ClassVar[str] = "talka.registry.centre.cluster_unlinked.v1"


class CentreServiceOffered(CentreEvent):
    """So much of a service can be given in that quarter."""

    type: ClassVar[str] = "talka.registry.centre.service_offered.v1"

    service_id: UUID
    texts: Texts
    languages: tuple[Language, ...]
    capacity: Annotated[int, Field(ge=0)]
    quarter: Quarter


class CentreServiceGiven(CentreEvent):
    """A cluster got `amount` of a service; `left` is what can still be given in its quarter."""

    type: ClassVar[str] = "talka.registry.centre.service_given.v1"

    service_id: UUID
    cluster_id: UUID
    amount: Annotated[int, Field(ge=1)]
    left: Annotated[int, Field(ge=0)]


class CentreServiceWithdrawn(CentreEvent):
    """The service is offered no more."""

    type: ClassVar[str] = "talka.registry.centre.service_withdrawn.v1"

    service_id: UUID


class RotaEntry(Value):
    """Whom to ask from `from_day` to the end of `until_day`; the substitute while they are away."""

    person_id: UUID
    from_day: date
    until_day: date | None = None
    substitute_id: UUID | None = None


class CentreRotaSet(CentreEvent):
    """This is the rota now, in place of the one before."""

    type: ClassVar[str] = "talka.registry.centre.rota_set.v1"

    entries: tuple[RotaEntry, ...]
