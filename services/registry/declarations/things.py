"""What declarations are about: kind, name and page of a thing, as far as the reader may know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.words import Word
from services.registry import holding
from services.registry.centres import finding as centres
from services.registry.centres.model import Centre
from services.registry.clusters import finding as clusters
from services.registry.clusters.model import Cluster
from services.registry.declarations import words
from services.registry.declarations.model import About
from services.registry.labels.model import Label
from services.registry.memberships.model import Membership
from services.registry.offers import finding as offers
from services.registry.offers.model import Offer
from services.registry.organisations import queries as organisations
from services.registry.organisations.model import Organisation
from services.registry.participations import finding as participations
from services.registry.participations.model import Participation
from services.registry.people.model import Person
from services.registry.sites import finding as sites
from services.registry.sites.model import Site
from services.registry.staff.model import StaffMember

Rows = Select[UUID, str, str, str]  # id, name, key of its page, text in which it is found


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: its word, the address of its page, and what there is of it."""

    word: Word
    page: str
    rows: Callable[[Actor], Rows]


async def things_of(
    session: AsyncSession, actor: Actor, subjects: Collection[tuple[str, str]]
) -> dict[str, About]:
    """The things by their ids, from pairs of topic and subject; those not for the actor miss."""
    found: dict[str, About] = {}
    for topic in sorted({topic for topic, _ in subjects} & KINDS.keys()):
        kind = KINDS[topic]
        rows = kind.rows(actor).subquery()
        ids = [UUID(subject) for each, subject in subjects if each == topic]
        for row in await session.execute(select(rows).where(rows.c.id.in_(ids))):
            found[str(row.id)] = About(row.name, kind.page.format(row.key))
    return found


def called(actor: Actor, text: str) -> Select[str]:
    """The ids, as texts, of things whose name holds all words of `text`."""
    matching = []
    for kind in KINDS.values():
        rows = kind.rows(actor).subquery()
        holds = [rows.c.text.contains(word, autoescape=True) for word in fold(text).split()]
        matching.append(select(cast(rows.c.id, Text)).where(*holds).subquery())
    return union_all(*(select(each) for each in matching)).subquery().select()


def _english(names: Any) -> ColumnElement[str]:
    english: ColumnElement[str] = cast(names, JSONB)["en"].astext
    return english


def _clusters(actor: Actor) -> Rows:
    columns = (Cluster.id, Cluster.name, Cluster.number.label("key"), Cluster.folded.label("text"))
    return select(*columns).where(clusters.visible_to(actor))


NAME_OF_ORGANISATION: Final = func.coalesce(_english(Organisation.names), Organisation.number)


def _organisations(actor: Actor) -> Rows:
    return select(
        Organisation.id,
        NAME_OF_ORGANISATION.label("name"),
        Organisation.number.label("key"),
        Organisation.folded.label("text"),
    ).where(organisations.visible_to(actor))


def _memberships(actor: Actor) -> Rows:
    return (
        select(
            Membership.id,
            NAME_OF_ORGANISATION.label("name"),
            Organisation.number.label("key"),
            Organisation.folded.label("text"),
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(organisations.visible_to(actor), clusters.visible_to(actor))
    )


def _labels(actor: Actor) -> Rows:
    columns = (Label.id, Cluster.name, cast(Label.id, Text).label("key"))
    labels = select(*columns, Cluster.folded.label("text"))
    return labels.join(Cluster, Cluster.id == Label.cluster_id).where(clusters.visible_to(actor))


def _held(actor: Actor, thing: Any, name: Any, text: Any, seen: ColumnElement[bool]) -> Rows:
    rows = holding.with_holders(actor, thing).where(seen)
    return rows.with_only_columns(
        thing.id, name.label("name"), cast(thing.id, Text).label("key"), text.label("text")
    )


HOLDER: Final = func.coalesce(Cluster.name, NAME_OF_ORGANISATION, "")
FOLDED_HOLDER: Final = func.coalesce(Cluster.folded, Organisation.folded, "")


def _participations(actor: Actor) -> Rows:
    name = func.concat_ws(" · ", Participation.programme, func.nullif(HOLDER, ""))
    text = func.concat_ws(" ", func.lower(Participation.programme), FOLDED_HOLDER)
    return _held(actor, Participation, name, text, participations.visible_to(actor))


def _sites(actor: Actor) -> Rows:
    return _held(actor, Site, _english(Site.names), Site.folded, sites.visible_to(actor))


def _offers(actor: Actor) -> Rows:
    mine = Offer.association == actor.association  # of others a holder may be anonymous
    text = func.concat_ws(" ", Offer.folded, FOLDED_HOLDER)
    return _held(actor, Offer, HOLDER, text, and_(offers.visible_to(actor), mine))


def _centres(actor: Actor) -> Rows:
    names = cast(Centre.names, Text)
    columns = (_english(Centre.names).label("name"), Centre.code.label("key"))
    return select(Centre.id, *columns, func.lower(names).label("text")).where(
        centres.visible_to(actor)
    )


def _named(thing: Any, text: Any) -> Callable[[Actor], Rows]:
    """People are there for the association that keeps them."""
    name = cast(thing.names, JSONB)["original"].astext.label("name")
    columns = (thing.id, name, cast(thing.id, Text).label("key"), text.label("text"))
    return lambda actor: select(*columns).where(thing.association == actor.association)


KINDS: Final = {
    "registry.clusters": Kind(words.CLUSTER, "/registry/clusters/{}", _clusters),
    "registry.organisations": Kind(
        words.ORGANISATION, "/registry/organisations/{}", _organisations
    ),
    "registry.memberships": Kind(words.MEMBER, "/registry/organisations/{}", _memberships),
    "registry.labels": Kind(words.LABEL, "/registry/labels/{}", _labels),
    "registry.participations": Kind(
        words.PARTICIPATION, "/registry/participations/{}", _participations
    ),
    "registry.sites": Kind(words.SITE, "/registry/sites/{}", _sites),
    "registry.offers": Kind(words.OFFER, "/registry/offers/{}", _offers),
    "registry.centres": Kind(words.CENTRE_SERVICE, "/registry/centres/{}", _centres),
    "registry.people": Kind(words.PERSON, "/registry/people/{}", _named(Person, Person.folded)),
    "registry.staff": Kind(
        words.STAFF,
        "/registry/staff/{}/roles",
        _named(StaffMember, func.lower(cast(StaffMember.names, Text))),
    ),
}

OF_PEOPLE: Final = frozenset({words.PERSON, words.STAFF})  # who they are stays on their pages
