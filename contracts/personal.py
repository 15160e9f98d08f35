"""Which fields of a class say something about a person: found by annotation, also inside values."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from .event import Personal


def personal_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Dotted paths of all fields marked `Personal`, in the order of the class."""
    return tuple(_paths(model, ()))


def _paths(model: type[BaseModel], above: tuple[str, ...]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = (*above, name)
        if any(isinstance(mark, Personal) for mark in field.metadata):
            yield ".".join(path)
        else:
            yield from _inside(field.annotation, path)


def _inside(annotation: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Looks through optional values, lists and dictionaries into the models they hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _paths(annotation, path)
    for argument in get_args(annotation):
        if isinstance(argument, Personal):
            yield ".".join(path)
        else:
            yield from _inside(argument, path)
