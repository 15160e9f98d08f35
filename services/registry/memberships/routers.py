"""All routers about members and organisations, as the registry mounts them."""

from typing import Final

from services.registry.memberships import (
    act_pages,
    api,
    form_pages,
    organisation_api,
    organisation_form_pages,
    organisation_pages,
    pages,
)

ROUTERS: Final = (
    *(api.router, pages.router, form_pages.router, act_pages.router),
    *(organisation_api.router, organisation_form_pages.router, organisation_pages.router),
)
