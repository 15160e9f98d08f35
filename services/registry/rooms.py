"""What clusters and organisations hold, and the centres, as the registry is put together with them.

Importing the doors of declared things registers them with the registry's intake.
"""

from typing import Final

from services.registry.centres import api as centre_api
from services.registry.centres import intake as centre_intake
from services.registry.centres import pages as centre_pages
from services.registry.centres import rota_pages, service_pages
from services.registry.centres.parts import centres_of_cluster
from services.registry.labels import api as label_api
from services.registry.labels import intake as label_intake
from services.registry.labels import pages as label_pages
from services.registry.labels import timers as label_timers
from services.registry.labels.parts import labels_of_cluster
from services.registry.offers import api as offer_api
from services.registry.offers import intake as offer_intake
from services.registry.offers import pages as offer_pages
from services.registry.offers import timers as offer_timers
from services.registry.offers.parts import offers_of_cluster
from services.registry.participations import api as participation_api
from services.registry.participations import intake as participation_intake
from services.registry.participations import pages as participation_pages
from services.registry.participations.parts import participations_of_cluster
from services.registry.sites import api as site_api
from services.registry.sites import intake as site_intake
from services.registry.sites import pages as site_pages
from services.registry.sites.parts import sites_of_cluster

FOLDERS: Final = ("labels", "participations", "sites", "offers", "centres")
DOORS: Final = (label_intake, participation_intake, site_intake, offer_intake, centre_intake)
TIMERS: Final = (*label_timers.TIMERS, *offer_timers.TIMERS)
ROUTERS: Final = (
    *(label_api.router, label_pages.router),
    *(participation_api.router, participation_pages.router),
    *(site_api.router, site_pages.router),
    *(offer_api.router, offer_pages.router),
    *(centre_api.router, centre_pages.router, rota_pages.router, service_pages.router),
)
PARTS: Final = (
    labels_of_cluster,
    participations_of_cluster,
    sites_of_cluster,
    offers_of_cluster,
    centres_of_cluster,
)
