"""A single item whose page cannot be published is withheld and reported; the rest is published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from crawler.errors import BuildError
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.sitegen.site_validation import PAGE_LIMIT
from crawler.text_cleaning import STORED_CHARACTERS
from crawler.workspace import bundled_path
from tests.promises.workspace import START, Nights, nights_with
from tests.sitegen.factory import Factory

HOSTILE_TEXTS = {
    "200,000 number signs": "#" * 200_000,
    "60,000 ellipses": "…" * 60_000,
    "300,000 quotation marks": '"' * 300_000,
    "a word of 100,000 letters": "a" * 100_000,
    "50,000 hashtags": " ".join(f"#tag{n}" for n in range(50_000)),
    "300,000 letters of three bytes": "界" * 300_000,
}


def post(uri: str, text: str) -> str:
    return json.dumps({
        "type": "post", "uri": uri, "network": "x", "text": f"{text} consensus #DistributedSystems",
        "links": [], "hashtags": ["DistributedSystems"],
    })  # fmt: skip


def test_night_with_hostile_posts_publishes_all_good_ones(tmp_path: Path) -> None:
    with nights_with(tmp_path / "kb", "", {}) as nights:
        inbox = nights.folder / "data/inbox"
        inbox.mkdir()
        lines = [post(f"u:{name}", text) for name, text in HOSTILE_TEXTS.items()]
        good = post("u:good", "Raft and its log, explained once more")
        (inbox / "posts.jsonl").write_text("\n".join([*lines, good]), encoding="utf-8")
        report = nights.run()
        assert report.site
        assert report.counts["posts_new"] == len(HOSTILE_TEXTS) + 1
        assert_published(nights)


def assert_published(nights: Nights) -> None:
    pages = {path.name: path for path in (nights.folder / "site/public/post").glob("*.html")}
    assert len(pages) == len(HOSTILE_TEXTS) + 1
    assert max(path.stat().st_size for path in pages.values()) < PAGE_LIMIT
    [(good,)] = nights.query("SELECT id FROM posts WHERE uri = 'u:good'")
    assert "Raft and its log" in pages[f"{good}.html"].read_text(encoding="utf-8")
    longest = nights.query("SELECT text FROM posts ORDER BY length(text) DESC LIMIT 1")[0][0]
    assert len(longest) == STORED_CHARACTERS
    assert longest.endswith("… [shortened]")


def built(made: Factory, folder: Path, templates: Path) -> BuildResult:
    database = made.save(folder / "public.db")
    target = folder / "site/public"
    assets = bundled_path("site", "assets")
    return build_site(database, target, SiteSettings(), START, templates, assets)


def site_with_a_note_too_large() -> tuple[Factory, int, int]:
    """One note with 50 similar ones of 15 KB each, and a good one."""
    made = Factory()
    made.topic("consensus")
    text = "界" * 5_000
    large = made.post(text, topics={"consensus": "certain"})
    for number in range(50):
        made.post(f"{text[:-2]}{number}", similar_to=large)
    return made, large, made.post("Raft explained", topics={"consensus": "certain"})


def test_page_over_the_size_limit_is_withheld_and_reported(tmp_path: Path) -> None:
    made, large, good = site_with_a_note_too_large()
    site = built(made, tmp_path, bundled_path("templates"))
    [failure] = site.withheld
    assert failure.url == f"post/{large}.html"
    assert "more than 524,288. The page was withheld." in failure.message
    public = tmp_path / "site/public"
    assert "Page not available" in (public / failure.url).read_text(encoding="utf-8")
    assert "Raft explained" in (public / f"post/{good}.html").read_text(encoding="utf-8")
    assert len(list((public / "post").glob("*.html"))) == 52


def test_article_that_cannot_be_rendered_is_withheld_and_reported(tmp_path: Path) -> None:
    made = Factory()
    made.topic("consensus")
    broken = made.article("A broken row", topics={"consensus": "certain"}, authors="[not JSON")
    good = made.article("A good row", topics={"consensus": "certain"})
    site = built(made, tmp_path, bundled_path("templates"))
    [failure] = site.withheld
    assert failure.url == f"article/{broken}-a-broken-row.html"
    page = tmp_path / f"site/public/article/{good}-a-good-row.html"
    assert "A good row" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "old", "new"),
    [
        ("footer.html", "<a ", '<a href="missing.html">x</a> <a '),
        ("footer.html", "<a ", '<p id="main"></p> <a '),
        ("article.html", "<article>", "<article>{{ nothing.here }}"),
        ("article.html", "<article>", '<article id="main">'),
        ("article.html", "<article>", "<article>{% if %}"),
    ],
)
def test_broken_template_stops_the_build(tmp_path: Path, template: str, old: str, new: str) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(bundled_path("templates"), templates)
    path = templates / "site" / template
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    made = Factory()
    made.topic("consensus")
    for number in range(3):
        made.article(f"Article {number}", topics={"consensus": "certain"})
    with pytest.raises(BuildError):
        built(made, tmp_path, templates)
    assert not (tmp_path / "site/public").exists()
