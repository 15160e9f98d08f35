"""From what was posted to declarations, with every fault of each: of its envelope and its data.

The association is the poster's; what an envelope says of it can only be refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from contracts.catalogue import DECLARATIONS
from contracts.declarations import Declaration
from contracts.deprecation import Stage, stage_of
from contracts.envelope import Envelope
from services.chassis import telemetry
from services.chassis.errors import DomainError, Fault, Invalid, NotAllowed
from services.chassis.faults import MISSING, UNKNOWN, faults_of, mark, pointer
from services.chassis.identity import Actor
from services.chassis.intake import Intake, Item, Way
from services.chassis.intake_envelope import Attributes, faults_of_envelope, time_of
from services.chassis.reading import canonical
from services.chassis.received import Received, Record
from services.chassis.refusals import BadRequest

IN_THE_ENVELOPE = ("subject", "time")  # fields of every event that are no data
MOST_FAULTS = 100  # that are told of one declaration: more helps nobody, and costs memory


class ForeignAssociation(NotAllowed):
    """It says that it speaks for another association than the poster's."""

    code = "TLK-D027"
    title = "Not for another association"


class ForeignService(NotAllowed):
    """It is of a type that another service takes."""

    code = "TLK-D028"
    title = "Not taken by this service"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what one actor posts to one service at one moment, by one door."""

    intake: Intake
    actor: Actor
    now: datetime
    way: Way = Way.HTTP

    def try_document(self, document: Any) -> Item | DomainError:
        """The declaration in structured mode, or why it is none."""
        if not isinstance(document, dict):
            return BadRequest(mark("a declaration is an object in braces"))
        attributes = {name: value for name, value in document.items() if name != "data"}
        try:
            return self.read(attributes, document.get("data"))
        except DomainError as refusal:
            return refusal

    def read(self, attributes: Attributes, data: Any) -> Item:
        """The declaration that an envelope and its data state.

        Raises:
            Invalid: with every fault of both, up to a hundred.
            ForeignAssociation, ForeignService: it is not for this door.
            BadRequest: the data or the attributes hold what cannot be kept.
        """
        self._refuse_foreign(attributes)
        faults = faults_of_envelope(attributes, now=self.now)
        declaration_class = self.intake.classes.get(str(attributes.get("type")))
        if declaration_class is None:
            faults.append(_of_type(attributes.get("type")))
        else:
            faults += _of_its_end(declaration_class, self.now)
        if not isinstance(data, dict):
            faults.append(Fault("/data", *(MISSING if data is None else _OBJECT)))
        if faults:
            canonical(dict(attributes))  # their names would stand in faults that are kept
        if declaration_class is None or not isinstance(data, dict):
            raise Invalid(_SENTENCE, faults[:MOST_FAULTS])
        sent = canonical(data)
        time = time_of(attributes) or self.now
        subject = attributes.get("subject") or ""
        event = _event(declaration_class, data, {"subject": str(subject), "time": time}, faults)
        if event is None or faults:
            raise Invalid(_SENTENCE, faults[:MOST_FAULTS])
        envelope = Envelope(
            id=attributes["id"],
            source=attributes["source"],
            type=event.type,
            subject=event.subject,
            time=event.time,
            association=self.actor.association,
            actor=self.actor.id,
            traceparent=telemetry.trace(),
        )
        posted = Record("", -1, -1, None, sent, (), int(self.now.timestamp() * 1000))
        return Item.of(self.actor, Received(event, envelope, posted), sent, self.way)

    def _refuse_foreign(self, attributes: Attributes) -> None:
        association = attributes.get("association")
        if association not in (None, self.actor.association):
            raise ForeignAssociation(
                mark("you post for {association}; leave the attribute association out"),
                association=self.actor.association,
            )
        elsewhere = DECLARATIONS.get(str(attributes.get("type")))
        if elsewhere is not None and elsewhere.service != self.intake.service:
            raise ForeignService(
                mark("declarations of this type are taken at /{service}/v1/events"),
                service=elsewhere.service,
            )


def _of_type(given: object) -> Fault:
    return Fault("/type", *(MISSING if given is None else _TYPE))


def _of_its_end(declaration_class: type[Declaration], now: datetime) -> list[Fault]:
    """A type is taken no more from its sunset on."""
    deprecated = declaration_class.deprecated
    if deprecated is None or stage_of(deprecated, now.date()) is not Stage.SUNSET:
        return []
    values = {"day": deprecated.sunset.isoformat(), "instead": deprecated.instead}
    return [Fault("/type", *_SUNSET, values=values)]


def _event(
    declaration_class: type[Declaration],
    data: dict[str, Any],
    beside: dict[str, Any],
    faults: list[Fault],
) -> Declaration | None:
    """The data by their class; adds what is wrong with them to `faults`."""
    faults += [Fault(pointer("data", name), *UNKNOWN) for name in IN_THE_ENVELOPE if name in data]
    whole = data | {"subject": beside["subject"], "time": beside["time"].isoformat()}
    try:
        return declaration_class.model_validate_json(canonical(whole), strict=True, extra="forbid")
    except ValidationError as found:
        faults += faults_of(found.errors(include_url=False, include_input=False), below="/data")
        return None


_SENTENCE = mark("please correct the fields named below, and send it again")
_TYPE = ("TLK-D023", mark("Give a type of declaration; the event catalogue lists them."))
_SUNSET = ("TLK-D031", mark("This type is taken no more since {day}. Post {instead}."))
_OBJECT = ("TLK-D003", mark("Give an object in braces."))
