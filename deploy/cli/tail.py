"""`talka tail`: follow the events on Kafka, decoded, complete, without leaving a trace there."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from deploy.cli.terminal import many, put, say
from deploy.local.faults import Exit, Fault

Topics = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TOPIC]...", help="All that hold no personal data, if none is told."),
]
Since = Annotated[
    str | None,
    typer.Option("--from", help="begin, an age like 10m, or an instant; else what comes from now."),
]
Bootstrap = Annotated[
    str | None,
    typer.Option(envvar="KAFKA_BOOTSTRAP", help="Kafka's address; else the running Talka's."),
]


def tail(
    topics: Topics = None,
    *,
    since: Since = None,
    key: Annotated[str | None, typer.Option(help="Only this subject.")] = None,
    where: Annotated[
        str | None, typer.Option(help="Only events like this, such as 'state == \"ready\"'.")
    ] = None,
    until_idle: Annotated[
        str | None, typer.Option(help="End when nothing came for so long, such as 5s.")
    ] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="table or jsonl")] = "table",
    kafka: Bootstrap = None,
) -> None:
    """Follow events: one line each, or one CloudEvent in structured mode each (-o jsonl)."""
    from deploy.cli import following  # noqa: PLC0415
    from deploy.cli.where import condition  # noqa: PLC0415

    if output not in {"table", "jsonl"}:
        raise Fault(
            "TLK-E084",
            f"There is no output form {output!r} here.",
            "Choose one:",
            "talka tail -o jsonl",
            exit_code=Exit.WRONG_USE,
        )
    wanted = condition(where) if where else None
    records = following.Following(
        topics=following.chosen(topics or []),
        since=following.start_of(since),
        idle_seconds=following.seconds(until_idle, "--until-idle") if until_idle else None,
        bootstrap=kafka or _of_running(),
    )
    shown = 0
    for record in records:
        document = following.document(record)
        if (key is None or record.key == key) and (wanted is None or wanted(document)):
            put(json.dumps(document, ensure_ascii=False) if output == "jsonl" else _line(document))
            shown += 1
    say(f"{shown} shown of {many(records.count, 'record')}.")


def _line(document: Mapping[str, Any]) -> str:
    """Time, place in the subject, what happened, to whom, by whom, and all of the data."""
    if "fault" in document:
        return f"{'unreadable':24}  {document['kafka']['topic']}  {document['fault']}"
    data = json.dumps(document.get("data"), ensure_ascii=False)
    fact = document["type"].removeprefix("talka.")
    sequence = document.get("sequence", "-")
    head = f"{document['time']:24}  {fact}  {document.get('subject', '-')} #{sequence}"
    return f"{head}  {document.get('association', '-')}  {document.get('actor', '-')}  {data}"


def _of_running() -> str:
    from deploy.local.instance import Instance  # noqa: PLC0415

    return Instance.here().must_run().kafka
