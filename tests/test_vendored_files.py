"""Files of other projects are in the repository byte for byte, with version and licence."""

from __future__ import annotations

import hashlib
import re
import tomllib

import pytest

from crawler.workspace import bundled_path

VENDOR = bundled_path("site", "explorer", "vendor")
TABLE = "vendored.toml"
PACKAGES = tomllib.loads((VENDOR / TABLE).read_text(encoding="utf-8"))
DIGESTS = {
    name: file["sha256"] for package in PACKAGES.values() for name, file in package["files"].items()
}


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_vendored_file_has_its_digest(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_table_lists_every_vendored_file() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {*DIGESTS, TABLE}


def test_scripts_contain_their_version_and_licence() -> None:
    text = (VENDOR / "sqlite3.js").read_text(encoding="utf-8")
    version = PACKAGES["sqlite-wasm"]["version"].partition("-")[0]
    assert re.search(rf'SQLITE_VERSION "{re.escape(version)}"', text)
    assert "LICENSE for the sqlite3 WebAssembly/JavaScript APIs" in text
