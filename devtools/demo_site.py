"""Build the demo: a workspace that has collected the synthetic network of demo.toml.

python -m devtools.demo_site FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from click.testing import CliRunner

from crawler.cli.main import cli
from devtools.demo_server import HASHTAG, SOCIAL_HOST, DemoServer, read_demo, serve_demo, utc_now

_SOURCES = f"""[[source]]
name = "Mastodon #{HASHTAG}"
kind = "mastodon"
server = "{SOCIAL_HOST}"
hashtag = "{HASHTAG}"
"""
_SETTINGS = """[site]
explorer_url = "{explorer_url}"

[fetch]
connect_to = "127.0.0.1:{server.port}"
ca_bundle = "{server.ca_file}"
allow_private = ["127.0.0.0/8"]
delay_seconds = 0.0
"""


def build_demo(folder: Path, explorer_url: str = "") -> Path:
    """Create a workspace in `folder`, run one night against the demo server and return the folder
    of the built site. With `explorer_url`, its pages link to an explorer there.

    Raises RuntimeError if the night fails.
    """
    workspace = folder / "demo"
    _run("init", str(workspace))
    for sample in (workspace / "data/inbox").glob("*"):
        sample.unlink()
    (workspace / "data/sources.toml").write_text(_SOURCES, encoding="utf-8")
    with serve_demo(read_demo(utc_now()), folder) as server:
        _write_settings(workspace, server, explorer_url)
        _run("--workspace", str(workspace), "nightly")
    return (workspace / "site/public").resolve()


def _write_settings(workspace: Path, server: DemoServer, explorer_url: str) -> None:
    text = _SETTINGS.format(server=server, explorer_url=explorer_url)
    (workspace / "data/hashtrail.toml").write_text(text, encoding="utf-8")


def _run(*arguments: str) -> None:
    result = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    if result.exception or result.return_value:
        raise RuntimeError(
            f"hashtrail {' '.join(arguments)} failed: {result.output}{result.exception}"
        )


def main() -> None:
    """Build the demo in the folder named on the command line and print the path of the site."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print(build_demo(folder) / "index.html")


if __name__ == "__main__":
    main()
