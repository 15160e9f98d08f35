"""The services' databases and consumers, as whoever runs Talka reaches them from the command line.

Nothing is started: what a command records is sent by the relay that runs beside it, or later.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import asyncpg
from sqlalchemy.exc import DBAPIError

from deploy.local.databases import Addresses, addresses
from deploy.local.faults import Exit, Fault
from deploy.local.instance import Instance
from deploy.local.site import make, settings_of
from services.chassis import clock
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions, is_transient, make_engine, make_sessions, sqlstate
from services.chassis.errors import DomainError

WRONG_PASSWORD, NO_DATABASE, NO_TABLE = "28P01", "3D000", "42P01"


@dataclass(frozen=True, slots=True)
class Reach:
    """One server with the services' databases, and the instance that has their passwords."""

    instance: Instance
    admin_url: str

    @classmethod
    def of(cls, database_url: str | None) -> "Reach":
        """The named server, else that of the running Talka.

        Raises:
            Fault: none is named, and Talka does not run.
        """
        instance = Instance.here()
        clock.keep_in(instance.clock_file)
        return cls(instance, database_url or instance.must_run().postgres)

    def database(self, service: str) -> Addresses:
        """A service's database under its roles."""
        return addresses(self.admin_url, service, self.instance.keyring())

    def consumer(self, service: str) -> Consumer:
        """The service's consumer with all its handlers, as its composition root has it."""
        nowhere = settings_of(
            self.instance, service, self.database(service), bootstrap="", origin="", smtp_port=0
        )
        consumer: Consumer = make(service)(nowhere).state.consumer
        return consumer

    @asynccontextmanager
    async def sessions(
        self, service: str, role: Literal["app", "worker"]
    ) -> AsyncIterator[Sessions]:
        """Sessions of a role; what a service would refuse, and what is away, is told as a fault.

        Raises:
            Fault: a refusal in its own words; or the database cannot be reached.
        """
        engine = make_engine(getattr(self.database(service), role), pool_size=1)
        try:
            yield make_sessions(engine)
        except DomainError as refusal:
            raise Fault(
                refusal.code,
                refusal.said(str),
                "What the code means:",
                f"talka explain {refusal.code}",
                exit_code=Exit.REFUSED,
            ) from None
        except (OSError, DBAPIError, asyncpg.PostgresError) as fault:
            raise _away(service, fault) from fault
        finally:
            await engine.dispose()


def _away(service: str, fault: Exception) -> Exception:
    state = getattr(fault, "sqlstate", None) or sqlstate(fault)
    if state in (NO_DATABASE, NO_TABLE):
        return Fault(
            "TLK-E101",
            f"The database of {service} is not there yet.",
            "Make it:",
            "talka db migrate",
            exit_code=Exit.CANNOT_CONNECT,
        )
    if state == WRONG_PASSWORD:
        return Fault(
            "TLK-E102",
            f"The database of {service} was made with other passwords than this instance has.",
            "Name the room of the instance that made it, or set its passwords anew:",
            "TALKA_ROOM=… talka parked list",
            "talka db migrate",
            exit_code=Exit.CANNOT_CONNECT,
        )
    if is_transient(fault):
        return Fault(
            "TLK-E111",
            f"The database of {service} cannot be reached: {getattr(fault, 'orig', fault)}",
            "Look at the server, or see whether Talka runs:",
            "talka status",
            exit_code=Exit.CANNOT_CONNECT,
        )
    return fault
