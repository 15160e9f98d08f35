"""What goes wrong on the operator's machine: a code, a sentence, the command that repairs it."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the `talka` command."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    PARTLY_DONE = 3
    CANNOT_CONNECT = 4
    REFUSED = 5
    INTERRUPTED = 130


class Fault(Exception):
    """A foreseen failure of an operator's command, with what to do about it.

    `advice` is a sentence, `command` and `others` are what to type, in order of preference.
    """

    def __init__(
        self,
        code: str,
        what: str,
        advice: str,
        command: str,
        *others: str,
        exit_code: Exit = Exit.FAILED,
    ) -> None:
        super().__init__("\n".join((f"{code}  {what}", advice, command, *others)))
        self.code = code
        self.what = what
        self.advice = advice
        self.commands = (command, *others)
        self.exit_code = exit_code
