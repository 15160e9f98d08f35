"""The tables of notifications share one metadata of their own."""

from typing import ClassVar

from sqlalchemy import MetaData

from services.chassis import database


class Base(database.Base):
    """Base of every mapped class of this service."""

    __abstract__ = True
    metadata: ClassVar[MetaData] = MetaData()
