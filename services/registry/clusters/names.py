"""The words for the states of clusters, in refusals and on pages alike."""

from typing import Final

from contracts.vocabulary import ClusterState
from services.chassis.words import Word

STATE: Final = {
    ClusterState.DRAFT: Word("cluster state", "Draft"),
    ClusterState.SUBMITTED: Word("cluster state", "Waits for review"),
    ClusterState.IN_REVIEW: Word("cluster state", "In review"),
    ClusterState.PUBLISHED: Word("cluster state", "Published"),
    ClusterState.UNDER_REVISION: Word("cluster state", "New version waits"),
    ClusterState.DORMANT: Word("cluster state", "Not confirmed"),
    ClusterState.SUSPENDED: Word("cluster state", "Suspended"),
    ClusterState.REJECTED: Word("cluster state", "Rejected"),
    ClusterState.ARCHIVED: Word("cluster state", "Archived"),
    ClusterState.WITHDRAWN: Word("cluster state", "Withdrawn"),
}
