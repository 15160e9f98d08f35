"""Runs an instance in this process, or hands it to one that outlives the terminal."""

import asyncio
import shutil
import subprocess
import sys
import time
from contextlib import redirect_stderr
from typing import Final

import uvicorn
import uvloop
from pydantic import ValidationError
from rich.console import Console

from deploy.kafka import topics
from deploy.local.faults import Exit, Fault
from deploy.local.instance import CLONE, AlreadyRunning, Instance
from deploy.local.kafka import Kafka, jar_cache
from deploy.local.postgres import Postgres
from deploy.local.site import WEB, make
from deploy.local.supervisor import STOP, Options, Supervisor
from services.chassis import signin
from services.chassis.settings import Settings

LOOKS_EVERY_SECONDS: Final = 0.1


def run(options: Options) -> None:
    """Run until Ctrl-C or SIGTERM.

    Raises:
        Fault: something does not start, or another process holds the room.
    """
    instance = Instance.here()
    try:
        with instance.claimed():
            supervisor = Supervisor(instance, options, Console(file=sys.stderr, highlight=False))
            with (
                (instance.room / "talka.log").open("w", buffering=1) as log,
                redirect_stderr(log),  # the terminal keeps the table and the addresses
                asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
            ):
                runner.run(supervisor.run())
    except AlreadyRunning:
        raise instance.running_already() from None
    except asyncio.CancelledError:
        raise Fault(
            "TLK-E005",
            "Interrupted before it was ready.",
            "What was made is kept. Start it again:",
            "talka up",
            exit_code=Exit.INTERRUPTED,
        ) from None


def detach(arguments: list[str]) -> None:
    """Run the same command in a process of its own; return when it is ready.

    Raises:
        Fault: it ended instead; its own words stand above.
    """
    instance = Instance.here()
    instance.room.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = instance.room / "up.log"
    with words.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  ourselves
            [sys.executable, "-P", "-m", "deploy.cli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with words.open() as said:
        while not _is_ready(instance):
            print(said.read(), end="", file=sys.stderr)  # noqa: T201  its words are ours
            if process.poll() is not None:
                print(said.read(), end="", file=sys.stderr)  # noqa: T201
                raise SystemExit(process.returncode)
            time.sleep(LOOKS_EVERY_SECONDS)
        print(said.read().replace(STOP, "talka down"), end="", file=sys.stderr)  # noqa: T201


def delete(instance: Instance) -> None:
    """Remove everything that an instance ever stored, but not the jars. It must not run."""
    Postgres(instance.room, 0).delete_data()
    Kafka(instance.room, 0, 0, jars=jar_cache(CLONE)).delete_data()
    kept = {"cache", "tests"}
    for entry in instance.room.iterdir():
        if entry.name in kept:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def serve(service: str, role: str, host: str, port: int) -> None:
    """Run one service until it is told to stop.

    Raises:
        Fault: a setting is missing, anybody could sign in from elsewhere, or the topics are not
            as declared.
    """
    try:
        settings = Settings(service=service, role=role)  # type: ignore[arg-type]
    except ValidationError as fault:
        missing = [f"TALKA_{str(error['loc'][0]).upper()}" for error in fault.errors()]
        raise Fault(
            "TLK-E006",
            f"These settings are missing or wrong: {', '.join(missing)}.",
            "Set them in the environment, or run all services without any:",
            "talka up",
            exit_code=Exit.WRONG_USE,
        ) from None
    try:
        signin.refuse_open_demo(settings, host=host)
    except signin.OpenDemo as fault:
        raise Fault(
            fault.code,
            str(fault),
            "Listen on this machine alone, or switch the demo sign-in off:",
            f"talka serve {service} --host 127.0.0.1",
            f"TALKA_SIGNIN=none talka serve {service} --host {host}",
            exit_code=Exit.WRONG_USE,
        ) from None
    topics.check(settings.kafka_bootstrap)
    uvicorn.run(
        make(service)(settings),
        host=host,
        port=port,
        **WEB,
    )


def _is_ready(instance: Instance) -> bool:
    running = instance.running()
    return running is not None and running.ready
