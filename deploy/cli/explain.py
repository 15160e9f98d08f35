"""`talka explain CODE`: what a code of a refusal or a failure means, and where it comes from."""

import re
from typing import Annotated, Final

import typer

from deploy.cli.sentences import FILLED_IN
from deploy.cli.terminal import put
from deploy.local.faults import Exit, Fault
from services.chassis.faults import GENERAL

PLACEHOLDER: Final = re.compile(r"{\w+}|\$\w+")


def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Such as TLK-E021.")],
) -> None:
    """Say what a code means, in which words it is told, and what repairs it."""
    from deploy.cli import codes  # noqa: PLC0415

    found = codes.all_codes().get(code.upper())
    if not found:
        raise Fault(
            "TLK-E109",
            f"Talka tells nothing with the code {code}.",
            "Codes look like this: TLK, a letter for the part, three digits.",
            "talka explain TLK-E021",
            exit_code=Exit.WRONG_USE,
        )
    if meaning := GENERAL.get(code.upper()):
        put(f"{code.upper()}  {meaning}")
    for each in filter(lambda told: told.sentences, found):
        put(f"{code.upper()}  {each.where}")
        for sentence in each.sentences:
            put(f"  {_with_gaps(sentence)}")


def _with_gaps(sentence: str) -> str:
    """The sentence with … wherever something is filled in when it is told."""
    return PLACEHOLDER.sub(FILLED_IN, sentence).replace(f"{FILLED_IN}.", FILLED_IN)
