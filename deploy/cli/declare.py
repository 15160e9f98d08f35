"""`talka declare`: post declarations from files to the services that take them, each answered."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.running import known_services, one_of
from deploy.cli.terminal import put, say
from deploy.local.faults import Exit, Fault

if TYPE_CHECKING:
    from deploy.cli.posting import Answer

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="CloudEvents: one, a list, or one a line (.ndjson)."),
]


def declare(
    files: Files,
    *,
    service: Annotated[
        str | None, typer.Option(help="Post all to this service; else each to its own.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(envvar="TALKA_URL", help="Talka's address; else the one that runs here."),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Look at what is sent, and take nothing.")] = False,
    output: Annotated[str, typer.Option("-o", "--output", help="table or jsonl")] = "table",
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for an answer.")] = 30.0,
) -> None:
    """Post declarations with the key in TALKA_API_KEY; what was taken is not taken twice."""
    from deploy.cli import posting  # noqa: PLC0415

    one_of("--output", output, ("table", "jsonl"))
    if service is not None:
        known_services(service)
    items = [item for file in files for item in posting.items_of(file, service)]
    office = posting.Office(
        url or posting.of_running(), posting.key(), timeout=timeout, check=dry_run
    )
    answers = []
    try:
        for answer in office.post(items):
            answers.append(answer)
            if output == "jsonl":
                put(json.dumps(answer.told(), ensure_ascii=False))
    except Fault:
        if answers:
            say(f"{len(answers)} of {len(items)} were answered before this:")
        raise
    refused = [answer for answer in answers if answer.refused]
    _tell(len(answers) - len(refused), refused, dry_run=dry_run)
    if refused:
        raise typer.Exit(Exit.PARTLY_DONE if len(refused) < len(answers) else Exit.REFUSED)


def _tell(good: int, refused: "list[Answer]", *, dry_run: bool) -> None:
    say(f"{good} {'in order' if dry_run else 'accepted'} · {len(refused)} refused")
    for answer in refused:
        for line in answer.lines():
            say(f"  {line}")
    if refused and not dry_run:
        say("Correct these and send the file again: accepted items are not taken twice.")
