"""Databases and roles of the services: one function for `talka up`, `talka db` and the tests.

Each service has a database named like it and four roles: `owner` migrates, `app` answers requests
behind row-level security, `worker` runs consumers and timers, `relay` reads the history.
"""

from dataclasses import dataclass
from typing import Final

import asyncpg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from deploy.local.faults import Exit, Fault
from deploy.local.keyring import Keyring
from services.chassis import migrations
from services.chassis.promises import BrokenPromise

SERVICES: Final = ("registry", "exchanges", "notifications", "analytics")
ROLES: Final = ("owner", "app", "worker", "relay")
HIGHEST_PORT: Final = 65_535
LOCK: Final = 7_205_316  # any number, the same for everybody who makes roles


@dataclass(frozen=True, slots=True)
class Addresses:
    """One database under its four roles, in the form that SQLAlchemy takes."""

    owner: str
    app: str
    worker: str
    relay: str


async def provide(
    admin_url: str,
    service: str,
    keyring: Keyring,
    *,
    database: str | None = None,
    template: str | None = None,
) -> Addresses:
    """Make the roles and the database of a service as far as they are missing.

    `database` is the service's name unless told; with `template` it begins as a copy of that
    database, to which nobody may be connected.

    Raises:
        Fault: the server cannot be reached, or the address' account may not make roles.
    """
    name = database or service
    connection = await _connect(admin_url)
    try:
        async with connection.transaction():
            await connection.execute(f"select pg_advisory_xact_lock({LOCK})")
            for role in ROLES:
                await _provide_role(connection, f"{service}_{role}", keyring)
        if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
            await _create_database(connection, service, name, template or "template1")
    except asyncpg.InsufficientPrivilegeError as fault:
        raise Fault(
            "TLK-E042",
            f"The account in DATABASE_URL may not make databases and roles: {fault}",
            "Use an account that may, for this one step; an administrator can allow it:",
            "alter role … createdb createrole",
            exit_code=Exit.REFUSED,
        ) from fault
    finally:
        await connection.close()
    return addresses(admin_url, service, keyring, database=name)


async def prepare(
    admin_url: str,
    service: str,
    keyring: Keyring,
    *,
    database: str | None = None,
) -> Addresses:
    """Provide a service's database and bring it to the newest version.

    Raises:
        Fault: the server cannot be reached, the address' account may not make roles, or the event
            classes of this release break what others rely on.
    """
    made = await provide(admin_url, service, keyring, database=database)
    try:
        await migrations.migrate(made.owner, service)
    except BrokenPromise as fault:
        raise Fault(
            fault.code,
            f"{service}: {fault.told}.",
            "Nothing was changed. Take the change back, or make a class of the next version.",
            "talka contracts check",
            exit_code=Exit.REFUSED,
        ) from fault
    return made


async def versions(
    admin_url: str, service: str, keyring: Keyring
) -> list[tuple[str, str | None, str | None]]:
    """Each part of a service's database with its version here and the newest; None: there is none.

    Raises:
        Fault: the server cannot be reached.
    """
    connection = await _connect(admin_url)
    try:
        there = await connection.fetchval("select 1 from pg_database where datname = $1", service)
    finally:
        await connection.close()
    if not there:
        return [(part, None, newest) for part, newest in migrations.newest(service).items()]
    return await migrations.versions(addresses(admin_url, service, keyring).owner, service)


def addresses(
    admin_url: str, service: str, keyring: Keyring, *, database: str | None = None
) -> Addresses:
    """The addresses of a service's database on the server of `admin_url`; connects to nothing."""
    server = _url(admin_url).set(drivername="postgresql+asyncpg", database=database or service)
    return Addresses(
        *(
            server.set(
                username=f"{service}_{role}", password=keyring.password(f"{service}_{role}")
            ).render_as_string(hide_password=False)
            for role in ROLES
        )
    )


async def remove(admin_url: str, database: str) -> None:
    """Drop a database, whoever is still connected to it."""
    connection = await _connect(admin_url)
    try:
        await connection.execute(f'drop database if exists "{database}" with (force)')
    finally:
        await connection.close()


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or (url.port or 0) > HIGHEST_PORT:
        raise Fault(
            "TLK-E043",
            "DATABASE_URL is no address of a PostgreSQL server.",
            "It looks like this:",
            "export DATABASE_URL=postgresql://account:password@host:5432/postgres",
            exit_code=Exit.WRONG_USE,
        )
    return url


async def _connect(admin_url: str) -> asyncpg.Connection:
    url = _url(admin_url)
    try:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return await asyncpg.connect(plain, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        where = url.render_as_string(hide_password=True)
        raise Fault(
            "TLK-E041",
            f"PostgreSQL at {where} cannot be reached: {fault}",
            "Look at DATABASE_URL and at the server. Without DATABASE_URL Talka starts its own:",
            "env -u DATABASE_URL talka up",
            exit_code=Exit.CANNOT_CONNECT,
        ) from fault


async def _provide_role(connection: asyncpg.Connection, role: str, keyring: Keyring) -> None:
    exists = await connection.fetchval("select 1 from pg_roles where rolname = $1", role)
    verb = "alter" if exists else "create"
    statement = await connection.fetchval(
        f"select format('{verb} role %I login nocreatedb nocreaterole inherit password %L',"
        " $1::text, $2::text)",
        role,
        keyring.password(role),
    )
    await connection.execute(statement)
    if role.endswith("_owner"):  # an account that is no superuser gives away only to its groups
        await connection.execute(f'grant "{role}" to current_user')


async def _create_database(
    connection: asyncpg.Connection, service: str, name: str, template: str
) -> None:
    await connection.execute(
        f'create database "{name}" owner "{service}_owner" template "{template}"'
        " strategy file_copy"  # a copy of files takes a fifth of the time of a copy by WAL
    )
    await connection.execute(f'revoke all on database "{name}" from public')
    roles = ", ".join(f'"{service}_{role}"' for role in ROLES)
    await connection.execute(f'grant connect on database "{name}" to {roles}')
