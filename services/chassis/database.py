"""PostgreSQL through SQLAlchemy: engine, sessions, column types, and which errors pass."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Enum, Numeric, Table, Text, Uuid, event, inspect
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Session

Sessions = async_sessionmaker[AsyncSession]

CONNECTION_SECONDS: Final = 5  # to wait for one, made anew or given back
# connection lost, transaction rollback, resources, lock not available, shutdown, system error
TRANSIENT: Final = ("08", "40", "53", "55P03", "57P", "58")


class Base(DeclarativeBase):
    """Columns by annotation: aware instants, UUIDs, words of an enumeration as text, JSON."""

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        str: Text(),
        Decimal: Numeric(),
        StrEnum: Enum(StrEnum, native_enum=False, values_callable=list),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        list[str]: ARRAY(Text()),
        list[UUID]: ARRAY(Uuid()),
    }


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An engine whose sessions wait at most a second or so for anything that hangs."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,  # closed at once when given back, and one more costs 10 ms to make
        pool_timeout=CONNECTION_SECONDS,
        hide_parameters=True,  # they would be people's names in logs and reasons
        connect_args={
            "timeout": CONNECTION_SECONDS,
            "server_settings": {
                "statement_timeout": "30000",
                "lock_timeout": "10000",
                "idle_in_transaction_session_timeout": "60000",
                "jit": "off",
            },
        },
    )
    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "checkout", _must_be_open)
    return engine


def _connect(dialect: Dialect, _: object, arguments: Any, options: Any) -> Any:
    """Connect; a server that cannot be reached is the same to us as one that went away."""
    try:
        return dialect.connect(*arguments, **options)
    except OSError as fault:
        raise OperationalError("connect", None, fault, connection_invalidated=True) from fault


def _must_be_open(connection: Any, *_: object) -> None:
    """Let the pool replace what the server closed; a ping would cost three round trips."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed this connection")


def make_sessions(engine: AsyncEngine, *, wake: Callable[[], None] | None = None) -> Sessions:
    """Sessions whose objects stay readable after the commit; nothing is loaded behind one's back.

    `wake` is called in this process after each commit of a transaction that recorded an event.
    """
    kind = type("ServiceSession", (Session,), {})
    if wake is not None:

        def after_commit(session: Session) -> None:
            if session.info.pop("recorded", False):
                wake()

        event.listen(kind, "after_commit", after_commit)
    return async_sessionmaker(engine, expire_on_commit=False, sync_session_class=kind)


def sqlstate(fault: BaseException) -> str | None:
    """The five characters by which PostgreSQL names what went wrong."""
    return getattr(getattr(fault, "orig", None), "sqlstate", None)


def is_transient(fault: BaseException) -> bool:
    """Whether the same work may succeed later: decided by SQLSTATE, never by exception class.

    A cancelled statement (57014) is not transient: it ran into its time limit and would again.
    """
    if isinstance(fault, OSError | PoolTimeout):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    state = sqlstate(fault) or ""
    return fault.connection_invalidated or (state != "57014" and state.startswith(TRANSIENT))


async def upsert(
    session: AsyncSession, table: type[DeclarativeBase] | Table, rows: Iterable[dict[str, Any]]
) -> None:
    """Write rows over those with the same primary key; of several with one key the last.

    They are written in the order of their keys, so that two such writers cannot deadlock.
    """
    key = [column.name for column in inspect(table).primary_key]
    last = {tuple(row[name] for name in key): row for row in rows}
    if last:
        new = insert(table)
        written = {column.name: column for column in new.excluded if not column.primary_key}
        over = new.on_conflict_do_update(index_elements=key, set_=written)
        await session.execute(over, [last[each] for each in sorted(last)])
