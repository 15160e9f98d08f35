"""Free and taken TCP ports of this machine; a port that is taken is named with its owner."""

import random
import socket

import psutil

from deploy.local.faults import Fault

LOOPBACK = "127.0.0.1"
FREE_RANGE = range(15_000, 32_000)  # below the range from which clients' own ports are drawn


def free_port() -> int:
    """A port nobody listens on, chosen at random so that two runs side by side do not meet."""
    for port in random.sample(FREE_RANGE, 100):
        if is_free(port):
            return port
    raise Fault(
        "TLK-E022",
        "A hundred ports between 15000 and 32000 were tried and all are taken.",
        "End what you do not need; this shows what listens:",
        "ss -ltnp",
    )


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def must_be_free(port: int, *, option: str, instead: int, perhaps: str) -> None:
    """Refuse a port that is taken.

    Raises:
        Fault: with the owner's process id and name as far as we may see them.
    """
    if is_free(port):
        return
    raise Fault(
        "TLK-E021",
        f"Port {port} is taken by {_owner(port)}.",
        f"{perhaps} Stop it, or use another port:",
        f"talka up {option} {instead}",
    )


def _owner(port: int) -> str:
    try:
        listening = [
            connection
            for connection in psutil.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        ]
        pids = [connection.pid for connection in listening if connection.pid is not None]
        if pids:
            return f"process {pids[0]} ({psutil.Process(pids[0]).name()})"
    except psutil.Error:
        pass
    return "a process of another user"
