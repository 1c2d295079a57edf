"""Settings of Hypothesis, of the garbage collector and of TLS, and servers for several packages."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A slow or busy machine fails no test: speed is measured in bench/.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

# Every test names its own authority. Child processes need not read those of the machine at start.
os.environ |= {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}


def pytest_collection() -> None:
    """Collect no garbage while the tests are imported: their objects stay until the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Exclude the imported tests from every later collection of garbage."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The URL of an S3-compatible server on loopback (moto). Tests remove their objects."""
    from moto.server import ThreadedMotoServer  # only installed where S3 is tested

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
