"""Numbered pages of lists stay when newer articles come, so they show nothing that these change."""

from __future__ import annotations

from pathlib import Path

from tests.sitegen.conftest import NOW, Build
from tests.sitegen.factory import Factory


def read_all(site: Path) -> dict[str, bytes]:
    top = site.resolve()
    files = (path for path in top.rglob("*") if path.is_file())
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in files}


def test_long_lists_with_a_new_article_equal_those_of_a_full_build(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    for topic in ("raft", "paxos"):
        factory.topic(topic)
    for number in range(80):
        article = factory.article(f"Article {number}", topics={"raft": "certain"})
        factory.post(f"A post about {number}", article)
    build()
    both = factory.article("Both", topics={"raft": "certain", "paxos": "certain"})
    factory.post("A post about both", both)
    build()
    partial = read_all(tmp_path / "site/public")
    assert b"Article 0<" in partial["topic/raft/1.html"]

    build(NOW, force=True)

    whole = read_all(tmp_path / "site/public")
    paths = partial.keys() | whole.keys()
    assert [path for path in sorted(paths) if partial.get(path) != whole.get(path)] == []
