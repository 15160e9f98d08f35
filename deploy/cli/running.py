"""`talka up`, `down`, `status`, `serve`, `version`: run Talka, and say how it is."""

import sys
from collections.abc import Collection
from typing import Annotated

import typer

from deploy.cli.terminal import put, say, table
from deploy.local.faults import Exit, Fault

HIGHEST = 65_535
Port = Annotated[
    int, typer.Option(envvar="TALKA_PORT", min=1, max=HIGHEST, help="Port of pages and interfaces.")
]
KafkaPort = Annotated[
    int, typer.Option(envvar="TALKA_KAFKA_PORT", min=1, max=HIGHEST, help="Port of our own Kafka.")
]
PostgresPort = Annotated[
    int,
    typer.Option(
        envvar="TALKA_POSTGRES_PORT", min=1, max=HIGHEST, help="Port of our own PostgreSQL."
    ),
]
Services = Annotated[str, typer.Option(help="Which services, by comma; all four if not told.")]
Seed = Annotated[str, typer.Option(envvar="TALKA_SEED", help="demo or none.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def up(
    services: Services = "registry,exchanges,notifications,analytics",
    seed: Seed = "demo",
    port: Port = 8800,
    kafka_port: KafkaPort = 9092,
    postgres_port: PostgresPort = 15432,
    *,
    detach: Annotated[bool, typer.Option(help="Return when it is ready.")] = False,
) -> None:
    """Start Talka on this machine: servers, mailbox, four services at one address.

    DATABASE_URL and KAFKA_BOOTSTRAP, if set, replace the servers that it would start.
    """
    from deploy.local.instance import Instance  # noqa: PLC0415

    instance = Instance.here()
    if instance.is_claimed():
        raise instance.running_already()

    from deploy.local import foreground  # noqa: PLC0415
    from deploy.local.supervisor import Options  # noqa: PLC0415

    options = Options(
        services=known_services(services, "--services"),
        seed=one_of("--seed", seed, ("demo", "none")),
        port=port,
        kafka_port=kafka_port,
        postgres_port=postgres_port,
    )
    if detach:
        foreground.detach([argument for argument in sys.argv[1:] if argument != "--detach"])
    else:
        foreground.run(options)


def down(
    *,
    delete_data: Annotated[bool, typer.Option(help="Remove everything it ever stored.")] = False,
    yes: Annotated[bool, typer.Option(help="Do not ask for the word.")] = False,
) -> None:
    """Stop Talka, and wait until everything has ended."""
    from deploy.local.instance import Instance  # noqa: PLC0415

    instance = Instance.here()
    if delete_data and not yes:
        say(f"This removes databases, topics, mails and secrets in {instance.room}.")
        if _typed("Type “delete” to go on") != "delete":
            raise Fault(
                "TLK-E004",
                "Nothing was stopped, nothing was removed.",
                "Type the word, or say beforehand that it is meant:",
                "talka down --delete-data --yes",
            )
    if instance.is_claimed():
        instance.stop()
        say("Stopped.")
    elif not delete_data:
        instance.must_run()
    if delete_data:
        from deploy.local.foreground import delete  # noqa: PLC0415

        delete(instance)
        say("Removed.")


def status(*, as_json: AsJson = False) -> None:
    """Show how each service is (health, lag, what is unsent, parked), Kafka and PostgreSQL."""
    from deploy.local import report  # noqa: PLC0415
    from deploy.local.instance import Instance  # noqa: PLC0415

    running = Instance.here().must_run()
    found = report.of(running)
    servers = report.servers_of(running, found)
    if as_json:
        put(report.as_json(running, found, servers))
    else:
        put(table(report.HEAD, [report.row(entry) for entry in found]))
        put("\n".join(server.line for server in servers))
    if not all([*(entry.health == "ok" for entry in found), *(each.is_there for each in servers)]):
        raise typer.Exit(Exit.FAILED)


def serve(
    service: Annotated[
        str,
        typer.Argument(
            metavar="SERVICE", help="One of registry, exchanges, notifications, analytics."
        ),
    ],
    role: Annotated[str, typer.Option(help="all, web, worker or relay")] = "all",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8800,
) -> None:
    """Run one service alone, told by its environment (TALKA_DATABASE_URL and others)."""
    from deploy.local import foreground  # noqa: PLC0415

    a_service(service, "talka serve")
    foreground.serve(service, one_of("--role", role, ("all", "web", "worker", "relay")), host, port)


def version() -> None:
    """Show the version of Talka and of Python."""
    from services.chassis.status import version_of  # noqa: PLC0415

    put(f"talka {version_of('talka')}, Python {sys.version.split()[0]}")


def known_services(services: str, option: str = "--service") -> tuple[str, ...]:
    """The services of a list by comma.

    Raises:
        Fault: one of them is none, or the list is empty; names the option.
    """
    from deploy.local.databases import SERVICES  # noqa: PLC0415

    asked = [service.strip() for service in services.split(",") if service.strip()]
    return tuple(one_of(option, service, SERVICES) for service in asked or [services])


def a_service(given: str, command: str) -> str:
    """The service that the argument of a command names.

    Raises:
        Fault: there is none of that name.
    """
    from deploy.local.databases import SERVICES  # noqa: PLC0415

    if given not in SERVICES:
        raise Fault(
            "TLK-E048",
            f"There is no service {given!r}.",
            f"Name one of {', '.join(SERVICES)}:",
            f"{command} {SERVICES[0]}",
            exit_code=Exit.WRONG_USE,
        )
    return given


def an_association(given: str) -> str:
    """The association that an option names, in capitals.

    Raises:
        Fault: there is none of that name.
    """
    from contracts.vocabulary import COUNTRIES, SUPPORT_OFFICE  # noqa: PLC0415

    return one_of("--association", given.upper(), (*COUNTRIES, SUPPORT_OFFICE))


def _typed(question: str) -> str:
    """What somebody answers; nothing where nobody can be asked."""
    try:
        return str(typer.prompt(question, err=True))
    except typer.Abort:
        return ""


def one_of(option: str, value: str, possible: Collection[str]) -> str:
    """The value of an option that is one of a list.

    Raises:
        Fault: it is not; names the option and what it may be.
    """
    if value not in possible:
        raise Fault(
            "TLK-E001",
            f"{option} {value}: there is no such thing. It is one of {', '.join(possible)}.",
            "For example:",
            f"{option} {next(iter(possible))}",
            exit_code=Exit.WRONG_USE,
        )
    return value
