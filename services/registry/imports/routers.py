"""Every route of imports: for programs, and as pages."""

from typing import Final

from services.registry.imports import act_pages, api, pages

ROUTERS: Final = (api.router, pages.router, act_pages.router)
