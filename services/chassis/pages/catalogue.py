"""The event catalogue: every type that Talka promises, with fields, example and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from contracts.catalogue import DECLARATIONS, EVENTS
from contracts.deprecation import Deprecation, Stage, stage_of
from contracts.event import Event
from contracts.released import as_text, example_text, released_schema
from services.chassis import clock
from services.chassis.errors import NotFound
from services.chassis.faults import mark
from services.chassis.http import PageActor
from services.chassis.pages.schema_words import FieldRow, field_rows
from services.chassis.topics import channels
from services.chassis.ui.i18n import Word
from services.chassis.ui.render import render

CLASSES: Final = {
    "public": (Word("classification", "Public"), "ok"),
    "internal": (Word("classification", "Internal"), ""),
    "personal": (Word("classification", "Personal"), "warn"),
}
ROLES: Final = {
    "published": Word("catalogue", "Published here"),
    "read": Word("catalogue", "Read here"),
    "taken": Word("catalogue", "Taken as declaration"),
    "": Word("catalogue", "Elsewhere"),
}


STAGES: Final = {
    Stage.ACTIVE: (Word("event type", "Active"), "ok"),
    Stage.DEPRECATED: (Word("event type", "Deprecated"), "warn"),
    Stage.SUNSET: (Word("event type", "Taken no more"), "off"),
}


class EventTypeNotFound(NotFound):
    """Nobody promised a type of this name."""

    code = "TLK-E046"
    title = "No such type"

    def __init__(self, event_type: str) -> None:
        super().__init__(
            mark("there is no event type {asked}: look it up in the list"), asked=event_type[:100]
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """One type as the list shows it; `role` is what this service has to do with it."""

    type: str
    name: str
    owner: str
    topic: str
    classification: str
    role: str
    sentence: str
    stage: Stage
    deprecated: Deprecation | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show of the catalogue; `service` is preset to the one that is asked."""

    service: str
    classification: str = ""
    role: str = ""
    stage: Stage | None = None
    q: str = ""

    def take(self, listed: Listed) -> bool:
        here = self.service in ("all", listed.owner) or bool(listed.role)
        text = f"{listed.type} {listed.name} {listed.sentence}".lower()
        return (
            here
            and self.classification in ("", listed.classification)
            and self.role in ("", listed.role)
            and self.stage in (None, listed.stage)
            and self.q.lower() in text
        )


def catalogue(service: str) -> APIRouter:
    """The catalogue pages of one service."""
    router = APIRouter(prefix=f"/{service}/catalogue", include_in_schema=False)

    @router.get("")
    async def all_types(
        request: Request,
        _: PageActor,
        *,
        of: str = service,
        classification: str = "",
        role: str = "",
        state: Annotated[Stage | None, BeforeValidator(lambda given: given or None)] = None,
        q: str = "",
    ) -> Response:
        filters = Filters(of, classification, role, state, q.strip())
        known = [_listed(found, request) for found in (EVENTS | DECLARATIONS).values()]
        shown = sorted(filter(filters.take, known), key=lambda listed: listed.type)
        return render(
            request,
            "catalogue.html",
            fragment="types",
            types=shown,
            filters=filters,
            owner_options=[(owner, owner) for owner in sorted({one.owner for one in known})],
            classes=CLASSES,
            roles={role: word for role, word in ROLES.items() if role},
            stages=STAGES,
        )

    @router.get("/{event_type}")
    async def one_type(request: Request, _: PageActor, event_type: str) -> Response:
        return _type_page(request, event_type)

    return router


def _type_page(request: Request, event_type: str) -> Response:
    found = EVENTS.get(event_type) or DECLARATIONS.get(event_type)
    if found is None:
        raise EventTypeNotFound(event_type)
    return render(
        request,
        "catalogue_type.html",
        listed=_listed(found, request),
        text=cleandoc(found.__doc__ or ""),
        fields=_fields(event_type),
        example=example_text(event_type),
        schema=as_text(released_schema(event_type) or {}),
        readers=_readers(found.topic),
        declared=event_type in DECLARATIONS,
        classes=CLASSES,
        roles=ROLES,
        stages=STAGES,
    )


def _listed(event_class: type[Event], request: Request) -> Listed:
    owner = event_class.type.split(".")[1]
    return Listed(
        type=event_class.type,
        name=event_class.__name__,
        owner=owner,
        topic=event_class.topic,
        classification=event_class.classification.value,
        role=_role(event_class.type, owner, request),
        sentence=cleandoc(event_class.__doc__ or "").partition("\n\n")[0].replace("\n", " "),
        stage=stage_of(event_class.deprecated, clock.now().date()),
        deprecated=event_class.deprecated,
    )


def _role(event_type: str, owner: str, request: Request) -> str:
    service = request.app.state.settings.service
    if event_type in DECLARATIONS:
        return "taken" if owner == service else ""
    if owner == service:
        return "published"
    return "read" if event_type in request.app.state.consumer.types else ""


def _fields(event_type: str) -> Sequence[FieldRow]:
    return field_rows(released_schema(event_type) or {})


def _readers(topic: str) -> Sequence[str]:
    """Who reads a topic, by the file that also gives them the right to."""
    declared = channels().get(topic)
    return declared.readers if declared else ()
