"""Which process listens on a port of this machine."""

import psutil


def listener(port: int) -> psutil.Process:
    """The one process that listens on the port."""
    [pid] = [
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    ]
    return psutil.Process(pid)
