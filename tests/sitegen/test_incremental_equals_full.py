"""A build of what changed equals a build of everything, byte for byte, over random histories.

`HASHTRAIL_HISTORIES=200` tests more of them, and `HASHTRAIL_FIRST_HISTORY` starts with another.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.errors import GateError
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.workspace import bundled_path
from tests.sitegen.conftest import NOW
from tests.sitegen.killed_builds import KilledError, kill_at
from tests.sitegen.random_histories import CHANGES, RandomSnapshot

FIRST = int(os.environ.get("HASHTRAIL_FIRST_HISTORY", "1"))
HISTORIES = int(os.environ.get("HASHTRAIL_HISTORIES", "3"))
STEPS = 4


class History:
    """One snapshot and two sites of it: `partial` by incremental builds, `full` by full ones."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.snapshot = RandomSnapshot(seed)
        self.dice = self.snapshot.dice
        self.settings = SiteSettings(base_url=self.dice.choice(("", "https://trail.example/")))
        (folder / "templates/site").mkdir(parents=True)

    def change(self) -> list[str]:
        """Change the snapshot, and rarely a setting or a template. Return the changes' names."""
        changes = self.dice.choices(CHANGES, k=self.dice.randint(0, 4))
        for change in changes:
            change(self.snapshot)
        names = [change.__name__ for change in changes]
        if self.dice.random() < 0.1:
            self.settings = SiteSettings(title=self.snapshot.words(2))
            names.append("setting")
        if self.dice.random() < 0.1:
            footer = f"<p>{self.snapshot.words()}</p>\n"
            (self.folder / "templates/site/footer.html").write_text(footer)
            names.append("template")
        return names

    def build(self, name: str) -> str:
        """Build the site `name`; return the gate that refused it."""
        try:
            build_site(
                self.snapshot.factory.save(self.folder / "public.db"),
                self.folder / name / "public",
                self.settings,
                NOW,
                bundled_path("templates"),
                bundled_path("site", "assets"),
                overrides=self.folder,
            )
        except GateError as error:
            return error.gate
        return ""

    def forget(self, name: str) -> None:
        """Remove the manifest of the site `name`, so that its next build is a full one."""
        (self.folder / name / ".builds/manifest.db").unlink(missing_ok=True)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + HISTORIES))
def test_incremental_build_equals_full_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    history = History(tmp_path, seed)
    changes = [["first"]]
    for step in range(STEPS):
        if step and history.dice.random() < 0.3:
            with monkeypatch.context() as patched, suppress(KilledError):
                kill_at(history.dice.randrange(60), patched)
                history.build("partial")
        history.forget("full")
        assert history.build("partial") == history.build("full"), changes
        assert differences(tmp_path) == [], changes
        changes.append(history.change())


def differences(folder: Path) -> list[str]:
    """The paths of the files that differ between the two sites."""
    partial, full = (read_tree(folder / name / "public") for name in ("partial", "full"))
    paths = sorted(partial.keys() | full.keys())
    return [path for path in paths if partial.get(path) != full.get(path)]


def read_tree(folder: Path) -> dict[str, bytes]:
    top = folder.resolve()
    return {
        str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()
    }
