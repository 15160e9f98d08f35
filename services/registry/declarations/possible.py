"""Which acts on a posted declaration would work now: they are tried, and rolled back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.attributes import SPECVERSION
from contracts.declared.withdrawals import WithdrawalDeclared
from contracts.event import uuid7
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.errors import DomainError, Fault
from services.chassis.identity import Actor
from services.chassis.intake import Item, Way
from services.chassis.intake_reading import Reader
from services.chassis.intake_rehearsal import rehearse
from services.registry.clusters.intake import registry_intake
from services.registry.declarations.model import InFull, State

HERE: Final = "/registry/declarations"


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be done with a declaration, and why it cannot be withdrawn if it cannot."""

    correct: bool = False
    withdraw: bool = False
    faults: Sequence[Fault] = ()


async def possible_with(sessions: Sessions, actor: Actor, found: InFull) -> Possible:
    """Try both acts; nothing is done with what changed nothing or was put right already.

    A withdrawal that something depends on would be refused, so it is not tried.
    """
    kind, name = found.posted.type, str(found.name)
    if found.posted.state is not State.ACCEPTED or kind not in registry_intake.classes:
        return Possible()
    corrects = found.data is None or not await _refused(
        sessions, actor, kind, found.data | {"corrects": name}
    )
    if found.dependants:
        return Possible(corrects)
    withdrawal = {"declaration": name, "reason": "–"}
    refusal = await _refused(sessions, actor, WithdrawalDeclared.type, withdrawal)
    return Possible(corrects, refusal is None, refusal.faults if refusal is not None else ())


def document(name: str, kind: str, data: Any) -> dict[str, Any]:
    """A declaration that is posted from these pages, as every door reads one."""
    return {"specversion": SPECVERSION, "id": name, "source": HERE, "type": kind, "data": data}


async def _refused(
    sessions: Sessions, actor: Actor, kind: str, data: dict[str, Any]
) -> DomainError | None:
    reader = Reader(registry_intake, actor, clock.now(), Way.PAGE)
    item = reader.try_document(document(str(uuid7()), kind, data))
    if not isinstance(item, Item):
        return item
    [outcome] = await rehearse(registry_intake, sessions, [item])
    return outcome if isinstance(outcome, DomainError) else None
