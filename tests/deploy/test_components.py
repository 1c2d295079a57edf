"""The list of components of a release: licences, scopes, vendored files, reproducible bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devtools import components
from devtools.licences import RELEASE_ENVIRONMENT, Row, locked_packages

VENDORED: dict[str, Any] = {
    "engine": {
        "package": "@example/engine",
        "version": "1.2",
        "licence": "Apache-2.0; the notices are in engine.js",
        "source": "https://example.org/engine",
        "files": {"engine.js": {"path": "dist/engine.js", "sha256": "ab" * 32}},
    }
}


def _document() -> dict[str, Any]:
    """Return a document as cyclonedx-py writes it, with two packages."""
    listed = [
        {"bom-ref": f"requirements-L{line}", "name": name, "type": "library", "version": "1"}
        | {"description": f"requirements line {line}: {name}==1", "purl": f"pkg:pypi/{name}@1"}
        for line, name in ((1, "Runs_Here"), (5, "builder"))
    ]
    root = {"bom-ref": "root-component", "name": "hashtrail", "type": "application"}
    references = [*(component["bom-ref"] for component in listed), root["bom-ref"]]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": components.SPECIFICATION,
        "version": 1,
        "metadata": {"component": root},
        "components": listed,
        "dependencies": [{"ref": reference} for reference in references],
    }


def _completed() -> dict[str, Any]:
    packages = [
        Row("runs-here", "run", "MIT OR Apache-2.0"),
        Row("builder", "build", "MPL-2.0", "a reason"),
    ]
    return components.complete(_document(), packages, VENDORED, {"runs-here"})


def test_components_have_licence_and_scope() -> None:
    facts = {c["name"]: (c["licenses"], c["scope"]) for c in _completed()["components"][:2]}
    assert facts == {
        "Runs_Here": ([{"expression": "MIT OR Apache-2.0"}], "required"),
        "builder": ([{"expression": "MPL-2.0"}], "excluded"),
    }


def test_vendored_files_are_components_with_hashes() -> None:
    engine = _completed()["components"][-1]
    assert (engine["name"], engine["version"]) == ("@example/engine", "1.2")
    (file,) = engine["components"]
    assert file["name"] == "engine.js"
    assert file["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]


def test_root_depends_on_direct_requirements_and_vendored_files() -> None:
    dependencies = _completed()["dependencies"]
    (root,) = (entry for entry in dependencies if entry["ref"] == "root-component")
    assert root["dependsOn"] == ["engine", "requirements-L1"]
    assert len({entry["ref"] for entry in dependencies}) == len(dependencies) == 4


@pytest.mark.skipif(
    not (RELEASE_ENVIRONMENT / "bin/cyclonedx-py").exists(), reason="make sbom was not run"
)
def test_list_of_the_checkout_is_valid_and_reproducible() -> None:
    text = components.render()
    assert text == components.render()
    document = json.loads(text)
    names = {component["name"] for component in document["components"]}
    used = {name for name, use in locked_packages().items() if use in ("run", "build")}
    assert names >= used
    assert "@sqlite.org/sqlite-wasm" in names
    assert "serialNumber" not in document
    assert "timestamp" not in document["metadata"]
