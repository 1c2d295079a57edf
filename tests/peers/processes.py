"""Servers of the peers: a certificate, a free port, and a process that listens on it."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import trustme


def certificate(folder: Path, host: str) -> Path:
    """Write `server.pem` for `host` and 127.0.0.1, and `ca.pem` of its authority, into `folder`.

    Returns the path of `ca.pem`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert(host, "127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return folder / "ca.pem"


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing uses now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return int(free.getsockname()[1])


@contextmanager
def listening(port: int, *command: object) -> Iterator[None]:
    """Run `command` and yield when it listens on `port`; end it with the block."""
    server = subprocess.Popen([str(word) for word in command])
    try:
        _wait_for(port, server)
        yield
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError(f"{server.args!r} did not start")
