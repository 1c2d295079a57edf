"""Builds of the site: files, unchanged builds, refused builds and redirects."""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import BuildError, StoreError
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.sitegen.output_directory import OutputDirectory
from crawler.workspace import bundled_path
from tests.browser.sample import sample
from tests.sitegen.conftest import NOW, Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]
BUILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.sitegen.build_site import build_site
from crawler.settings.site import SiteSettings
from crawler.workspace import bundled_path
folders = bundled_path("templates"), bundled_path("site", "assets")
build_site(Path(sys.argv[1]), Path(sys.argv[2]), SiteSettings(), datetime.now(UTC), *folders)
"""


KILLED_BUILD = """
import os
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.site_manifest import SiteManifest
from crawler.sitegen.site_trees import SiteTrees
STEP = lambda *arguments: os._exit(9)
"""


def tree(folder: Path) -> dict[str, bytes]:
    whole = folder.resolve()
    return {
        str(path.relative_to(whole)): path.read_bytes()
        for path in whole.rglob("*")
        if path.is_file()
    }


def trees(site: Path) -> list[Path]:
    return [path for path in (site / ".builds").iterdir() if path.is_dir()]


def a_few(factory: Factory) -> int:
    factory.topic("caching")
    ids = [
        factory.article(f"Caches, part {number}", topics={"caching": "certain"})
        for number in range(10)
    ]
    factory.post("Read this", ids[0], author_id=factory.author("Ada"))
    factory.post("A note on caches", topics={"caching": "likely"})
    factory.run("2026-11-22T03:41:00Z")
    return ids[0]


def test_empty_snapshot_gives_complete_site_without_commands_for_the_operator(
    build: Build, page: Page, tmp_path: Path
) -> None:
    built = build()
    assert built.articles == 0
    assert "Articles appear here after the next run" in page("index.html")
    pages = (tmp_path / "site/public").resolve().rglob("*.html")
    assert [path.name for path in pages if "<code>hashtrail " in path.read_text("utf-8")] == []
    assert "No runs yet" in page("status.html")


def test_site_has_every_kind_of_page(factory: Factory, build: Build, tmp_path: Path) -> None:
    a_few(factory)
    build()
    expected = [
        "index",
        "topics",
        "topic/caching",
        "article/1-caches-part-0",
        "post/2",
        "source/example.org",
        "author/1",
        "week/2026-W47",
        "weeks",
        "search",
    ]
    expected += ["status", "about", "404", "feeds"]
    assert [
        name for name in expected if not (tmp_path / f"site/public/{name}.html").is_file()
    ] == []
    others = [
        "feeds/all.atom",
        "feeds/caching.atom",
        "feeds/caching.json",
        "topic/caching.json",
        "topic/caching.md",
    ]
    others += [
        "article/1-caches-part-0.json",
        "article/1-caches-part-0.md",
        "robots.txt",
        "_headers",
        ".htaccess",
        "staticwebapp.config.json",
        "vercel.json",
    ]
    assert [name for name in others if not (tmp_path / f"site/public/{name}").is_file()] == []


def test_second_build_of_same_snapshot_writes_nothing(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    first = build()
    before = tree(tmp_path / "site/public")
    again = build(now=NOW + timedelta(days=300))
    assert (again.written, again.removed, again.unchanged) == (0, 0, first.written)
    assert tree(tmp_path / "site/public") == before
    assert len(trees(tmp_path / "site")) == 1


def test_build_of_same_snapshot_makes_no_page(
    factory: Factory, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_few(factory)
    first = build()
    with monkeypatch.context() as patched:
        patched.setattr("crawler.sitegen.build_site.read_site_model", None)
        again = build()
        with pytest.raises(TypeError):
            build(title="Another title")
        with pytest.raises(TypeError):
            build(force=True)
    assert again == replace(first, written=0, unchanged=first.written)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The paths of the files that builds make."""
    paths: set[str] = set()
    put = OutputDirectory.put
    monkeypatch.setattr(
        OutputDirectory,
        "put",
        lambda self, file, *rest: (paths.add(file.path), put(self, file, *rest)),
    )
    return paths


