"""The registry's tables, and how values of the contracts are kept in them."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import Dialect, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from services.chassis import database

V = TypeVar("V", bound=BaseModel)


class Base(database.Base):
    """All tables of the registry."""

    __abstract__ = True
    metadata = MetaData()


class Stored(TypeDecorator[V], Generic[V]):
    """A frozen value of the contracts as JSON; it is replaced as a whole, never changed inside."""

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type[V]) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    def process_bind_param(self, value: V | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else value.model_dump(mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> V | None:  # noqa: ARG002
        return None if value is None else self.kind.model_validate(value)
