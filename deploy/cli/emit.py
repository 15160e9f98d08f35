"""`talka emit`: send sample events of a contract, into the sandbox unless told otherwise."""

import json
from typing import Annotated

import typer

from deploy.cli.terminal import many, put, say
from deploy.local.faults import Exit, Fault

Bootstrap = Annotated[
    str | None,
    typer.Option(envvar="KAFKA_BOOTSTRAP", help="Kafka's address; else the running Talka's."),
]


def emit(
    event_type: Annotated[str, typer.Argument(metavar="TYPE", help="See talka contracts list.")],
    *,
    data: Annotated[
        str | None, typer.Option(help="Fields that differ from the example: JSON, or @FILE.")
    ] = None,
    number: Annotated[int, typer.Option("--n", min=1, help="How many.")] = 1,
    rate: Annotated[str | None, typer.Option(help="How fast, such as 10/s; else at once.")] = None,
    topic: Annotated[str, typer.Option(help="Where to.")] = "sandbox",
    yes: Annotated[bool, typer.Option(help="Do send into a topic that services read.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Print, and send nothing.")] = False,
    kafka: Bootstrap = None,
) -> None:
    """Send valid sample events of one new subject, numbered from 1."""
    from deploy.cli import samples  # noqa: PLC0415
    from deploy.kafka import topics  # noqa: PLC0415

    topics.named(topic)
    if topic != "sandbox" and not (yes or dry_run):
        raise Fault(
            "TLK-E086",
            f"Services read {topic}: a sample there becomes a fact that nobody can take back.",
            "If this is meant, say so:",
            f"talka emit {event_type} --topic {topic} --yes",
            exit_code=Exit.REFUSED,
        )
    made = samples.Samples(event_type, samples.fields_of(data))
    if dry_run:
        for sequence in range(1, number + 1):
            put(json.dumps(made.document(sequence), ensure_ascii=False))
        return
    samples.send(made, number, topic, samples.per_second(rate), kafka or _of_running())
    put(made.subject)
    say(f"Sent {many(number, 'event')} of subject {made.subject} to {topic}. To see it there:")
    say(f"    talka tail {topic} --from 1m --key {made.subject} --until-idle 2s")


def _of_running() -> str:
    from deploy.local.instance import Instance  # noqa: PLC0415

    return Instance.here().must_run().kafka
