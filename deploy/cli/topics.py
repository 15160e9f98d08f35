"""`talka topics`: compare Kafka with `topics.yaml`, and make it so."""

from typing import Annotated

import typer

from deploy.cli.terminal import put, say

app = typer.Typer(help="Kafka's topics, as the one file declares them.", no_args_is_help=True)

Bootstrap = Annotated[
    str | None,
    typer.Option(envvar="KAFKA_BOOTSTRAP", help="Kafka's address; else the running Talka's."),
]


@app.command()
def plan(kafka: Bootstrap = None) -> None:
    """Show what `apply` would do; changes nothing."""
    from deploy.kafka import topics  # noqa: PLC0415

    changes = topics.plan(kafka or _of_running())
    for change in changes:
        put(f"{'would' if change.possible else 'refused':8} {change.what}")
    if not changes:
        say(f"Nothing to do: all {len(topics.load())} topics are as declared.")


@app.command()
def apply(kafka: Bootstrap = None) -> None:
    """Create missing topics and set settings; partitions are never changed."""
    from deploy.kafka import topics  # noqa: PLC0415

    done = topics.apply(kafka or _of_running())
    for change in done:
        put(f"{'set' if change.settings else 'created':8} {change.topic.name}")
    say(f"All {len(topics.load())} topics are as declared.")


def _of_running() -> str:
    from deploy.local.instance import Instance  # noqa: PLC0415

    return Instance.here().must_run().kafka