def article_pages(paths: set[str]) -> set[str]:
    return {path for path in paths if path.startswith("article/") and path.endswith(".html")}


def test_new_article_makes_only_pages_that_may_show_it(
    factory: Factory, build: Build, made: set[str]
) -> None:
    a_few(factory)
    build()
    factory.article("Another host", url="https://other.example/1", topics={"caching": "certain"})
    made.clear()
    assert build().unchanged > 30
    assert {"topic/caching.html", "source/other.example.html", "index.html"} <= made
    assert article_pages(made) == {"article/11-another-host.html"}
    assert not made & {"source/example.org.html", "post/2.html", "author/1.html"}


def test_merged_article_makes_only_pages_that_showed_it(
    factory: Factory, build: Build, made: set[str]
) -> None:
    a_few(factory)
    factory.article("Elsewhere", url="https://other.example/1", topics={"caching": "certain"})
    build()
    merge(factory, 2, 1)
    made.clear()
    build()
    assert article_pages(made) == {
        "article/1-caches-part-0.html",
        "article/2-caches-part-1.html",  # it forwards
    }
    assert "source/other.example.html" not in made


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE articles SET hidden = 1 WHERE id = 2",
        "INSERT INTO derivation_versions (name, value) VALUES ('hidden-articles', '1')",
        "UPDATE topics SET definition = 'Other words.', measured = '{\"precision\": 0.9}'",
    ],
)
def test_change_that_articles_do_not_show_makes_no_page_of_an_article(
    factory: Factory, build: Build, made: set[str], change: str
) -> None:
    a_few(factory)
    build()
    factory.db.execute(change)
    made.clear()
    build()
    assert "status.html" in made
    assert article_pages(made) == set()


def test_output_is_independent_of_locale_time_zone_and_hash_seed(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
    }
    command = [
        sys.executable,
        "-c",
        BUILD,
        str(tmp_path / "public.db"),
        str(tmp_path / "other/public"),
    ]
    subprocess.run(command, check=True, env=environment)
    assert tree(tmp_path / "other/public") == tree(tmp_path / "site/public")


