"""Words of posted declarations, as people read them."""

from typing import Final

from services.chassis.intake import Way
from services.chassis.ui.i18n import Word
from services.registry.declarations.model import State

TYPES: Final = {
    "talka.registry.cluster.declared.v1": Word("declaration", "Cluster"),
    "talka.registry.confirmation.declared.v1": Word("declaration", "Confirmation"),
    "talka.registry.relocation.declared.v1": Word("declaration", "Relocation"),
    "talka.registry.cluster_end.declared.v1": Word("declaration", "End of a cluster"),
    "talka.registry.member.declared.v1": Word("declaration", "Member"),
    "talka.registry.membership.ended.v1": Word("declaration", "End of a membership"),
    "talka.registry.participation.declared.v1": Word("declaration", "Participation"),
    "talka.registry.label.declared.v1": Word("declaration", "Quality label"),
    "talka.registry.site.declared.v1": Word("declaration", "Site"),
    "talka.registry.site_end.declared.v1": Word("declaration", "End of a site"),
    "talka.registry.centre_service.declared.v1": Word("declaration", "Service of a centre"),
    "talka.registry.offer.declared.v1": Word("declaration", "Offer or request"),
    "talka.registry.person.declared.v1": Word("declaration", "Person"),
    "talka.registry.staff.declared.v1": Word("declaration", "Staff"),
    "talka.registry.withdrawal.declared.v1": Word("declaration", "Withdrawal"),
}

STATES: Final = {
    State.ACCEPTED: (Word("declaration state", "Accepted"), "ok"),
    State.UNCHANGED: (Word("declaration state", "Nothing new"), "done"),
    State.REFUSED: (Word("declaration state", "Refused"), "off"),
}

WAYS: Final = {
    Way.HTTP: Word("door", "Interface"),
    Way.KAFKA: Word("door", "Kafka"),
    Way.IMPORT: Word("door", "Spreadsheet"),
    Way.PAGE: Word("door", "Form"),
}
