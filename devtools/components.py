"""Write the list of components of a release (SBOM, CycloneDX) to dist/, validated and reproducible.

python -m devtools.components   dist/hashtrail-VERSION.cdx.json, and the checksums of dist/ again

cyclonedx-py lists requirements/run.lock with the hashes of every file. This module adds licences
from requirements/licences.tsv, scopes, and the files of other projects that the wheel contains.
The list has no time and no serial number, so that it depends on the commit only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from devtools.distribution import DIST, write_checksums
from devtools.licences import RELEASE_ENVIRONMENT, VENDORED, Row, rows
from devtools.repository import ROOT

SPECIFICATION = "1.6"
_VALIDATE = f"""
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
version = SchemaVersion.V{SPECIFICATION.replace(".", "_")}
errors = JsonStrictValidator(version).validate_str(sys.stdin.read())
sys.exit(f"The list of components is not valid: {{errors}}" if errors else 0)
"""


def list_locked_packages() -> dict[str, Any]:
    """Return the document of cyclonedx-py for requirements/run.lock."""
    command = [str(RELEASE_ENVIRONMENT / "bin/cyclonedx-py"), "requirements", "--pyproject"]
    command += ["pyproject.toml", "--output-reproducible", "--spec-version", SPECIFICATION]
    command += ["requirements/run.lock"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def complete(
    document: dict[str, Any],
    packages: Sequence[Row],
    vendored: dict[str, Any],
    direct: Collection[str],
) -> dict[str, Any]:
    """Return `document` with the licences and uses of `packages`.

    `vendored` are the packages of site/explorer/vendor/vendored.toml, `direct` the names of the
    packages that pyproject.toml requires. Fields: https://cyclonedx.org/docs/1.6/json/
    """
    by_name = {row.package: row for row in packages}
    components = [_described(component, by_name) for component in document["components"]]
    added = [*_vendored_components(vendored)]
    root = document["metadata"]["component"]["bom-ref"]
    required = [c["bom-ref"] for c in components if canonicalize_name(c["name"]) in direct]
    required += [component["bom-ref"] for component in added]
    others = [entry for entry in document["dependencies"] if entry["ref"] != root]
    others += [{"ref": component["bom-ref"]} for component in added]
    dependencies = [*others, {"ref": root, "dependsOn": sorted(required)}]
    return document | {"components": [*components, *added], "dependencies": dependencies}


def validate(text: str) -> None:
    """Validate `text` with the schema of CycloneDX. Raises CalledProcessError if it is invalid."""
    python = str(RELEASE_ENVIRONMENT / "bin/python")
    subprocess.run([python, "-c", _VALIDATE], input=text, text=True, check=True)


def render() -> str:
    """Return the validated list of components of the checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    vendored = tomllib.loads(VENDORED.read_text(encoding="utf-8"))
    document = complete(list_locked_packages(), rows(), vendored, direct)
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    validate(text)
    return text


def _described(component: dict[str, Any], packages: dict[str, Row]) -> dict[str, Any]:
    row = packages[canonicalize_name(component["name"])]
    facts = {key: value for key, value in component.items() if key != "description"}
    scope = "required" if row.use == "run" else "excluded"
    return facts | {"licenses": [{"expression": row.licence}], "scope": scope}


def _vendored_components(vendored: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a component with its files for each of the `vendored` packages."""
    for name, package in vendored.items():
        yield {
            "bom-ref": name,
            "type": "library",
            "name": package["package"],
            "version": package["version"],
            "scope": "required",
            "licenses": [{"license": {"name": package["licence"]}}],
            "externalReferences": [{"type": "vcs", "url": package["source"]}],
            "components": [_file(name, *item) for item in package["files"].items()],
        }


def _file(package: str, name: str, facts: dict[str, str]) -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": facts["sha256"]}]
    return {"type": "file", "bom-ref": f"{package}/{name}", "name": name, "hashes": hashes}


def main() -> int:
    """Write the list into the folder of the release. Return the exit code 0."""
    text = render()
    version = json.loads(text)["metadata"]["component"]["version"]
    DIST.mkdir(exist_ok=True)
    (DIST / f"hashtrail-{version}.cdx.json").write_text(text, encoding="utf-8")
    write_checksums(DIST)
    return 0


if __name__ == "__main__":
    sys.exit(main())
