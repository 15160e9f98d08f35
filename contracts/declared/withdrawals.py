"""The declaration that takes another one back."""

from typing import ClassVar
from uuid import UUID

from ..declarations import RegistryDeclaration
from .values import Paragraph


class WithdrawalDeclared(RegistryDeclaration):
    """The own declaration with this event id should never have been posted."""

    type: ClassVar[str] = "talka.registry.withdrawal.declared.v1"

    declaration: UUID
    reason: Paragraph

    def puts_right(self) -> UUID:
        """The declaration that is taken back."""
        return self.declaration
