"""A declaration of a member as the statement that commands take."""

from contracts.declared.members import MemberDeclared
from services.registry.memberships.declaring import Joining
from services.registry.organisations.stated import Stated


def joining_of(declared: MemberDeclared) -> Joining:
    """What the declaration states."""
    return Joining(
        cluster=declared.cluster,
        stated=Stated.of(declared.organisation),
        joined_day=declared.joined_day,
        ended_day=declared.ended_day,
        reason=declared.reason,
        corrects=declared.corrects,
    )
