"""Social cards are drawn once, fit their limits, and are named by pages only if they exist."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from crawler.sitegen import social_cards
from crawler.sitegen.card_text import MAX_LINES, text_width, title_lines
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.social_cards import MAX_BYTES, load_drawing_library
from crawler.sitegen.template_renderer import Renderer
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.test_hostile import PAYLOADS

Page = Callable[[str], str]
needs_library = pytest.mark.skipif(load_drawing_library() is None, reason="no resvg-py or no fonts")


def image(html: str) -> dict[str, str]:
    """The `og:image` and `twitter:` properties of a page."""
    metas = lxml_html.fromstring(html).xpath("//meta[@property or @name]")
    pairs = {meta.get("property") or meta.get("name"): meta.get("content") for meta in metas}
    return {name: value for name, value in pairs.items() if name.startswith(("og:image", "twitt"))}


@pytest.fixture
def two_articles(factory: Factory) -> Factory:
    factory.topic("caching")
    factory.article("Locks with a lease", topics={"caching": "certain"})
    factory.article("一致性模型 " * 30, topics={"caching": "certain"})
    return factory


@needs_library
@pytest.mark.parametrize(
    ("path", "alt"),
    [
        ("index.html", "Hashtrail"),
        ("topic/caching.html", "Caching"),
        ("week/2026-W47.html", "Week 47, 2026: 2 articles"),
        ("article/1-locks-with-a-lease.html", "Locks with a lease"),
    ],
)
def test_page_names_its_card_by_full_url(
    path: str, alt: str, two_articles: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    build(base_url="https://trail.example/kb/")
    card = image(page(path))
    url = card["og:image"]
    assert url.startswith("https://trail.example/kb/cards/")
    assert (card["og:image:alt"], card["twitter:card"]) == (alt, "summary_large_image")
    data = (tmp_path / "site/public" / url.removeprefix("https://trail.example/kb/")).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (1200, 630)
    assert len(data) <= MAX_BYTES


@needs_library
def test_site_without_base_url_has_no_cards(
    two_articles: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    build()
    assert not (tmp_path / "site/public/cards").exists()
    assert image(page("index.html")) == {}


def test_without_the_drawing_library_no_page_names_a_card(
    two_articles: Factory,
    build: Build,
    page: Page,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    assert load_drawing_library() is None
    build(base_url="https://trail.example/")
    assert not (tmp_path / "site/public/cards").exists()
    assert image(page("article/1-locks-with-a-lease.html")) == {}


@needs_library
def test_pages_name_cards_as_soon_as_the_machine_can_draw_them(
    two_articles: Factory, build: Build, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setitem(__import__("sys").modules, "resvg_py", None)
        build(base_url="https://trail.example/")
    build(base_url="https://trail.example/")
    assert image(page("article/1-locks-with-a-lease.html"))


def counting(monkeypatch: pytest.MonkeyPatch, picture: bytes = b"\x89PNG") -> list[str]:
    """Replace the drawing library; return the list of the documents that it draws."""
    drawn: list[str] = []

    def draw(svg: str) -> bytes:
        drawn.append(svg)
        return picture

    monkeypatch.setattr("crawler.sitegen.site_files.load_drawing_library", lambda: draw)
    return drawn


def test_unchanged_card_is_not_drawn_again(
    two_articles: Factory, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = counting(monkeypatch)
    build(base_url="https://trail.example/")
    assert len(drawn) == 5
    build(base_url="https://trail.example/")
    assert len(drawn) == 5
    two_articles.db.execute("UPDATE articles SET title = 'Leases' WHERE id = 1")
    build(base_url="https://trail.example/")
    assert [svg.count("Leases") for svg in drawn[5:]] == [1]


def test_card_of_an_unchanged_article_is_not_composed_again(
    two_articles: Factory, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch)
    build(base_url="https://trail.example/")
    two_articles.article("Leases", topics={"caching": "certain"})
    composed: list[str] = []
    document = Renderer.document

    def recorded(self: Renderer, template: str, path: str, **context: Any) -> OutputFile:
        file = document(self, template, path, **context)
        composed.extend([file.data.decode()] if path == "card.svg" else [])
        return file

    monkeypatch.setattr(Renderer, "document", recorded)
    build(base_url="https://trail.example/")

    assert [svg.count("Leases") for svg in composed if "Locks" in svg or "Leases" in svg] == [1]
    cards = {
        image(page.read_text())["og:image"].rpartition("/")[2]
        for page in (tmp_path / "site/public/article").glob("*.html")
    }
    assert cards <= {path.name for path in (tmp_path / "site/public/cards").iterdir()}
    assert len(cards) == 3


def test_card_over_the_size_limit_is_left_out(
    two_articles: Factory,
    build: Build,
    page: Page,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting(monkeypatch, b"x" * (MAX_BYTES + 1))
    build(base_url="https://trail.example/")
    assert not (tmp_path / "site/public/cards").exists()
    assert image(page("index.html")) == {}


def test_card_that_cannot_be_drawn_is_left_out(
    two_articles: Factory, build: Build, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(svg: str) -> bytes:
        raise ValueError("no")

    monkeypatch.setattr("crawler.sitegen.site_files.load_drawing_library", lambda: draw)
    build(base_url="https://trail.example/")
    assert image(page("index.html")) == {}


def test_only_the_articles_shared_last_have_cards(
    two_articles: Factory, build: Build, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch)
    monkeypatch.setattr(social_cards, "MAX_ARTICLES", 1)
    build(base_url="https://trail.example/")
    assert image(page("article/1-locks-with-a-lease.html")) == {}


@needs_library
def test_hostile_titles_are_drawn_as_text(
    factory: Factory, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory.topic("caching", label=PAYLOADS[0])
    for payload in PAYLOADS:
        factory.article(payload, host=payload, topics={"caching": "certain"})
    draw = load_drawing_library()
    assert draw is not None
    documents: list[str] = []

    def recorded(svg: str) -> bytes:
        documents.append(svg)
        return draw(svg)

    monkeypatch.setattr("crawler.sitegen.site_files.load_drawing_library", lambda: recorded)
    build(base_url="https://trail.example/", title=PAYLOADS[1])
    small = [svg for svg in documents if len(draw(svg)) <= MAX_BYTES]
    assert len(list((tmp_path / "site/public/cards").glob("*.png"))) == len(small) >= 14
    for svg in documents:
        tags = {element.tag for element in lxml_html.fromstring(svg.encode()).iter()}
        assert tags <= {"svg", "rect", "g", "text", "path"}


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Short",
        "A title of several words that needs more than a single line of the card",
        "word " * 100,
        "W" * 200,
        "一致性模型" * 30,
        "😈" * 80,
        "\u202eright to left\u202c",
        "i" * 400,
    ],
)
def test_title_has_at_most_three_lines_that_fit(title: str) -> None:
    lines = title_lines(title)
    assert len(lines) <= MAX_LINES
    assert all(text_width(line) <= 16.5 for line in lines)
    letters = "".join(title.replace("\u202e", "").replace("\u202c", "").split())
    joined = "".join("".join(lines).split())
    assert joined == letters or (joined.endswith("…") and letters.startswith(joined[:-1]))
