"""The rules about staff and keys that can be broken, each with its stable code."""

from services.chassis.errors import Conflict, Invalid, NotAllowed, NotFound


class StaffNotFound(NotFound):
    """No such person on the staff of this association."""

    code = "TLK-R030"
    title = "No such person"


class AlreadyDismissed(Conflict):
    """The person acts for the association no longer."""

    code = "TLK-R031"
    title = "Already dismissed"


class LastBackOffice(Conflict):
    """Without this person nobody could appoint anybody any more."""

    code = "TLK-R032"
    title = "The last person of the back office"


class RoleNotGivable(Invalid):
    """The role is not the association's to give."""

    code = "TLK-R033"
    title = "This role cannot be given"


class KeyNotFound(NotFound):
    """No such key of this association."""

    code = "TLK-R034"
    title = "No such key"


class AlreadyRevoked(Conflict):
    """The key opens nothing already."""

    code = "TLK-R035"
    title = "Already revoked"


class ScopeUnknown(Invalid):
    """No door asks for such a scope."""

    code = "TLK-R036"
    title = "Unknown scope"


class KeyLivesTooLong(Invalid):
    """A key is valid for twelve months at most."""

    code = "TLK-R037"
    title = "Valid for too long"


class ScopeNotHeld(NotAllowed):
    """A key does nothing that its maker may not do."""

    code = "TLK-R053"
    title = "You may not do this yourself"


class OverlapTooLong(Invalid):
    """Of two keys for one system, the old one is soon gone."""

    code = "TLK-R054"
    title = "Valid beside the new one for too long"


class EndsBeforeItBegins(Invalid):
    """The last day of an appointment is before its first."""

    code = "TLK-R038"
    title = "It ends before it begins"


class AlreadyOnStaff(Conflict):
    """Somebody with this address acts for the association already."""

    code = "TLK-R039"
    title = "Already on the staff"


class StillOnStaff(Conflict):
    """Only whoever has left can be forgotten."""

    code = "TLK-R052"
    title = "Still on the staff"
