"""What a row would change of something that the register knows: field by field, before and after.

Before is what is known when the row is judged, after what its declaration leads to.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, TypeVar, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clusters import ClusterAdministratorsNamed
from contracts.declarations import ClusterDeclared
from contracts.declared.people import PersonDeclared
from contracts.event import Event
from contracts.memberships import MemberLeft
from contracts.organisations import (
    OrganisationEvent,
    OrganisationRecord,
    OrganisationSizeClassified,
)
from contracts.people import PersonRecorded
from contracts.registry import ClusterEvent, ClusterProfile
from services.chassis.history import event_of, history
from services.chassis.intake import Accepted, Item, Outcome
from services.registry.clusters.model import Cluster
from services.registry.imports.fields import MEMBER, Kind, fields_of
from services.registry.imports.keeping import of_organisation
from services.registry.lists import joined
from services.registry.memberships.model import Membership
from services.registry.organisations.model import Organisation
from services.registry.people.model import Person, Stated

T = TypeVar("T", Cluster, Membership, Organisation, Person)
Thing = Cluster | Membership | Organisation | Person
Texts = dict[str, str]  # by field of the list

IDENTITY: Final = ("scheme",)  # parts of a value that say nothing alone


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the register knows otherwise than the row says it of the thing `about`."""

    field: str
    known: str
    said: str
    about: str


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of some outcomes: those with which something began, and those of known things."""

    new: frozenset[UUID] = frozenset()
    changes: Mapping[UUID, Event] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """The known things that rows would change, as they are.

    `names` are the numbers of clusters and organisations, which facts about people name by id;
    without those of dual use, for what rows are compared with may be read by all (R-14).
    """

    things: Mapping[UUID, Thing] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)

    def is_dual_use(self, of: Collection[str]) -> bool:
        """Whether some thing of these ids is a cluster of dual use."""
        found = (self.things.get(UUID(each)) for each in of)
        return any(isinstance(each, Cluster) and each.dual_use for each in found)


async def told_by(session: AsyncSession, outcomes: Sequence[Outcome]) -> Told:
    """The facts that came of outcomes, in the transaction in which they are true."""
    ids = [event for each in outcomes if isinstance(each, Accepted) for event in each.events]
    if not ids:
        return Told()
    query = select(history).where(history.c.event_id.in_(ids))
    rows = (await session.execute(query)).mappings().all()
    new = frozenset(row["event_id"] for row in rows if row["sequence"] == 1)
    changed = (row for row in rows if row["sequence"] > 1 and row["data"])
    return Told(new, {row["event_id"]: event_of(row) for row in changed})


async def before(session: AsyncSession, told: Told) -> Before:
    """What is known of the things that facts are about, before those are true."""
    ids: dict[type[Any], set[Any]] = {each: set() for each in get_args(Thing)}
    for event in told.changes.values():
        of = _thing_of(event)
        if of is not None:
            ids[of].add(UUID(event.subject))
    people = await _of_ids(session, Person, ids[Person])
    told_of: list[Person | PersonRecorded] = [*people.values()]
    told_of += [each for each in told.changes.values() if isinstance(each, PersonRecorded)]
    for person in told_of:
        ids[Cluster].update(person.clusters)
        ids[Organisation].update({person.organisation_id} - {None})
    clusters = await _of_ids(session, Cluster, ids[Cluster])
    organisations = await _of_ids(session, Organisation, ids[Organisation])
    memberships = await _of_ids(session, Membership, ids[Membership])
    names = {key: each.number for key, each in clusters.items() if not each.dual_use}
    names |= {key: each.number for key, each in organisations.items()}
    return Before({**clusters, **organisations, **memberships, **people}, names)


def differences(
    item: Item, facts: Sequence[Event], known: Before, *, kind: Kind
) -> list[dict[str, str]]:
    """The fields in which a row differs from what is known, as rows keep them."""
    found: dict[str, Difference] = {}
    for fact in facts:
        thing = known.things.get(UUID(fact.subject))
        if thing is None:
            continue
        old, new = _both(fact, thing, item, known.names, kind)
        for name in new | old:
            before_it, after_it = old.get(name, ""), new.get(name, "")
            if before_it != after_it:
                found[name] = Difference(name, before_it, after_it, fact.subject)
    order = [each.name for each in fields_of(kind, item.association)]
    shown = sorted(found.values(), key=lambda each: order.index(each.field))
    return [asdict(each) for each in shown]


def _both(
    fact: Event,
    thing: Thing,
    item: Item,
    names: Mapping[UUID, str],
    kind: Kind,
) -> tuple[Texts, Texts]:
    """What is known of a thing, and what will be known of it by this fact."""
    declared, country = item.declared.event, item.association
    match thing, fact:
        case Cluster(), ClusterEvent() if isinstance(declared, ClusterDeclared):
            profiles = thing.pending or thing.profile, declared.profile()
            old, new = (_texts(_of_profile(each), kind, country) for each in profiles)
        case Organisation(), OrganisationRecord():
            old, new = (_of_record(each, country) for each in (thing, fact))
        case Organisation(), OrganisationSizeClassified():
            old, new = {"size": thing.size_class.value}, {"size": fact.size_class.value}
        case Membership(), MemberLeft():
            old, new = {}, {"left": fact.ended_day.isoformat()}
        case Person(), PersonRecorded() if isinstance(declared, PersonDeclared):
            old = _of_person(thing.stated, names, country) | {"consent": thing.consent or ""}
            new = _of_person(fact, names, country) | {"consent": declared.consent}
        case _:
            old, new = {}, {}
    return old, new


def _of_profile(profile: ClusterProfile) -> dict[str, Any]:
    return {"/data": profile.model_dump(mode="json", exclude_none=True)}


def _of_record(known: Organisation | OrganisationRecord, country: str) -> Texts:
    if isinstance(known, Organisation):
        whole, numbers = of_organisation(known), known.numbers
    else:
        whole = known.model_dump(mode="json", exclude_none=True)
        numbers = known.legal_ids
    parts = {name: whole.get(name) for name in ("names", "legal_form", "kind", "place", "web")}
    texts = _texts({MEMBER: {**parts, "nace": whole.get("nace")}}, Kind.MEMBERS, country)
    return texts | {each.scheme.value: each.value for each in numbers}


def _of_person(known: Stated | PersonRecorded, names: Mapping[UUID, str], country: str) -> Texts:
    """A person by the fields of a list; the number of the organisation stands for its legal id."""
    does = [
        f"{each.function.value} {names.get(each.cluster_id, '') if each.cluster_id else ''}".strip()
        for each in known.functions
    ]
    employer = names.get(known.organisation_id, "") if known.organisation_id else ""
    legal_id = next(each.name for each in fields_of(Kind.PEOPLE, country) if "_" in each.name)
    return {
        "person": known.names.original,
        "latin": known.names.latin or "",
        "mail": known.mail,
        "phone": known.phone or "",
        "language": known.language,
        "functions": joined(does),
        legal_id: employer,
    }


def _texts(data: Mapping[str, Any], kind: Kind, country: str) -> Texts:
    """The texts of data by the field of the list that they stand in."""
    fields = fields_of(kind, country)
    found: dict[str, list[str]] = {}
    for pointer, text, scheme in _leaves("", data, ""):
        best = [
            (len(place), each.name)
            for each in fields
            for place in each.pointers
            if (pointer == place or pointer.startswith(f"{place}/"))
            and (not place.endswith("/legal_id") or each.name == scheme)
        ]
        if best:
            found.setdefault(max(best)[1], []).append(text)
    return {name: joined(texts) for name, texts in found.items()}


def _leaves(pointer: str, value: Any, scheme: str) -> Iterator[tuple[str, str, str]]:
    """Each single value with its place, and the scheme beside it."""
    if isinstance(value, Mapping):
        beside = str(value.get("scheme", ""))
        for name, inner in value.items():
            if name not in IDENTITY:
                yield from _leaves(f"{pointer}/{name}" if pointer else name, inner, beside)
    elif isinstance(value, (list, tuple)):
        parts = [text for each in value for _, text, _ in _leaves(pointer, each, "")]
        if parts:
            yield pointer, joined(parts), scheme
    elif value not in (None, ""):
        plain = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else str(value)
        yield pointer, plain or "", scheme


def _thing_of(event: Event) -> type[Any] | None:
    match event:
        case ClusterAdministratorsNamed():
            return None  # follows from its person
        case ClusterEvent():
            return Cluster
        case OrganisationEvent():
            return Organisation
        case MemberLeft():
            return Membership
        case PersonRecorded():
            return Person
        case _:
            return None


async def _of_ids(session: AsyncSession, thing: type[T], ids: set[Any]) -> dict[UUID, T]:
    if not ids:
        return {}
    found: Sequence[T] = (await session.scalars(select(thing).where(thing.id.in_(ids)))).all()
    return {each.id: each for each in found}
