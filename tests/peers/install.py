"""Install the peers into a separate folder: `python -m tests.peers.install FOLDER`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = Path(__file__).with_name("packages.txt")
NODE_PACKAGES = ("@11ty/eleventy@3", "@11ty/eleventy-plugin-rss@2")


def install(folder: Path) -> None:
    """Install the Python packages into `folder`/venv and the Node packages into `folder`/node.

    Each installed package is printed. Node packages are left out if npm is missing.
    """
    python = folder / "venv/bin/python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    print(f"Installing into {folder}:\n{PACKAGES.read_text(encoding='utf-8')}", flush=True)
    _run(python, "-m", "pip", "install", "--quiet", "--requirement", PACKAGES)
    if shutil.which("npm"):
        print("\n".join(NODE_PACKAGES), flush=True)
        _run("npm", "install", "--silent", "--prefix", folder / "node", *NODE_PACKAGES)
    else:
        print("npm is missing: Eleventy is left out.", flush=True)


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True)


if __name__ == "__main__":
    install(Path(sys.argv[1]).resolve())
