"""No file of the site repeats words of a post that was withdrawn or edited, wherever it was shown.

Pages show words of posts that are not about the same subject: parts of a thread, similar posts, and
the titles of articles that are named after a post.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sitegen.conftest import Build, build, factory
from tests.sitegen.factory import Factory

__all__ = ["build", "factory"]

WORD = "zqsecret"
TEXT = f"The {WORD} of leases explained at last"
# Changes of the snapshot after an edit, a deletion, and a withdrawal of everything but the date.
WITHDRAWALS = (
    "UPDATE posts SET text = 'Other words' WHERE id = 50",
    "DELETE FROM posts WHERE id = 50",
    "UPDATE posts SET text = '', consent = 'link-only', thread_key = NULL WHERE id = 50",
)


def files_with_the_word(folder: Path) -> list[str]:
    top = (folder / "site/public").resolve()
    files = (path for path in top.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(top)) for path in files if WORD in path.read_text("latin-1"))


def assert_withdrawn(factory: Factory, build: Build, folder: Path, withdrawal: str) -> None:
    build()
    assert files_with_the_word(folder)
    factory.db.execute(withdrawal)
    build()
    assert files_with_the_word(folder) == []


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
def test_thread_without_its_part_that_shared_an_article(
    factory: Factory, build: Build, tmp_path: Path, withdrawal: str
) -> None:
    article = factory.article("Leases")
    factory.post("Read this", article)
    factory.post("The first part", thread_key="t", thread_position=1)
    factory.post(TEXT, article, id=50, author_id=factory.author("Ada"), thread_key="t")
    assert_withdrawn(factory, build, tmp_path, withdrawal)


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
def test_article_without_the_part_of_a_thread_that_shared_it(
    factory: Factory, build: Build, tmp_path: Path, withdrawal: str
) -> None:
    article = factory.article("Leases")
    factory.post("The first part", article, thread_key="t", thread_position=1)
    factory.post(TEXT, id=50, author_id=factory.author("Ada"), thread_key="t")
    assert_withdrawn(factory, build, tmp_path, withdrawal)


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
def test_post_without_a_similar_one(
    factory: Factory, build: Build, tmp_path: Path, withdrawal: str
) -> None:
    original = factory.post("The secret of leases explained")
    factory.post(TEXT, id=50, author_id=factory.author("Ada"), similar_to=original)
    assert_withdrawn(factory, build, tmp_path, withdrawal)


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
def test_lists_without_the_title_that_a_post_gave_an_article(
    factory: Factory, build: Build, tmp_path: Path, withdrawal: str
) -> None:
    factory.topic("caching")
    named = factory.article("", topics={"caching": "certain"}, summary="")
    factory.post("", named, consent="link-only")
    other = factory.article("Clocks", topics={"caching": "certain"})
    factory.post(TEXT, named, id=50, author_id=factory.author("Ada"))
    factory.entity("Raft", [named, other])
    for pair in ((named, other), (other, named)):
        values = dict(zip(("article_id", "other_id"), pair, strict=True))
        factory.row("related_articles", score=1.0, reason="similar", **values)
        link = dict(zip(("article_id", "target_id"), pair, strict=True))
        factory.row("article_links", url=f"https://l.example/{named}", **link)
    story = factory.row("stories", lead_article_id=other, reason="the same release")
    factory.db.execute("UPDATE articles SET story_id = ?", [story])
    factory.row("reading_list", topic="caching", position=1, url="https://w.example/", title="W",
                why="Explains it.", article_id=named)  # fmt: skip
    assert_withdrawn(factory, build, tmp_path, withdrawal)
