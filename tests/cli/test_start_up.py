"""Commands start fast: they load only what they need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# packages that take 10 ms of CPU time and more, and the parts of Hashtrail that load them
HEAVY = {
    "aiohttp",
    "asyncio",
    "bs4",
    "crawler.crawl",
    "crawler.explorer",
    "crawler.sitegen",
    "crawler.sources",
    "crawler.store",
    "datasette",
    "distributed",
    "feedparser",
    "jinja2",
    "lxml",
    "multiprocessing",
    "pebble",
    "rich",
    "sklearn",
    "sqlite_utils",
    "ssl",
    "structlog",
    "trafilatura",
    "yarl",
}
_LOADED = """
import sys
from crawler.cli.main import main
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print(*sys.modules, file=sys.stderr)
"""


def _loaded(*arguments: str, folder: Path | None = None) -> set[str]:
    """Return the modules that a command in a `folder` has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments],
        cwd=folder,
        input='{"text": "Raft"}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["tag"]])
def test_command_loads_no_heavy_package(arguments: list[str]) -> None:
    assert not HEAVY & _loaded(*arguments)


def test_help_loads_neither_topics_nor_settings() -> None:
    loaded = _loaded("--help")
    ours = {name for name in loaded if name.startswith("crawler.")}
    assert ours == {
        "crawler.cli",
        "crawler.cli.completion",
        "crawler.cli.examples",
        "crawler.cli.main",
        "crawler.errors",
        "crawler.terminal_streams",
        "crawler.url_userinfo",
    }
    assert not {"ahocorasick_rs", "msgspec"} & loaded


def test_tag_without_a_workspace_loads_no_settings(tmp_path: Path) -> None:
    loaded = _loaded("tag", folder=tmp_path)
    assert "crawler.topics.tagger" in loaded
    assert {"crawler.settings.all_settings", "importlib.resources"}.isdisjoint(loaded)


def test_command_ends_without_a_search_for_garbage() -> None:
    at_exit = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))"
    command = f"{at_exit}; from crawler.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "True"


def test_build_loads_no_step_of_a_crawl_or_a_night(tmp_path: Path) -> None:
    folder = ["--workspace", str(tmp_path / "my-kb")]
    _loaded(*folder, "init")
    loaded = _loaded(*folder, "build")
    assert {"aiohttp", "trafilatura", "warcio"}.isdisjoint(loaded)
    assert {name for name in loaded if name.startswith("crawler.crawl.")} == {
        "crawler.crawl.list_sources"
    }
    assert {name for name in loaded if name.startswith("crawler.erasure")} == set()
