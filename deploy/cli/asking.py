"""Asks for a word before something that cannot be taken back, after the numbers were told."""

from typing import Annotated

import typer

from deploy.cli.terminal import say
from deploy.local.faults import Exit, Fault

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; needs --expect.")]
ExpectOption = Annotated[
    int | None, typer.Option("--expect", metavar="N", help="With --yes: the number of the plan.")
]


def confirm(word: str, *, count: int, yes: bool, expect: int | None) -> None:
    """Let pass who types the word, or who knew the number of things that are concerned.

    Raises:
        Fault: neither; nothing was done.
    """
    if yes and expect == count:
        return
    if yes:
        told = "no number was given" if expect is None else f"{expect} were expected"
        raise Fault(
            "TLK-E103",
            f"The plan concerns {count}, but {told}. Nothing was done.",
            "Look at the plan above; if it is what you mean, say its number:",
            f"--yes --expect {count}",
            exit_code=Exit.WRONG_USE,
        )
    try:
        typed = typer.prompt(f"Type “{word}” to go on", err=True)
    except typer.Abort:
        say()
        typed = ""
    if typed != word:
        raise Fault(
            "TLK-E104",
            "Nothing was done.",
            "Where nobody can be asked, add the number of the plan:",
            f"--yes --expect {count}",
            exit_code=Exit.REFUSED,
        )