def test_new_run_changes_only_status_front_page_its_day_and_run_reports(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    before = tree(tmp_path / "site/public")
    factory.run("2026-11-22T05:41:00Z")
    build()
    after = tree(tmp_path / "site/public")
    assert {path for path in after if after[path] != before.get(path)} == {
        "changes/2026-11-22.html",
        "index.html",
        "night/2026-11-22-2.html",
        "night/2026-11-22-2.json",
        "night/2026-11-22.html",
        "night/2026-11-22.json",
        "night/index.html",
        "status.html",
        "status.json",
    }


def test_new_article_changes_no_other_article_page(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    before = tree(tmp_path / "site/public")
    factory.article("Another host", url="https://other.example/1", topics={"caching": "certain"})
    build()
    changed = {
        path for path, data in tree(tmp_path / "site/public").items() if data != before.get(path)
    }
    assert not [path for path in changed if path.startswith("article/") and path in before]


def test_losing_a_third_of_the_articles_needs_force(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    before = tree(tmp_path / "site/public")
    factory.db.execute("UPDATE articles SET hidden = 1 WHERE id > 3")
    with pytest.raises(BuildError, match="from 10 articles to 3"):
        build()
    assert tree(tmp_path / "site/public") == before
    assert build(force=True).articles == 3


def test_emptying_a_busy_topic_needs_force(factory: Factory, build: Build, tmp_path: Path) -> None:
    a_few(factory)
    build()
    before = tree(tmp_path / "site/public")
    factory.db.execute("DELETE FROM taggings WHERE subject_kind = 'article'")
    with pytest.raises(BuildError, match=r"A topic would be empty: caching \(10 articles\)"):
        build()
    assert tree(tmp_path / "site/public") == before
    assert build(force=True).articles == 10


def test_growth_in_articles_is_published_and_inflated_pages_need_force(
    factory: Factory,
    build: Build,
    tmp_path: Path,
) -> None:
    a_few(factory)
    first = [factory.article(f"A{number}") for number in range(160)]
    build()
    assert len(tree(tmp_path / "site/public")) > 500
    for number in range(300):
        factory.article(f"B{number}")
    assert build().articles == 470

    before = tree(tmp_path / "site/public")
    for article in first:
        for number in range(150):
            url = f"https://mirror{number}.example/{'x' * 100}/{article}"
            factory.alias(article, url, "redirect")
    with pytest.raises(BuildError, match="The site would grow from"):
        build()
    assert tree(tmp_path / "site/public") == before
    assert build(force=True).articles == 470


def test_broken_link_keeps_published_site(factory: Factory, build: Build, tmp_path: Path) -> None:
    a_few(factory)
    build()
    before = tree(tmp_path / "site/public")
    assets, pages = tmp_path / "own/assets", tmp_path / "own/pages"
    assets.mkdir(parents=True)
    pages.mkdir()
    for path in bundled_path("site", "assets").iterdir():
        (assets / path.name).write_bytes(path.read_bytes())
    (pages / "about.html").write_text(
        '{% extends "site/base.html" %}{% block main %}<a href="nowhere.html">x</a>{% endblock %}'
    )
    with pytest.raises(BuildError, match=r"about\.html links to nowhere\.html"):
        build_site(
            tmp_path / "public.db",
            tmp_path / "site/public",
            SiteSettings(),
            NOW,
            bundled_path("templates"),
            assets,
        )
    assert tree(tmp_path / "site/public") == before
    assert len(trees(tmp_path / "site")) == 1


@pytest.mark.parametrize(
    ("step", "seen"),
    [
        ("OutputDirectory.put", 10),
        ("SiteTrees._bring_forward", 10),
        ("SiteTrees._move_staged", 10),
        ("SiteManifest.commit", 10),
        ("SiteTrees.switch", 10),
        ("OutputDirectory.remove_old_files", 11),
    ],
)
def test_build_killed_at_any_step_leaves_complete_site(
    factory: Factory, build: Build, tmp_path: Path, page: Page, step: str, seen: int
) -> None:
    a_few(factory)
    build()
    factory.article("One more", topics={"caching": "certain"})
    factory.save(tmp_path / "public.db")
    script = KILLED_BUILD.replace("STEP", step) + BUILD
    command = [
        sys.executable,
        "-c",
        script,
        str(tmp_path / "public.db"),
        str(tmp_path / "site/public"),
    ]
    assert subprocess.run(command, check=False).returncode == 9
    assert json.loads(page("site.json"))["articles"] == seen
    assert (tmp_path / "site/public/article/11-one-more.html").exists() is (seen == 11)
    assert build().articles == 11
    assert not list((tmp_path / "site/.builds").glob("*.partial"))


def test_missing_or_damaged_snapshot_raises_store_error(tmp_path: Path) -> None:
    folders = bundled_path("templates"), bundled_path("site", "assets")
    with pytest.raises(StoreError, match="the snapshot is missing"):
        build_site(tmp_path / "none.db", tmp_path / "public", SiteSettings(), NOW, *folders)
    (tmp_path / "bad.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="Cannot read"):
        build_site(tmp_path / "bad.db", tmp_path / "public", SiteSettings(), NOW, *folders)


def test_former_article_url_redirects_in_every_later_build(
    factory: Factory, build: Build, page: Page
) -> None:
    article = a_few(factory)
    for title in ("A better title", "The best title"):
        build()
        factory.db.execute("UPDATE articles SET title = ? WHERE id = ?", [title, article])
    build()
    build()
    for old in ("caches-part-0", "a-better-title"):
        assert 'content="0; url=../article/1-the-best-title.html"' in page(f"article/1-{old}.html")
    assert page("_redirects").splitlines() == [
        "/article/1-a-better-title.html /article/1-the-best-title.html 301",
        "/article/1-caches-part-0.html /article/1-the-best-title.html 301",
    ]


def merge(factory: Factory, loser: int, winner: int) -> None:
    url = factory.db.execute("SELECT url FROM articles WHERE id = ?", [loser]).fetchone()[0]
    factory.alias(winner, url, "curator")
    for table in ("aliases", "links"):
        statement = f"UPDATE {table} SET article_id = ? WHERE article_id = ?"
        factory.db.execute(statement, [winner, loser])
    factory.db.execute("DELETE FROM articles WHERE id = ?", [loser])


def test_merged_article_redirects_to_the_article_with_its_url(
    factory: Factory, build: Build, page: Page
) -> None:
    winner = a_few(factory)
    build()
    merge(factory, 2, winner)
    build()
    assert "url=../article/1-caches-part-0.html" in page("article/2-caches-part-1.html")
    factory.db.execute("UPDATE articles SET title = 'Renamed' WHERE id = ?", [winner])
    build()
    assert "url=../article/1-renamed.html" in page("article/2-caches-part-1.html")


@pytest.mark.parametrize("base_url", ["", "https://trail.example/kb/"])
def test_article_that_was_merged_twice_redirects_to_the_last_one(
    factory: Factory, build: Build, page: Page, base_url: str
) -> None:
    a_few(factory)
    build(base_url=base_url)
    merge(factory, 2, 1)
    build(base_url=base_url)
    merge(factory, 1, 3)
    for _ in range(2):
        build(base_url=base_url)
        for merged in ("1-caches-part-0", "2-caches-part-1"):
            assert "url=../article/3-caches-part-2.html" in page(f"article/{merged}.html")


def test_erased_article_has_no_page_and_no_redirect(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    factory.db.execute("UPDATE articles SET hidden = 1 WHERE id = 2")
    build()
    assert not list((tmp_path / "site/public").glob("article/2-*"))
    assert not any(
        b"Caches, part 1<" in data or b'"Caches, part 1"' in data
        for data in tree(tmp_path / "site/public").values()
    )


def test_urls_are_relative_without_base_url(
    factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    assert 'rel="canonical"' not in page("topic/caching.html")
    assert not (tmp_path / "site/public/sitemap.xml").exists()
    build(base_url="https://trail.example/kb/")
    assert '<link rel="canonical" href="https://trail.example/kb/topic/caching.html">' in page(
        "topic/caching.html"
    )
    assert "<loc>https://trail.example/kb/article/1-caches-part-0.html</loc>" in page("sitemap.xml")
    assert "Sitemap: https://trail.example/kb/sitemap.xml" in page("robots.txt")


def test_every_page_is_reachable_from_front_page(
    build: Build, factory: Factory, tmp_path: Path
) -> None:
    factory.db = sample().db
    factory.article("Without a topic", url="https://lonely.example/1")
    build()
    pages = {
        path: data.decode()
        for path, data in tree(tmp_path / "site/public").items()
        if path.endswith(".html")
    }
    seen, waiting = set(), ["index.html"]
    while waiting:
        page = waiting.pop()
        if page in pages and page not in seen:
            seen.add(page)
            links = re.findall(r'href="([^":#?]+\.html)', pages[page])
            waiting += [
                posixpath.normpath(posixpath.join(posixpath.dirname(page), link)) for link in links
            ]
    alone = {path for path in pages if 'http-equiv="refresh"' in pages[path]} | {"404.html"}
    assert set(pages) - seen - alone == set()


def test_every_page_has_the_content_security_policy(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    a_few(factory)
    build()
    html = [data for path, data in tree(tmp_path / "site/public").items() if path.endswith(".html")]
    assert html
    assert all(
        b'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;' in data
        for data in html
    )


def test_site_json_has_the_counts_of_the_site(factory: Factory, build: Build, page: Page) -> None:
    a_few(factory)
    build()
    numbers = json.loads(page("site.json"))
    assert (numbers["articles"], numbers["notes"], numbers["topics"]) == (10, 1, 1)
