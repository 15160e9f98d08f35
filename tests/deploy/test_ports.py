"""A port that is taken is named with its owner, and another one is offered."""

import os
import socket

import psutil
import pytest

from deploy.local.faults import Fault
from deploy.local.ports import LOOPBACK, free_port, is_free, must_be_free


class TestMustBeFree:
    def test_names_the_owner_and_what_to_type(self) -> None:
        port = free_port()
        me = f"process {os.getpid()} \\({psutil.Process().name()}\\)"

        with (
            socket.create_server((LOOPBACK, port)),
            pytest.raises(Fault, match=f"TLK-E021  Port {port} is taken by {me}") as refused,
        ):
            must_be_free(port, option="--port", instead=port + 1, perhaps="A test runs.")

        assert refused.value.commands == (f"talka up --port {port + 1}",)

    def test_lets_a_free_port_pass(self) -> None:
        must_be_free(free_port(), option="--port", instead=1, perhaps="")


class TestFreePort:
    def test_gives_one_that_nobody_listens_on(self) -> None:
        assert is_free(free_port())
