"""The words for the states, labels and fields of clusters, in refusals and on pages alike."""

from typing import Final

from contracts.vocabulary import ClusterState, LabelLevel
from services.chassis.words import Word, spoken

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

# not a state of its own: whose new version was returned is still under revision
RETURNED: Final = Word("cluster state", "New version returned")

LABEL: Final = spoken(
    {
        LabelLevel.BRONZE: Word("label level", "Bronze"),
        LabelLevel.SILVER: Word("label level", "Silver"),
        LabelLevel.GOLD: Word("label level", "Gold"),
    }
)

FIELD: Final = {
    "legal_id": Word("field", "Legal id"),
    "names": Word("field", "Name"),
    "short_name": Word("field", "Short name"),
    "legal_form": Word("field", "Legal form"),
    "established": Word("field", "Established"),
    "seat": Word("field", "Seat"),
    "operating_place": Word("field", "Operating place"),
    "languages": Word("field", "Languages"),
    "ecosystem": Word("field", "Ecosystem"),
    "further_ecosystems": Word("field", "Further ecosystems"),
    "nace": Word("field", "NACE"),
    "technologies": Word("field", "Technologies"),
    "s3_areas": Word("field", "Smart specialisation"),
    "web": Word("field", "Web page"),
    "staff_fte": Word("field", "Staff, full-time equivalents"),
    "services": Word("field", "Services"),
    "machine_translated": Word("field", "Machine translation"),
    "recognition": Word("field", "Recognition"),
    "partner_regions": Word("field", "Partner regions"),
    "dual_use": Word("field", "Dual use"),
}
