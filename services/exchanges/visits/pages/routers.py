"""The pages of visits in the order in which addresses are tried: words before numbers."""

from typing import Final

from services.exchanges.visits.pages import (
    agreeing,
    calling_off,
    holding,
    inviting,
    link,
    link_signing,
    moving,
    planning,
    schedule,
    sessions,
    visit,
)

FOLLOWED: Final = visit.FOLLOWED
PAGES: Final = (
    schedule.router,
    planning.router,
    sessions.router,
    inviting.router,
    agreeing.router,
    moving.router,
    calling_off.router,
    holding.router,
    visit.router,
    link_signing.router,
    link.router,
)
