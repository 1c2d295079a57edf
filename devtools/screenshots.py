"""Take the screenshots of docs/images/ in light and dark, from site and explorer of the demo.

    python -m devtools.screenshots [FOLDER]

Needs Chromium at /usr/bin/chromium and the packages of the tests.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs/images"
LARGEST_BYTES = 200_000
PORT = 8731
_EXPLORER = f"http://127.0.0.1:{PORT}/"
_CHROMIUM = "/usr/bin/chromium"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
_READY = "127.0.0.1"
_LAST_NIGHT = "2026-11-28"  # the same dates in all pictures
_HASHTRAIL = (sys.executable, "-m", "crawler.cli.main")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the URL, and the size of the window in CSS pixels."""

    name: str
    url: str
    width: int = 1000
    height: int = 700


def take_screenshots(folder: Path) -> list[Path]:
    """Write every picture in light and dark into `folder` and return their paths.

    Raises ValueError if a picture is larger than `LARGEST_BYTES`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary:
        workspace = Path(temporary) / "demo"
        demo = [*_HASHTRAIL, "demo", str(workspace), "--no-serve", "--date", _LAST_NIGHT]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        site = (workspace / "site/public").resolve()
        with sync_playwright() as playwright, _explorer(workspace):
            browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
            paths = [
                _take(browser, shot, scheme, folder)
                for shot in _shots(site)
                for scheme in ("light", "dark")
            ]
            browser.close()
    return paths


def _shots(site: Path) -> list[Shot]:
    (article,) = (site / "article").glob("*-how-we-stopped-cache-stampedes-*.html")
    return [
        Shot("front-page", (site / "index.html").as_uri()),
        Shot("article", article.as_uri()),
        Shot("explorer", f"{_EXPLORER}public/topics_by_month"),
    ]


def _take(browser: Browser, shot: Shot, scheme: Literal["light", "dark"], folder: Path) -> Path:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(shot.url)
    path = folder / f"{shot.name}-{scheme}.png"
    page.screenshot(path=path)
    context.close()
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path} has {path.stat().st_size:,} bytes; at most {LARGEST_BYTES:,}")
    return path


@contextmanager
def _explorer(workspace: Path) -> Iterator[None]:
    """Run the explorer over `workspace` until the block ends."""
    command = [*_HASHTRAIL, "--workspace", str(workspace), "explore"]
    process = subprocess.Popen([*command, "--port", str(PORT)], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if _READY in line)
        yield
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    """Write the pictures into the folder of the command line, or into docs/images."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    for path in take_screenshots(folder):
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
