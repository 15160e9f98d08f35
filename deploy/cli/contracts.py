"""`talka contracts`: what is promised, whether a change keeps it, and the document of it all."""

from typing import Annotated

import typer

from deploy.cli.output import Form, FormOption, put_rows
from deploy.cli.terminal import many, put, say
from deploy.local.faults import Exit, Fault

app = typer.Typer(help="Event types: list, show, check, release.", no_args_is_help=True)

Type = Annotated[str, typer.Argument(metavar="TYPE", help="Such as the first column of `list`.")]


@app.command("list")
def list_types(output: FormOption = Form.TABLE) -> None:
    """List every event type and declaration."""
    from deploy.cli import promises  # noqa: PLC0415

    put_rows(promises.rows(), promises.COLUMNS, output)


@app.command()
def show(
    event_type: Type,
    *,
    example: Annotated[bool, typer.Option(help="Print a golden example instead.")] = False,
) -> None:
    """Print the JSON Schema of a type."""
    from deploy.cli import promises  # noqa: PLC0415

    put(promises.example(event_type) if example else promises.schema(event_type))


@app.command()
def check(
    against: Annotated[
        str | None,
        typer.Option(metavar="REF", help="One commit of git; else all that ever was released."),
    ] = None,
) -> None:
    """Check that the classes keep every promise that was released."""
    from deploy.cli import promises, releases  # noqa: PLC0415

    past = releases.Past(releases.at(against)) if against else promises.past()
    if past.gap:
        say(f"note: {past.gap}")
    types = len(dict(past.releases))
    broken = promises.broken(past.releases)
    for event_type, faults in broken.items():
        for fault in faults:
            put(f"{event_type}  {fault}")
    if broken:
        raise Fault(
            "TLK-E071",
            f"{len(broken)} of {types} released types would break for others.",
            "Take the change back, or make a class of version 2 beside the old one. Look again:",
            "talka contracts check",
            exit_code=Exit.REFUSED,
        )
    waiting = promises.unreleased()
    if waiting:
        raise Fault(
            "TLK-E072",
            f"{many(len(waiting), 'type differs', 'types differ')} from the released schema:"
            f" {', '.join(waiting)}.",
            "The changes are allowed. Release them, so that others can see them:",
            "talka contracts release",
        )
    say(f"All {types} released types are as promised.")


@app.command()
def release() -> None:
    """Write the schemas of new and of compatibly changed types, to be committed."""
    from deploy.cli import promises  # noqa: PLC0415

    if promises.broken(promises.released().items()):
        check()
    for event_type in promises.release():
        put(event_type)
    say(f"All {len(promises.released())} types are released.")


@app.command()
def docs(
    kafka: Annotated[
        str, typer.Option(envvar="KAFKA_BOOTSTRAP", help="The address that the document names.")
    ] = "localhost:9092",
) -> None:
    """Print the AsyncAPI 3 document of all topics and events."""
    from deploy.cli import promises  # noqa: PLC0415

    put(promises.document(kafka))
