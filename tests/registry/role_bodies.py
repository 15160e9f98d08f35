"""The bodies and forms that the table of roles and commands names."""

from typing import Any

from contracts.declared.holdings import LabelDeclared
from contracts.event import uuid7
from services.registry.clusters.criteria import LOOKED_AT
from tests.registry import held
from tests.registry.builders import a_profile
from tests.registry.members import edrpou
from tests.registry.test_data_requests import asked
from tests.registry.test_declarations import a_declaration


def body_called(name: str, *, number: int) -> Any:
    """What is sent with commands, by the name that the table has for it; `number` makes it new."""
    profile = a_profile(legal_id=edrpou(5000 + number)).model_dump(mode="json")
    known: dict[str, Any] = {
        "profile": profile,
        "declined": {"reasons": [{"criterion": "V-1", "code": "not_met"}]},
        "seen": {"confirmed": list(LOOKED_AT)},
        "waiver": {
            "criterion": "V-1",
            "programme": "National clusters",
            "document": "Order 7",
            "until_day": held.in_days(90),
        },
        "pack": {
            "country": "UA",
            "version": f"9.{number}",
            "from_day": held.in_days(400),
            "required": ["nace"],
            "schemes": ["ua_edrpou"],
        },
        "declaration": a_declaration(),
        "declared": {
            "type": LabelDeclared.type,
            "id": str(uuid7()),
            "cluster/number": "{key}",
            "level": "silver",
            "issuer": "ESCA",
            "from_day": held.in_days(-9),
            "until_day": held.in_days(90),
        },
        "appointment": {
            "names": {"original": "Ірина Ткач"},
            "mail": f"{uuid7()}@example.org",
            "roles": ["logistics"],
            "marks": [],
            "from_day": "2026-01-01",
        },
        "request": asked(),
        "person": {
            "names/original": "Олена",
            "mail": f"{uuid7()}@example.org",
            "language": "uk",
            "zone": "Europe/Kyiv",
        },
    }
    return known[name]
