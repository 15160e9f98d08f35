"""What can be wrong about a person in a visit."""

from services.chassis.errors import Conflict, Gone


class AlreadyInVisit(Conflict):
    """Somebody with this address is asked for the visit already."""

    code = "TLK-X021"
    title = "Invited already"


class ParticipantGone(Gone):
    """The link is good, but the person's record was erased."""

    code = "TLK-X025"
    title = "This person is not known any more"
