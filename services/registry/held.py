"""The columns of what a cluster or an organisation holds."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from contracts.vocabulary import Holder, HolderKind


class Held:
    """Columns of an aggregate that a cluster or an organisation holds."""

    association: Mapped[str]
    holder_kind: Mapped[HolderKind]
    holder_id: Mapped[UUID]

    @property
    def holder(self) -> Holder:
        """Whose it is, as events say it."""
        return Holder(kind=self.holder_kind, id=self.holder_id)
