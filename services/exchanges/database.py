"""The tables of exchanges share one metadata of their own."""

from sqlalchemy import MetaData

from services.chassis import database


class Base(database.Base):
    """All tables of exchanges."""

    __abstract__ = True
    metadata = MetaData()
