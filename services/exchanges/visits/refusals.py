"""What a visit refuses; each message says in a sentence what to do instead."""

from services.chassis.errors import Conflict, Gone, Invalid, NotFound


class VisitNotFound(NotFound):
    """No such visit, or it is another association's."""

    code = "TLK-X001"
    title = "No such visit"


class WrongVisitState(Conflict):
    """The visit is at a point of its life where this act is not possible."""

    code = "TLK-X002"
    title = "Not possible in this state"


class SideNotSigned(Conflict):
    """The overall state needs both sides, and one of them has not signed."""

    code = "TLK-X003"
    title = "Signatures are missing"


class SessionNotFound(NotFound):
    """The visit has no such session, or it was dropped."""

    code = "TLK-X010"
    title = "No such session"


class SessionCannotBe(Invalid):
    """The planned times or place of a session contradict each other or the clock."""

    code = "TLK-X011"
    title = "Please correct the session"


class SpanTooLong(Invalid):
    """First and last session lie further apart than a visit may last."""

    code = "TLK-X012"
    title = "The visit is too long"


class DelegateNotFound(NotFound):
    """The visit has no such delegate."""

    code = "TLK-X020"
    title = "No such delegate"


class WrongDelegateState(Conflict):
    """The delegate has answered, or left, so that this act is not possible."""

    code = "TLK-X022"
    title = "Not possible for this delegate"


class ReplyTooLate(Gone):
    """The reply deadline has passed."""

    code = "TLK-X023"
    title = "The deadline has passed"


class DeadlineCannotBe(Invalid):
    """A reply deadline lies in the past, or after the first session."""

    code = "TLK-X024"
    title = "Please correct the deadline"


class AttendanceCannotBe(Invalid):
    """Minutes or people of an attendance list do not fit the session."""

    code = "TLK-X030"
    title = "Please correct the list"


class TooEarly(Conflict):
    """The act belongs to a later time."""

    code = "TLK-X031"
    title = "Too early"


class SameCluster(Invalid):
    """A cluster cannot visit itself."""

    code = "TLK-X040"
    title = "Choose another host"


class NoSessions(Invalid):
    """A visit has at least one session."""

    code = "TLK-X041"
    title = "Sessions are missing"


class NothingMoves(Invalid):
    """The new times are the old ones, or no session was chosen."""

    code = "TLK-X042"
    title = "Nothing would move"


class ReasonMissing(Invalid):
    """Who asks for signatures again says why."""

    code = "TLK-X043"
    title = "The reason is missing"
