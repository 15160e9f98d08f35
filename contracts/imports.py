"""What registry promises about imports of spreadsheets: how far each is, in numbers of rows."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from .event import Classification, Event

Count = Annotated[int, Field(ge=0)]


class ImportEvent(Event):
    """What happens to one import; the counts are the same on its pages and in its files.

    `rows` is the sum of `new`, `changed`, `skipped` and `bad`; before the check all four are 0.
    """

    topic: ClassVar[str] = "registry.imports"
    classification: ClassVar[Classification] = Classification.INTERNAL

    number: str
    kind: str
    cluster_id: UUID | None = None
    rows: Count = 0
    new: Count = 0
    changed: Count = 0
    skipped: Count = 0
    bad: Count = 0
    reason: str | None = None


class ImportStarted(ImportEvent):
    """A file was uploaded; nothing of it is saved yet."""

    type: ClassVar[str] = "talka.registry.import.started.v1"


class ImportNeedsAttention(ImportEvent):
    """Rows wait to be corrected or confirmed."""

    type: ClassVar[str] = "talka.registry.import.needs_attention.v1"


class ImportFinished(ImportEvent):
    """The confirmed rows are saved; for 24 hours they can be undone."""

    type: ClassVar[str] = "talka.registry.import.finished.v1"


class ImportFailed(ImportEvent):
    """Nothing was saved; `reason` says why."""

    type: ClassVar[str] = "talka.registry.import.failed.v1"


class ImportUndone(ImportEvent):
    """What was saved is taken back; rows still `new` or `changed` stay, each with a reason."""

    type: ClassVar[str] = "talka.registry.import.undone.v1"
