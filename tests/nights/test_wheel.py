"""The wheel contains the templates, assets, topics and sample paste, without a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _run(*command: str, cwd: Path, path: Path | None = None) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    } | ({"PYTHONPATH": str(path)} if path else {})
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode in (0, 2), done.stdout + done.stderr
    return done.stdout


def test_installed_wheel_creates_and_publishes_a_workspace(tmp_path: Path) -> None:
    _run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
        cwd=tmp_path,
    )
    (wheel,) = tmp_path.glob("hashtrail-*.whl")
    installed = tmp_path / "installed"
    _run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(installed),
        str(wheel),
        cwd=tmp_path,
    )

    where = _run(
        sys.executable,
        "-c",
        "import crawler; print(crawler.__file__)",
        cwd=tmp_path,
        path=installed,
    )
    assert where.startswith(str(installed))
    assert (installed / "crawler/_bundled/data/demo/posts.toml").is_file()

    command = [sys.executable, "-m", "crawler"]
    assert "hashtrail nightly" in _run(*command, "init", "my-kb", cwd=tmp_path, path=installed)
    workspace = tmp_path / "my-kb"
    (workspace / "data/sources.toml").write_text("# none: this test stays on this machine\n")
    settings = workspace / "data/hashtrail.toml"
    closed = 'delay_seconds = 0.0\nconnect_to = "127.0.0.1:9"\nallow_private = ["127.0.0.0/8"]'
    settings.write_text(settings.read_text().replace("# delay_seconds = 3.0", closed))
    report = _run(*command, "nightly", cwd=workspace, path=installed)
    assert "9 new of 9 seen" in report
    assert (workspace / "site/public/topic/cell-based-architecture.html").exists()
    assert (workspace / "data/state/public.db").exists()
    assert "hashtrail nightly: ok" in _run(*command, "nightly", cwd=workspace, path=installed)
