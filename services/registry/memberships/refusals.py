"""The rules about memberships that can be broken, each with its stable code."""

from services.chassis.errors import Conflict, Invalid, NotFound


class MembershipNotFound(NotFound):
    """No such membership, or none that this person may see."""

    code = "TLK-R110"
    title = "No such membership"


class NotAMemberThen(Invalid):
    """There is no open membership to end on that day."""

    code = "TLK-R111"
    title = "Not a member on that day"


class EndsBeforeJoining(Invalid):
    """The last day of a membership is before its first."""

    code = "TLK-R112"
    title = "It ends before it begins"


class StaleMembership(Conflict):
    """Somebody changed the membership since it was opened."""

    code = "TLK-R115"
    title = "Somebody changed this since you opened it"
