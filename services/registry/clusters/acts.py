"""The acts on a cluster as pages offer them: in which state, in which words, what they ask for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from pydantic import BaseModel

from contracts.registry import Reason
from contracts.vocabulary import ClusterState
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Word
from services.registry.clusters import commands, finding
from services.registry.clusters.model import Cluster
from services.registry.forms import day_of

_S = ClusterState


class Typed(BaseModel):
    """What somebody typed into the form of an act; `lock` is the version they looked at."""

    criteria: list[str] = []
    reason: str = ""
    review_on: str = ""
    lock: int | None = None


Command = Callable[..., Awaitable[Cluster]]
Given = dict[str, Any]  # what a command is asked, beside the cluster and the moment


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Without a `consequence` its button does it at once; with one it has a page.

    `done` is said afterwards; `given` makes what the command is asked from what was typed.
    """

    name: str
    word: Word
    command: Command
    done: str
    kind: str = ""
    consequence: str = ""
    asks_criteria: bool = False
    asks_reason: bool = False
    asks_day: bool = False
    keeps: bool = False  # may be done by the cluster's own administrators as well
    decides: bool = False  # needs other eyes than those of who submitted
    given: Callable[[Typed], Given] = lambda _: {}

    def faults(self, typed: Typed) -> list[Fault]:
        """What is missing of what the act asks for."""
        faults = []
        if self.asks_criteria and not typed.criteria:
            faults.append(Fault("/criteria", "TLK-R040", WHICH))
        if self.asks_reason and not typed.reason.strip():
            faults.append(Fault("/reason", "TLK-R041", WHY))
        if self.asks_day and typed.review_on and day_of(typed.review_on) is None:
            faults.append(Fault("/review_on", "TLK-R042", WHICH_DAY))
        return faults


WHICH: Final = mark("Choose the criteria that the profile does not meet.")
WHY: Final = mark("Say why; the reason is kept in the history.")
WHICH_DAY: Final = mark("Give a day that exists, or leave this empty.")


def _declined(typed: Typed) -> Given:
    reasons = [Reason(criterion=each, code="not_met") for each in typed.criteria]
    return {"reasons": reasons, "note": typed.reason.strip() or None}


def _suspended(typed: Typed) -> Given:
    return {"reason": typed.reason.strip(), "review_on": day_of(typed.review_on)}


def _ended(typed: Typed) -> Given:
    return {"reason": typed.reason.strip()}


_asking = partial(Act, kind="danger")

