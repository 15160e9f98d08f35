"""Which process listens on a port of this machine."""

import psutil


def listener(port: int) -> psutil.Process:
    """The one process that listens on the port."""
    [found] = listeners(port)
    return found


def listeners(port: int) -> list[psutil.Process]:
    """Whoever listens on the port now, perhaps nobody."""
    return [
        psutil.Process(connection.pid)
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr.port == port
        and connection.pid is not None
    ]
