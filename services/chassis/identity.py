"""Who acts: a person of the staff, a system with a key, somebody with a link, or Talka itself."""

from dataclasses import dataclass
from typing import Final

from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.words import Word

BACK_OFFICE: Final = "back_office"
CLUSTER_ADMIN: Final = "cluster_admin"
SUPPORT_OFFICE: Final = "support_office"
OPERATOR: Final = "operator"
VETTED: Final = "dual_use_vetted"
ROLES: Final[dict[str, Word]] = {
    "cluster_admin": Word("role", "Cluster administrator"),
    BACK_OFFICE: Word("role", "Back office"),
    "coordinator": Word("role", "Exchange coordinator"),
    "logistics": Word("role", "Logistics"),
    "analyst": Word("role", "Analyst"),
    SUPPORT_OFFICE: Word("role", "Support office"),
    OPERATOR: Word("role", "Operator"),
}
ACROSS: Final = "ECA"  # the association of people who work for all associations


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is answerable for an act, and what this service's copy of the staff lets them do.

    `id` is `staff:<uuid>`, `key:<uuid>`, `participant:<uuid>`, `link:<uuid>` for somebody of whom
    nothing but the link is known, or `system:<name>`. Roles hold within `association` only;
    `scopes` are what a key may be used for. Its language and zone are the person's own and may be
    unknown.
    """

    id: str
    association: str
    roles: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    name: str | None = None
    language: str | None = None
    zone: str | None = None

    @property
    def reads_across(self) -> bool:
        """Whether the rows of all associations may be read; none of them can be written."""
        return SUPPORT_OFFICE in self.roles

    @property
    def is_vetted(self) -> bool:
        """Whether content that is sensitive for export control may be seen."""
        return VETTED in self.marks

    @property
    def is_guest(self) -> bool:
        """Whether somebody came through a link: they see the one visit it is for, whole."""
        return self.id.startswith("participant:")

    @property
    def is_key(self) -> bool:
        """Whether a system acts with a key, and nobody is there to be asked."""
        return self.id.startswith("key:")

    @property
    def is_system(self) -> bool:
        """Whether Talka itself acts: a timer, or whoever runs it at the command line."""
        return self.id.startswith("system:")

    def is_(self, *roles: str, of: str | None = None) -> bool:
        """Whether the actor has one of `roles`, in the association `of` if one is given."""
        return not self.roles.isdisjoint(roles) and of in (None, self.association)

    def must_be(self, *roles: str, of: str | None = None) -> None:
        """Let the actor pass who has one of `roles`, in the association `of` if one is given.

        Raises:
            NotAllowed: naming the role, and who can give it.
        """
        if self.is_(*roles, of=of):
            return
        one = mark("this needs the role {role} of {association}; its back office can give it")
        many = mark(
            "this needs one of these roles of {association}: {role}; its back office can give them"
        )
        raise NotAllowed(
            one if len(roles) == 1 else many,
            role=[ROLES.get(role, role) for role in roles],
            association=of or self.association,
        )


SYSTEM: Final = Actor("system:talka", ACROSS)
