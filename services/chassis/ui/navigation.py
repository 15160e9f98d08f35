"""The bar of every page: what there is, where it is and who may use it.

A static list: a page is added here when it is built. Items of services that do not run, and items
that a role cannot use, are absent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from services.chassis.identity import BACK_OFFICE, OPERATOR, SUPPORT_OFFICE
from services.chassis.ui.i18n import Word

EVERYBODY: Final = frozenset[str]()
BACK_OFFICES: Final = frozenset({BACK_OFFICE})
DESKS: Final = frozenset({BACK_OFFICE, "coordinator", SUPPORT_OFFICE})


@dataclass(frozen=True, slots=True)
class Item:
    """A page that the bar leads to; `roles` empty means everybody who is signed in.

    Pages whose address begins with one of `covers` belong to it.
    """

    word: Word
    address: str
    icon: str = ""
    covers: tuple[str, ...] = ()
    roles: frozenset[str] = EVERYBODY
    second: tuple["Item", ...] = ()

    @property
    def service(self) -> str:
        return self.address.split("/")[1]

    def reach(self, path: str) -> int:
        """How much of `path` belongs to this item; the item with the longest reach is current."""
        prefixes = (self.address, *self.covers, *(item.address for item in self.second))
        return max((len(prefix) for prefix in prefixes if path.startswith(prefix)), default=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as one reader finds it on one page."""

    item: Item
    current: bool
    second: Sequence["Entry"] = ()


NAVIGATION: Final = (
    Item(Word("navigation", "Today"), "/notifications/today", "today"),
    Item(Word("navigation", "Visits"), "/exchanges/schedule", "visits", ("/exchanges/",)),
    Item(
        Word("navigation", "Clusters"),
        "/registry/clusters",
        "clusters",
        ("/registry/",),
        second=(
            Item(Word("navigation", "Clusters"), "/registry/clusters"),
            Item(Word("navigation", "Organisations"), "/registry/organisations"),
            Item(Word("navigation", "Labels"), "/registry/labels"),
            Item(Word("navigation", "Participations"), "/registry/participations"),
            Item(Word("navigation", "Sites"), "/registry/sites"),
            Item(Word("navigation", "Offers"), "/registry/offers"),
            Item(Word("navigation", "Centres"), "/registry/centres"),
            Item(Word("navigation", "Imports"), "/registry/imports", roles=BACK_OFFICES),
            Item(Word("navigation", "Declarations"), "/registry/declarations", roles=BACK_OFFICES),
            Item(Word("navigation", "People"), "/registry/people", roles=BACK_OFFICES),
            Item(
                Word("navigation", "Data requests"), "/registry/data-requests", roles=BACK_OFFICES
            ),
            Item(Word("navigation", "Staff"), "/registry/staff", roles=BACK_OFFICES),
            Item(Word("navigation", "Keys"), "/registry/keys", roles=BACK_OFFICES),
        ),
    ),
    Item(Word("navigation", "Messages"), "/notifications/deliveries", "messages", roles=DESKS),
    Item(
        Word("navigation", "Analytics"),
        "/analytics/",
        "analytics",
        second=(
            Item(Word("navigation", "At a glance"), "/analytics/"),
            Item(Word("navigation", "Definitions"), "/analytics/definitions"),
            Item(Word("navigation", "Streams"), "/analytics/streams"),
        ),
    ),
)


def operations(service: str) -> Item:
    """The pages about the running of one service."""
    return Item(
        Word("navigation", "Operations"),
        f"/{service}/status",
        "operations",
        covers=(f"/{service}/gallery",),
        second=(
            Item(Word("navigation", "Status"), f"/{service}/status"),
            Item(
                Word("navigation", "Parked records"),
                f"/{service}/parked",
                roles=frozenset({OPERATOR, BACK_OFFICE}),
            ),
            Item(Word("navigation", "Event catalogue"), f"/{service}/catalogue"),
        ),
    )


def entries(
    service: str, running: Collection[str], roles: Collection[str], path: str
) -> Sequence[Entry]:
    """What a person with these roles finds in the bar of the page at `path`."""
    shown = [item for item in NAVIGATION if item.service in running]
    return _entries([*shown, operations(service)], roles, path)


def home(service: str, running: Collection[str], roles: Collection[str]) -> str:
    """Where a person with these roles begins; the service's status when that does not run."""
    if OPERATOR in roles:
        return f"/{service}/status"
    if {"analyst", SUPPORT_OFFICE} & set(roles) and "analytics" in running:
        return "/analytics/"
    begin = next((item for item in NAVIGATION if item.service in running), operations(service))
    return begin.address


def page_word(service: str, address: str) -> Word:
    """What the bar calls the page at an address, or the one that it belongs to."""
    path = address.partition("?")[0]
    items = (*NAVIGATION, operations(service))
    around = max(items, key=lambda item: item.reach(path))
    inside = [item for item in around.second if path.startswith(item.address)]
    return max(inside, key=lambda item: len(item.address), default=around).word


def _entries(items: Sequence[Item], roles: Collection[str], path: str) -> Sequence[Entry]:
    allowed = [item for item in items if not item.roles or not item.roles.isdisjoint(roles)]
    longest = max((item.reach(path) for item in allowed), default=0)
    return [
        Entry(item, 0 < item.reach(path) == longest, _entries(item.second, roles, path))
        for item in allowed
    ]
