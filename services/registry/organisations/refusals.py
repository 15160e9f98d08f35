"""The rules about organisations that can be broken, each with its stable code."""

from services.chassis.errors import Conflict, Invalid, NotFound


class OrganisationNotFound(NotFound):
    """No organisation of that number or id, or none that this person may see."""

    code = "TLK-R100"
    title = "No such organisation"


class AlreadyMerged(Conflict):
    """Another organisation stands in its place."""

    code = "TLK-R101"
    title = "Merged into another"


class MergedIntoItself(Invalid):
    """An organisation cannot stand in its own place."""

    code = "TLK-R102"
    title = "The same organisation"


class StaleOrganisation(Conflict):
    """Somebody changed the organisation since it was opened."""

    code = "TLK-R103"
    title = "Somebody changed this since you opened it"


class RequestNotFound(NotFound):
    """No such merge request, or none that concerns this association."""

    code = "TLK-R104"
    title = "No such request"


class AlreadyDecided(Conflict):
    """The merge request was accepted or declined before."""

    code = "TLK-R105"
    title = "Already decided"
