"""Which members of a cluster somebody asks for, by the address of a list or of its file."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import MemberKind, SizeClass
from services.registry.associations.queries import zone_of
from services.registry.clusters.model import Cluster
from services.registry.imported import ByImport
from services.registry.memberships.queries import Wanted

SIZES: Final = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Asked:
    """Members of a kind, on a day, and as it was known on another."""

    q: str = ""
    kind: MemberKind | None = None
    size_class: SizeClass | None = None
    on: date | None = None
    known_on: date | None = None
    size: Annotated[int, Query()] = SIZES[0]
    imported: ByImport = ""

    @property
    def wanted(self) -> Wanted:
        """What is asked for on whichever day."""
        return Wanted(self.q.strip(), self.kind, self.size_class, self.imported)

    @property
    def filtered(self) -> bool:
        """Whether more than the members of today are asked for."""
        return self.wanted != Wanted() or self.on is not None or self.known_on is not None

    async def known_at(self, session: AsyncSession, cluster: Cluster) -> datetime | None:
        """The last instant of the day as it was known on, at the seat of the association."""
        if self.known_on is None:
            return None
        zone = ZoneInfo(await zone_of(session, cluster.association))
        return datetime.combine(self.known_on, time.max, zone)


Search = Annotated[Asked, Depends()]
