"""What stands in the form of a site before somebody types: its values, and regions to choose."""

from collections.abc import Sequence

from contracts.reference import nuts, oblasts
from services.registry.forms import Form
from services.registry.sites.model import Site

DEEPEST = 3  # the level of NUTS that addresses are sorted by


def places(country: str, language: str) -> Sequence[tuple[str, str]]:
    """The regions of a country, as pairs of code and name."""
    if country == "UA":
        named = [(o.iso, o.name_uk if language == "uk" else o.name_en) for o in oblasts().values()]
    else:
        named = [
            (region.code, region.name)
            for region in nuts().values()
            if region.code.startswith(country) and region.level == DEEPEST
        ]
    return sorted(named, key=lambda pair: pair[1])


def form_of(site: Site, holder: str) -> Form:
    """The form with what is said of a site now."""
    place = site.place
    values = {
        "holder": holder,
        "seats": str(site.seats),
        "shelter_minutes": _text(site.shelter_minutes),
        "parking": _text(site.parking),
        "opened_day": site.opened_on.isoformat(),
        "place__country": place.country,
        "place__region__scheme": place.region.scheme.value,
        "place__region__code": place.region.code,
        "place__settlement": place.settlement,
        "place__street": place.street or "",
        "place__lat": _text(place.lat),
        "place__lon": _text(place.lon),
        **{f"names__{language}": name for language, name in site.names.items()},
    }
    flags = ("step_free", "booth", "generator", "satellite", "dual_use")
    return Form.filled(**values, **{flag: "yes" for flag in flags if getattr(site, flag)})


def _text(value: float | None) -> str:
    return "" if value is None else str(value)
