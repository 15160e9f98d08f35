"""Every route of imports: for programs, and as pages."""

from typing import Final

from services.registry.imports import act_pages, api, fix_pages, known_pages, pages

ROUTERS: Final = (api.router, pages.router, act_pages.router, fix_pages.router, known_pages.router)
