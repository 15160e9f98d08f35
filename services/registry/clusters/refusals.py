"""The rules about a cluster that can be broken, each with its stable code."""

from contracts.registry import Criterion
from services.chassis.errors import Conflict, Fault, Invalid, NotAllowed, NotFound


class ClusterNotFound(NotFound):
    """No cluster of that number or id, or none that this person may see."""

    code = "TLK-R001"
    title = "No such cluster"


class WrongClusterState(Conflict):
    """The act does not follow from the state the profile is in."""

    code = "TLK-R002"
    title = "Not possible in this state"


class FourEyes(NotAllowed):
    """Who submitted or last edited a profile does not decide on it."""

    code = "TLK-R003"
    title = "Somebody else has to decide"


class CriteriaNotMet(Conflict):
    """The profile fails criteria and no waiver covers them."""

    code = "TLK-R004"
    title = "Criteria are not met"

    def __init__(self, failed: list[Criterion]) -> None:
        names = ", ".join(criterion.id for criterion in failed)
        super().__init__(
            f"the profile does not pass {names}: return it with the reasons, or confirm them"
        )
        self.failed = failed


class ProfileIncomplete(Invalid):
    """Fields that a review needs are empty."""

    code = "TLK-R005"
    title = "The profile is not complete"

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            f"fill in {', '.join(fields)} before the profile is submitted",
            [
                Fault(f"/{field}", self.code, "this field is needed for a review")
                for field in fields
            ],
        )


class StaleCluster(Conflict):
    """Somebody changed the profile since it was opened."""

    code = "TLK-R006"
    title = "Somebody changed this since you opened it"


class LegalIdTaken(Conflict):
    """Another cluster stands in the register under this legal id."""

    code = "TLK-R007"
    title = "This legal id is taken"


class ReviewIsForPeople(NotAllowed):
    """A system with a key cannot review."""

    code = "TLK-R008"
    title = "A review is done by a person"
