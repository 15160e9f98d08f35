"""Words of posted declarations, as people read them."""

from typing import Final

from services.chassis.intake import Way
from services.chassis.ui.i18n import Word
from services.registry.declarations.model import State

CLUSTER: Final = Word("declaration", "Cluster")
ORGANISATION: Final = Word("declaration", "Organisation")
MEMBER: Final = Word("declaration", "Member")
PARTICIPATION: Final = Word("declaration", "Participation")
LABEL: Final = Word("declaration", "Quality label")
SITE: Final = Word("declaration", "Site")
CENTRE_SERVICE: Final = Word("declaration", "Service of a centre")
OFFER: Final = Word("declaration", "Offer or request")
PERSON: Final = Word("declaration", "Person")
STAFF: Final = Word("declaration", "Staff")

TYPES: Final = {
    "talka.registry.cluster.declared.v1": CLUSTER,
    "talka.registry.confirmation.declared.v1": Word("declaration", "Confirmation"),
    "talka.registry.relocation.declared.v1": Word("declaration", "Relocation"),
    "talka.registry.cluster_end.declared.v1": Word("declaration", "End of a cluster"),
    "talka.registry.member.declared.v1": MEMBER,
    "talka.registry.membership.ended.v1": Word("declaration", "End of a membership"),
    "talka.registry.participation.declared.v1": PARTICIPATION,
    "talka.registry.label.declared.v1": LABEL,
    "talka.registry.site.declared.v1": SITE,
    "talka.registry.site_end.declared.v1": Word("declaration", "End of a site"),
    "talka.registry.centre_service.declared.v1": CENTRE_SERVICE,
    "talka.registry.offer.declared.v1": OFFER,
    "talka.registry.person.declared.v1": PERSON,
    "talka.registry.staff.declared.v1": STAFF,
    "talka.registry.withdrawal.declared.v1": Word("declaration", "Withdrawal"),
}

STATES: Final = {
    State.ACCEPTED: (Word("declaration state", "Accepted"), "ok"),
    State.CORRECTED: (Word("declaration state", "Corrected"), "done"),
    State.WITHDRAWN: (Word("declaration state", "Withdrawn"), "done"),
    State.UNCHANGED: (Word("declaration state", "Nothing new"), "done"),
    State.REFUSED: (Word("declaration state", "Refused"), "off"),
}

WAYS: Final = {
    Way.HTTP: Word("door", "Interface"),
    Way.KAFKA: Word("door", "Kafka"),
    Way.IMPORT: Word("door", "Spreadsheet"),
    Way.PAGE: Word("door", "Form"),
}
