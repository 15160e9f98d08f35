"""The words for sites, as pages say them."""

from typing import Final

from services.chassis.ui.i18n import Translator, Word
from services.registry.sites.model import Site, SiteState

STATES: Final = {
    SiteState.OPEN: (Word("site state", "Open"), "ok"),
    SiteState.CLOSED: (Word("site state", "Closed"), "done"),
}
EQUIPMENT: Final = {
    "step_free": Word("site", "Step-free access"),
    "booth": Word("site", "Interpreter booth"),
    "shelter": Word("site", "Shelter"),
    "generator": Word("site", "Generator"),
    "satellite": Word("site", "Satellite link"),
    "parking": Word("site", "Parking"),
}


def equipped(site: Site, t: Translator) -> list[str]:
    """What there is, in words."""
    there = {
        "step_free": site.step_free,
        "booth": site.booth,
        "shelter": site.shelter_minutes is not None,
        "generator": site.generator,
        "satellite": site.satellite,
        "parking": bool(site.parking),
    }
    return [t.word(word) for name, word in EQUIPMENT.items() if there[name]]
