"""`talka db`: make and migrate the services' databases, and say at which version they are."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.running import a_service
from deploy.cli.terminal import many, put, say, table
from deploy.local.faults import Exit, Fault

if TYPE_CHECKING:
    from deploy.cli.reach import Reach
    from services.chassis.chain import Verdict

app = typer.Typer(help="The services' databases.", no_args_is_help=True)

AdminUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        envvar="DATABASE_URL",
        help="An address that may make databases and roles; else the running Talka's.",
    ),
]


@app.command()
def migrate(database_url: AdminUrl = None) -> None:
    """Make what is missing and bring every database to the newest version."""
    from deploy.local.databases import SERVICES, prepare  # noqa: PLC0415
    from deploy.local.instance import Instance  # noqa: PLC0415

    instance = Instance.here()
    address = database_url or instance.must_run().postgres
    for service in SERVICES:
        asyncio.run(prepare(address, service, instance.keyring()))
        say(f"{service:14} migrated")


@app.command()
def status(database_url: AdminUrl = None) -> None:
    """Show each database's versions, and what would be migrated."""
    from deploy.local.databases import SERVICES, versions  # noqa: PLC0415
    from deploy.local.instance import Instance  # noqa: PLC0415

    instance = Instance.here()
    address = database_url or instance.must_run().postgres
    rows = []
    for service in SERVICES:
        found = asyncio.run(versions(address, service, instance.keyring()))
        rows += [(service, part, here or "–", newest or "–") for part, here, newest in found]
    put(table(("Database", "Part", "Here", "Newest"), rows))
    if any(here != newest for _, _, here, newest in rows):
        say("Bring them to the newest version: talka db migrate")


@app.command()
def export(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Whose history.")],
    database_url: AdminUrl = None,
) -> None:
    """Print a history for auditors: a line for each row, and for each seal; no personal data."""
    from deploy.cli.reach import Reach  # noqa: PLC0415

    a_service(service, "talka db export")
    asyncio.run(_put_lines(Reach.of(database_url), service))


@app.command()
def verify(
    database_url: AdminUrl = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Verify an export; needs no Talka."),
    ] = None,
) -> None:
    """Recompute the hash chain over each history: a changed, removed or reordered row is found."""
    from deploy.cli.reach import Reach  # noqa: PLC0415
    from deploy.local.databases import SERVICES  # noqa: PLC0415

    if file:
        verdicts = {file.name: _verdict_of(file)}
    else:
        reach = Reach.of(database_url)
        verdicts = {service: asyncio.run(_verdict(reach, service)) for service in SERVICES}
    broken = []
    for name, verdict in verdicts.items():
        if verdict.sound:
            rows = many(verdict.rows, "row is as it was", "rows are as they were")
            say(f"{name:14} {rows} written")
        else:
            broken.append(f"{name}: position {verdict.first_bad_position}: {verdict.reason}")
    if broken:
        raise Fault(
            "TLK-E047",
            f"The history is not as it was written. {'; '.join(broken)}.",
            "Keep the database as it is, and compare it with a backup and with the topics:",
            "talka db export registry > registry.ndjson",
            "talka tail registry.clusters --from begin -o jsonl",
            exit_code=Exit.REFUSED,
        )


def _verdict_of(file: Path) -> "Verdict":
    from services.chassis import audit  # noqa: PLC0415

    try:
        with file.open(encoding="utf-8") as lines:
            return audit.verify(lines)
    except (ValueError, KeyError, TypeError) as fault:
        raise Fault(
            "TLK-E049",
            f"{file.name} is not a history that was exported.",
            "Export one with this, and leave the file as it is:",
            "talka db export registry > registry.ndjson",
            exit_code=Exit.WRONG_USE,
        ) from fault


async def _verdict(reach: "Reach", service: str) -> "Verdict":
    from services.chassis import chain  # noqa: PLC0415

    async with reach.sessions(service, "worker") as sessions, sessions() as session:
        return await chain.verify(session)


async def _put_lines(reach: "Reach", service: str) -> None:
    from services.chassis import audit  # noqa: PLC0415

    async with reach.sessions(service, "worker") as sessions, sessions() as session:
        async for line in audit.lines(session):
            put(line)
