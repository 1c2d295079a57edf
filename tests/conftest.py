"""Settings of Hypothesis, and servers that several packages of tests use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A slow or busy machine fails no test: speed is measured in bench/.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The URL of an S3-compatible server on loopback (moto). Tests remove their objects."""
    from moto.server import ThreadedMotoServer  # only installed where S3 is tested

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
