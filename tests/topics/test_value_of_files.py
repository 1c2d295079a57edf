"""A value of files is computed once, and again after a change of a file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crawler.topics.tagger import Tagger
from crawler.topics.value_of_files import ValueOfFiles
from crawler.workspace import bundled_path


def test_value_is_computed_again_only_if_a_file_changes(tmp_path: Path) -> None:
    file, computed = tmp_path / "a.toml", ValueOfFiles[str]()
    calls: list[str] = []

    def value() -> str:
        def compute() -> str:
            calls.append(file.read_text())
            return calls[-1]

        return computed.get([file, tmp_path / "missing"], compute)

    for text in ("one", "one", "two"):
        file.write_text(text)
        assert value() == text
    assert calls == ["one", "two"]


def test_error_is_raised_by_each_call(tmp_path: Path) -> None:
    computed = ValueOfFiles[int]()
    for _ in range(2):
        with pytest.raises(ValueError, match="wrong"):
            computed.get([tmp_path], lambda: int("wrong"))


def test_copy_of_the_topics_gives_the_same_tagger_and_an_edited_copy_another(
    tmp_path: Path,
) -> None:
    for name in ("topics", "generated"):
        shutil.copytree(bundled_path("data", name), tmp_path / name)
    shipped, copied = Tagger.load(bundled_path("data", "topics")), Tagger.load(tmp_path / "topics")
    assert copied is shipped
    file = tmp_path / "topics/caching.toml"
    file.write_text(file.read_text().replace("strong = [", 'strong = [ "zorblex cache",'))
    assert Tagger.load(tmp_path / "topics").version != shipped.version