REVIEW: Final = Act(  # its page goes through the criteria and is written by hand
    name="review",
    word=Word("act", "Review"),
    command=commands.publish_cluster,
    done=mark("{name} is in the catalogue now."),
    kind="primary",
    consequence=mark("{name} appears in the catalogue and can visit and host."),
    decides=True,
)
START: Final = Act(
    name="start",
    word=Word("act", "Start the review"),
    command=commands.start_review,
    done=mark("{name} is on your desk. Go through its criteria."),
    kind="primary",
    decides=True,
)
SUBMIT: Final = Act(
    name="submit",
    word=Word("act", "Submit for review"),
    command=commands.submit_cluster,
    done=mark("{name} waits for its review now."),
    kind="primary",
    keeps=True,
)
REOPEN: Final = Act(
    name="reopen",
    word=Word("act", "Open again as a draft"),
    command=commands.reopen_cluster,
    done=mark("{name} is a draft again. Mend it, then submit it."),
    kind="primary",
    keeps=True,
)
CONFIRM: Final = Act(
    name="confirm",
    word=Word("act", "Confirm that it is right"),
    command=commands.confirm_cluster,
    done=mark("{name} is confirmed for twelve months."),
    keeps=True,
)
REINSTATE: Final = Act(
    name="reinstate",
    word=Word("act", "Bring back"),
    command=commands.reinstate_cluster,
    done=mark("{name} is in the catalogue again."),
    kind="primary",
)
RETURN: Final = Act(
    name="return",
    word=Word("act", "Return to be mended"),
    command=commands.return_cluster,
    done=mark("{name} is a draft again, with your reasons."),
    consequence=mark("{name} becomes a draft again. Its cluster mends what you name here."),
    asks_criteria=True,
    given=_declined,
)
RETURN_VERSION: Final = Act(
    name="return-version",
    word=Word("act", "Return the new version"),
    command=commands.return_cluster,
    done=mark("The new version of {name} is returned, with your reasons."),
    consequence=mark(
        "The public version of {name} stays. Its cluster mends what you name here, then the new"
        " version can be reviewed again."
    ),
    asks_criteria=True,
    decides=True,
    given=_declined,
)
TAKE_BACK: Final = _asking(
    name="take-back",
    word=Word("act", "Take the new version back"),
    command=commands.take_revision_back,
    done=mark("The new version of {name} is taken back."),
    consequence=mark(
        "The public version of {name} stays as it is. The new version is given up, and nobody"
        " decides on it any more. This cannot be undone."
    ),
    asks_reason=True,
    keeps=True,
    given=_ended,
)
REJECT: Final = _asking(
    name="reject",
    word=Word("act", "Reject"),
    command=commands.reject_cluster,
    done=mark("{name} is rejected. It can be opened again as a draft."),
    consequence=mark("{name} is not published. Your reasons are kept."),
    asks_criteria=True,
    decides=True,
    given=_declined,
)
SUSPEND: Final = _asking(
    name="suspend",
    word=Word("act", "Suspend"),
    command=commands.suspend_cluster,
    done=mark("{name} is suspended. Bring it back from this page."),
    consequence=mark("{name} leaves the catalogue, with no new matches. Running visits go on."),
    asks_reason=True,
    asks_day=True,
    given=_suspended,
)
ARCHIVE: Final = _asking(  # its page asks for successors and is written by hand
    name="archive",
    word=Word("act", "Archive"),
    command=commands.archive_cluster,
    done=mark("{name} is archived."),
    consequence=mark("{name} leaves the programme for good. This cannot be undone."),
    asks_reason=True,
    given=_ended,
)
WITHDRAW: Final = _asking(
    name="withdraw",
    word=Word("act", "Withdraw the draft"),
    command=commands.withdraw_cluster,
    done=mark("The draft of {name} is withdrawn."),
    consequence=mark("The draft of {name} is given up for good. This cannot be undone."),
    keeps=True,
)

OFFERED: Final[dict[ClusterState, Sequence[Act]]] = {
    _S.DRAFT: (SUBMIT, WITHDRAW),
    _S.SUBMITTED: (START, RETURN),
    _S.IN_REVIEW: (REVIEW, replace(RETURN, decides=True), REJECT),
    _S.PUBLISHED: (CONFIRM, SUSPEND, ARCHIVE),
    _S.UNDER_REVISION: (REVIEW, RETURN_VERSION, TAKE_BACK, CONFIRM, SUSPEND, ARCHIVE),
    _S.DORMANT: (CONFIRM, ARCHIVE),
    _S.SUSPENDED: (REINSTATE, ARCHIVE),
    _S.REJECTED: (REOPEN,),
    _S.ARCHIVED: (),
    _S.WITHDRAWN: (),
}

ACTS: Final = {act.name: act for acts in OFFERED.values() for act in acts}


def acts_for(actor: Actor, cluster: Cluster) -> list[Act]:
    """The acts that this person may do now, the most likely one first."""
    if not finding.may_keep(actor, cluster):
        return []
    decides = actor.is_(BACK_OFFICE, of=cluster.association)
    mine = cluster.may_be_decided_by(actor.id)
    return [act for act in _due(cluster) if (mine or not act.decides) and (decides or act.keeps)]


def needs_colleague(actor: Actor, cluster: Cluster) -> bool:
    """Whether a decision is due that this person of the back office may not make."""
    due = any(act.decides for act in _due(cluster))
    mine = actor.is_(BACK_OFFICE, of=cluster.association)
    return due and mine and not cluster.may_be_decided_by(actor.id)


def _due(cluster: Cluster) -> list[Act]:
    """What can be done in this state; nothing is decided on a version that was returned."""
    return [act for act in OFFERED[cluster.state] if not (act.decides and cluster.is_returned)]
