"""The peers of tests and benchmarks: install them into a separate folder, and find them there.

    python -m devtools.peers [FOLDER]

FOLDER is `.peers` in the checkout, or the value of HASHTRAIL_PEERS. Python packages are in
FOLDER/venv and Node packages in FOLDER/node.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from devtools.repository import ROOT

PACKAGES = ROOT / "requirements/peers.txt"
NODE_PACKAGES = ("@11ty/eleventy@3", "@11ty/eleventy-plugin-rss@2")


def peers_folder() -> Path:
    """Return the folder of the peers, which may be missing."""
    return Path(os.environ.get("HASHTRAIL_PEERS", ROOT / ".peers")).resolve()


def use_peers() -> None:
    """Make the Python packages of the peers importable, after those of this environment."""
    for path in map(str, sorted(peers_folder().glob("venv/lib/python*/site-packages"))):
        if path not in sys.path:
            sys.path.append(path)


def has_package(name: str) -> bool:
    """Return whether the Python module `name` can be imported here."""
    return importlib.util.find_spec(name) is not None


def python_program(name: str) -> Path | None:
    """Return the path of the program `name` of a Python package of the peers."""
    return _existing(peers_folder() / "venv/bin" / name)


def node_program(package: str, script: str) -> list[str] | None:
    """Return the command that runs the `script` of a Node `package` of the peers."""
    file = _existing(peers_folder() / "node/node_modules" / package / script)
    return ["node", str(file)] if file and shutil.which("node") else None


def node_version(package: str) -> str:
    """Return the version of a Node `package` of the peers, empty without it."""
    file = peers_folder() / "node/node_modules" / package / "package.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["version"]) if file.exists() else ""


def install(folder: Path) -> None:
    """Install the Python packages into `folder`/venv and the Node packages into `folder`/node.

    Each installed package is printed. Node packages are left out if npm is missing.
    """
    python = folder / "venv/bin/python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    print(f"Installing into {folder}:\n{PACKAGES.read_text(encoding='utf-8')}", flush=True)
    _run(python, "-m", "pip", "install", "--quiet", "--upgrade", "pip")
    _run(python, "-m", "pip", "install", "--quiet", "--requirement", PACKAGES)
    if shutil.which("npm"):
        print("\n".join(NODE_PACKAGES), flush=True)
        _run("npm", "install", "--silent", "--prefix", folder / "node", *NODE_PACKAGES)
    else:
        print("npm is missing: Eleventy is left out.", flush=True)


def _existing(path: Path) -> Path | None:
    return path if path.exists() else None


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True)


if __name__ == "__main__":
    install(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else peers_folder())
