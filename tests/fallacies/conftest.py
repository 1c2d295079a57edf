"""The rig on which every case of the eight fallacies runs."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.fallacies.cases import Rig
from tests.hostile import HostileServer, hostile_server


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def hostile(authority: trustme.CA) -> Iterator[HostileServer]:
    with hostile_server(_server_context(authority)) as server:
        yield server


@pytest.fixture
def rig(
    hostile: HostileServer, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Rig:
    file, temporary = tmp_path / "authority.pem", tmp_path / "temporary"
    authority.cert_pem.write_to_path(str(file))
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return Rig(hostile, temporary, str(file))


def _server_context(authority: trustme.CA) -> ssl.SSLContext:
    """Return a TLS context with a certificate per server name; the name describes its defect."""
    past = datetime.now(UTC) - timedelta(days=1)
    certificates = {
        "expired.example": authority.issue_cert("expired.example", not_after=past),
        "self-signed.example": trustme.CA().issue_cert("self-signed.example"),
        "wrong-name.example": authority.issue_cert("another.example"),
    }
    contexts = {name: _context(certificate) for name, certificate in certificates.items()}
    good = _context(authority.issue_cert("*.example", "fine.example"))

    def choose(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        connection.context = contexts.get(name or "", good)

    good.sni_callback = choose
    return good


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
