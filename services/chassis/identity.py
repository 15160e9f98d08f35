"""Who acts: a person of the staff, a system with a key, somebody with a link, or Talka itself."""

from collections.abc import Sequence
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
ACROSS_ROLES: Final = frozenset({SUPPORT_OFFICE, "analyst", OPERATOR})  # what they can have


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
        whose = of or self.association
        named, (one, many) = _given(roles, of=whose)
        raise NotAllowed(
            one if len(named) == 1 else many,
            role=[ROLES.get(role, role) for role in named],
            association=whose,
        )


def _given(roles: tuple[str, ...], *, of: str) -> tuple[Sequence[str], tuple[str, str]]:
    """Which of the roles to name, and what to say of one and of several: who can give them.

    Those who work for all associations have no back office: whoever runs Talka appoints them, and
    an association's own roles are not theirs.
    """
    across = [role for role in roles if role in ACROSS_ROLES]
    if of != ACROSS:
        return roles, GIVEN_BY_BACK_OFFICE
    return (across, GIVEN_BY_OPERATOR) if across else (roles, NOT_GIVEN)


GIVEN_BY_BACK_OFFICE: Final = (
    mark("this needs the role {role} of {association}; its back office can give it"),
    mark("this needs one of these roles of {association}: {role}; its back office can give them"),
)
GIVEN_BY_OPERATOR: Final = (
    mark("this needs the role {role} of {association}; whoever runs Talka can give it"),
    mark(
        "this needs one of these roles of {association}: {role}; whoever runs Talka can give them"
    ),
)
NOT_GIVEN: Final = (
    mark(
        "this needs the role {role}, which {association} does not give: "
        "ask the back office of the association that it is about"
    ),
    mark(
        "this needs one of these roles, which {association} does not give: {role}; "
        "ask the back office of the association that it is about"
    ),
)

SYSTEM: Final = Actor("system:talka", ACROSS)
