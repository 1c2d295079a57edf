"""A killed erasure is reported by every nightly run and by `doctor` until it is repeated."""

from __future__ import annotations

import json
from pathlib import Path

from crawler.erasure.erase_workspace import remove_pending_words, save_pending_words
from crawler.workspace import open_workspace
from tests.promises.workspace import nights_with


def test_interrupted_erasure_is_reported_until_it_ends(tmp_path: Path) -> None:
    with nights_with(tmp_path, "", {}) as nights:
        assert nights.run().notes == ()
        here = open_workspace(tmp_path)
        save_pending_words(here, {"mastodon:ann@trail.example"})
        assert "forget" in " ".join(nights.run().notes)
        assert _diagnosis(nights.command("doctor", "--json").stdout) == "fail"
        remove_pending_words(here)
        assert nights.run().notes == ()
        assert _diagnosis(nights.command("doctor", "--json").stdout) == "pass"


def _diagnosis(output: str) -> str:
    (found,) = [each for each in json.loads(output) if each["check"] == "erasures"]
    return str(found["level"])
